// A counter, and pages as text for whoever asks by HTTP: no other format should be in a bundle.
import { MetricsRegistry } from "@edgeprom/edgeprom/core";
import { scrape } from "@edgeprom/edgeprom";

const registry = new MetricsRegistry();
const requests = registry.counter({ name: "requests_total", help: "Requests." });

export default {
  fetch(request: Request): Promise<Response> {
    requests.inc();
    return scrape(request, registry, { formats: { protobuf: false } });
  },
};
