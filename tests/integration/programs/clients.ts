/** Uses what each client has, with nothing that is not in every browser and isolate. */
import promClient from "../../../src/prom_client.ts";
import prometheusClient from "../../../src/prometheus_client.ts";

/** What a client gives. */
export interface ClientReport {
  readonly page: string;
  readonly json: number;
  readonly families: readonly string[];
  readonly errors: readonly string[];
  readonly cluster: string;
}

async function use(client: typeof promClient): Promise<ClientReport> {
  const { Counter, Gauge, Histogram, Summary, register } = client;
  client.collectDefaultMetrics();
  new Counter({ name: "a_total", help: "h", labelNames: ["x"] }).inc({ x: 1 }, 2);
  new Gauge({ name: "b", help: "h" }).setToCurrentTime();
  new Histogram({ name: "c", help: "h", buckets: [1] }).startTimer()();
  new Summary({ name: "d", help: "h", percentiles: [0.5] }).observe(5);
  const errors: string[] = [];
  const failed = (error: unknown) => void errors.push(String(error));
  try {
    new Counter({ name: "e_total", help: "h" }).inc({} as never, "x" as never);
  } catch (error) {
    failed(error);
  }
  await new client.Pushgateway("http://127.0.0.1:1").pushAdd({ jobName: "a" }).catch(failed);
  const { families } = await register.gather();
  return {
    page: await register.metrics(),
    json: (await register.getMetricsAsJSON()).length,
    families: families.map(({ name }) => name),
    errors,
    cluster: await new client.AggregatorRegistry().clusterMetrics(),
  };
}

const reports = Promise.all([use(promClient), use(prometheusClient as never)]);
Object.assign(globalThis, { reports });
