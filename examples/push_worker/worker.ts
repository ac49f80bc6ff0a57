// A Worker that sends its metrics after responses, and from a cron trigger.
//
// npx jsr add @edgeprom/edgeprom && npm install hono
// npx wrangler dev --test-scheduled
// Then: curl -X POST http://localhost:8787/orders/card
// and:  curl http://localhost:8787/__scheduled
//
// A Worker runs in many isolates. Each counts for itself, and is a series of its own with the label
// `instance`: ask for sum without (instance) (increase(shop_orders_total[5m])). Every isolate adds
// its series to the server, so keep them few.
import { MetricsRegistry } from "@edgeprom/edgeprom";
import { pushAfterResponse, type PushMiddleware, RemoteWriter } from "@edgeprom/edgeprom/push";
import { Hono } from "hono";

interface Bindings {
  readonly REMOTE_WRITE_URL: string;
  readonly REMOTE_WRITE_TOKEN: string;
}

const registry = new MetricsRegistry();
const orders = registry.counter({
  name: "shop_orders_total",
  help: "Orders, by how they were paid.",
  labels: { payment: ["card", "invoice"] },
});
const cleanups = registry.counter({
  name: "shop_cleanups_total",
  help: "Times that abandoned orders were deleted.",
});

let writer: RemoteWriter | undefined;
let push: PushMiddleware | undefined;

/** The writer of this isolate. Bindings and random numbers come with the first event. */
function writerOf({ REMOTE_WRITE_URL, REMOTE_WRITE_TOKEN }: Bindings): RemoteWriter {
  return writer ??= new RemoteWriter({
    url: REMOTE_WRITE_URL,
    authorization: { bearer: REMOTE_WRITE_TOKEN },
    gatherer: registry,
    labels: { job: "shop", instance: crypto.randomUUID() },
    timeoutSeconds: 25, // Workers end what goes on for longer than 30 s after a response
    logger: console,
  });
}

const app = new Hono<{ Bindings: Bindings }>();
app.use((context, next) => {
  push ??= pushAfterResponse(writerOf(context.env), { everySeconds: 10 });
  return push(context, next);
});
app.post("/orders/card", ({ text }) => {
  orders.inc({ payment: "card" });
  return text("thank you\n");
});

export default {
  fetch: app.fetch,
  // In whatever isolate it runs, it sends the numbers of that one.
  async scheduled(_event: unknown, env: Bindings): Promise<void> {
    cleanups.inc();
    await writerOf(env).flush();
  },
};
