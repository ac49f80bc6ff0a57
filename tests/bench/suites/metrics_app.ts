import type { MetricsRegistry } from "../../../mod.ts";
import { instrumentsOf } from "../contenders/edgeprom.ts";
import { cataloguePopulation } from "./catalogue.ts";
import type { Population } from "./population.ts";

type Edgeprom = typeof import("../../../mod.ts");

/** The packed library; what is named in the source would be bundled. */
const specifier: string = "@edgeprom/edgeprom";

/** The 37 metrics as their users have them: limits, self-metrics and deadline are on. */
export interface MetricsApp extends Population {
  readonly registry: MetricsRegistry;
  readonly scrape: Edgeprom["scrape"];
  readonly app: { fetch(request: Request): Response | Promise<Response> };
  /** Serves them by edgeprom's own server, and returns the port. */
  listen(): Promise<number>;
}

/** Makes the app with everything as it is by default. */
export async function metricsApp(): Promise<MetricsApp> {
  const { createMetricsApp, MetricsRegistry, MetricsServer, scrape }: Edgeprom = await import(
    specifier
  );
  const registry = new MetricsRegistry();
  const { touch } = cataloguePopulation(instrumentsOf(registry));
  return {
    registry,
    touch,
    scrape,
    app: createMetricsApp({ registry }),
    async listen() {
      const server = new MetricsServer({ registry, hostname: "127.0.0.1", port: 0 });
      await server.start();
      return Number(new URL(server.url).port);
    },
  };
}
