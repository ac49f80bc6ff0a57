/** A Worker written for the clients: what it does at import and in a request runs without a process. */
import client from "@edgeprom/edgeprom/prom-client";
import { collectDefaultMetrics, Counter, register } from "@edgeprom/edgeprom/prometheus-client";

client.collectDefaultMetrics();
collectDefaultMetrics();
const requests = new client.Counter({
  name: "requests_total",
  help: "Requests.",
  labelNames: ["path"],
});
const seconds = new client.Histogram({ name: "wait_seconds", help: "Waits.", buckets: [1] });
const others = new Counter({ name: "others_total", help: "Requests.", labelNames: ["path"] });

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const end = seconds.startTimer();
    requests.inc({ path: pathname });
    requests.labels(pathname).inc();
    others.inc({ path: pathname });
    end();
    const of = pathname === "/other" ? register : client.register;
    const headers = { "Content-Type": of.contentType };
    return new Response(await of.metrics(), { headers });
  },
};
