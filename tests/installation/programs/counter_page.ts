// A registry, a counter and a page as text: of all else, nothing should be in a bundle.
import { MetricsRegistry } from "@edgeprom/edgeprom/core";

const registry = new MetricsRegistry();
registry.counter({ name: "a", help: "A." }).inc();
console.log(await registry.encode());
