/** A server with a long page, which drains before it stops. */
import process from "node:process";
import { constGauge, MetricsServer } from "../../../mod.ts";

/** A page of 16 MB, more than the system takes off a server's hands for a reader who stalls. */
const long = constGauge({
  name: "long",
  help: "Long.",
  samples: Array.from({ length: 256 }, (_, at) => ({
    labels: { a: `${at}`.padEnd(65_536, "-") },
    value: at,
  })),
});

const server = new MetricsServer({
  registry: { gather: () => Promise.resolve({ families: [long], errors: [] }) },
  drainSeconds: 0.2,
  shutdownTimeoutSeconds: 1,
});
await server.start();
process.once("SIGTERM", () => server.shutdown());
