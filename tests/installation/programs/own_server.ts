// A server of its own answers, and leaves nothing behind that keeps the process from ending.
import { MetricsRegistry, MetricsServer } from "@edgeprom/edgeprom";

const server = new MetricsServer({
  registry: new MetricsRegistry(),
  hostname: "127.0.0.1",
  port: 0,
});
await server.start();
for (const path of ["/metrics", "/health", "/ready"]) {
  const response = await fetch(server.url + path);
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  await response.text();
}
await server.shutdown();
