// deno serve --port 8000 without_hono.ts
// PORT=8000 bun without_hono.ts
// npx srvx --prod --port 8000 without_hono.ts    (Node 22.18 or later)
// Then open http://localhost:8000/metrics
import { MetricsRegistry, scrape } from "@edgeprom/edgeprom";

const registry = new MetricsRegistry();
const greetings = registry.counter({
  name: "greetings_total",
  help: "Greetings, by language.",
  labels: { language: ["en", "fr"] },
});
greetings.init();

export default {
  fetch(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/metrics") return scrape(request, registry);
    const french = request.headers.get("Accept-Language")?.startsWith("fr");
    greetings.inc({ language: french ? "fr" : "en" });
    return new Response(french ? "Bonjour\n" : "Hello\n");
  },
};
