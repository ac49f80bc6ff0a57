// A registry, a counter and a pusher of deltas: of all else, nothing should be in a bundle.
import { MetricsRegistry } from "@edgeprom/edgeprom/core";
import { DeltaPusher } from "@edgeprom/edgeprom/push";

const registry = new MetricsRegistry();
registry.counter({ name: "a", help: "A." }).inc();
const pusher = new DeltaPusher({
  target: "http://localhost/deltas",
  gatherer: registry,
  fetch: () => Promise.resolve(new Response("not today", { status: 401 })),
});
const { errors: [error] } = await pusher.flush();
if (!error.message.includes("not today")) throw error;
