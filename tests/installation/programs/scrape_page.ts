// A registry, a counter and a scrape: neither an app nor the ready-made metrics should be in a bundle.
import { MetricsRegistry, scrape } from "@edgeprom/edgeprom";

const registry = new MetricsRegistry();
registry.counter({ name: "a", help: "A." }).inc();
const response = await scrape(new Request("http://localhost/metrics"), registry);
console.log(await response.text());
