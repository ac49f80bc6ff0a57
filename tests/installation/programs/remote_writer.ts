// A registry, a counter and a writer: of all else, nothing should be in a bundle.
import { MetricsRegistry } from "@edgeprom/edgeprom/core";
import { RemoteWriter } from "@edgeprom/edgeprom/push";

const registry = new MetricsRegistry();
registry.counter({ name: "a", help: "A." }).inc();
const writer = new RemoteWriter({
  url: "http://localhost/api/v1/write",
  gatherer: registry,
  fetch: () => Promise.resolve(new Response("not today", { status: 401 })),
});
const { errors: [error] } = await writer.flush();
if (!error.message.includes("not today")) throw error;
