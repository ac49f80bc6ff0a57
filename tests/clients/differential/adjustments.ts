import type { Client, ClientName } from "./client.ts";
import type { Adjustments } from "./interpret.ts";

/** Changes a client by all that `decided.ts` says is adjusted. */
export function adjustmentsFor(name: ClientName): Adjustments {
  return {
    construct(client, kind, [config, ...more]) {
      const registered = registries(client, config).map((registry) =>
        [registry, registry.getMetricsAsArray()] as const
      );
      try {
        const object = new client[kind](adjusted(kind, config), ...more);
        adjust(object, kind, name);
        return object;
      } catch (error) {
        for (const [registry, before] of registered) {
          for (const metric of registry.getMetricsAsArray()) {
            if (!before.includes(metric)) registry.removeSingleMetric(metric.name);
          }
        }
        throw error;
      }
    },
    call(on, method, args) {
      if (method !== "aggregate") return on[method](...args);
      const registry = on.aggregate(...args);
      for (const metric of registry.getMetricsAsArray()) copyWhenRead(metric);
      return registry;
    },
    returned: (_on, method, value) => method === "inc" ? undefined : value,
  };
}

function registries(client: Client, config: Client): Client[] {
  const given = config?.registers ?? [client.register];
  return Array.isArray(given) ? given.filter((one) => one instanceof client.Registry) : [];
}

function adjusted(kind: string, config: Client): Client {
  if (kind !== "Histogram" || !Array.isArray(config?.buckets)) return config;
  const finite = config.buckets.map(Number).filter(Number.isFinite);
  return { ...config, buckets: [...new Set<number>(finite)].sort((a, b) => a - b) };
}

/** Methods of metrics that take label sets. Timers end in one of them, with labels in their order. */
const taking = ["inc", "dec", "set", "observe", "setToCurrentTime", "zero", "remove"];

function adjust(metric: Client, kind: string, client: ClientName): void {
  if (!/^(Counter|Gauge|Histogram|Summary)$/.test(kind)) return;
  if (kind === "Gauge" && client === "prom-client") keepFirstLabels(metric);
  const names: readonly string[] = metric.labelNames;
  for (const method of taking.filter((method) => method in metric)) {
    const original = metric[method];
    metric[method] = function (...args: unknown[]): unknown {
      return original.apply(
        this,
        atPositions(args, names, method).map((arg) => present(arg, names)),
      );
    };
  }
  const { labels, get } = metric;
  metric.labels = function (...args: unknown[]): unknown {
    const adjusted = atPositions(args, names, "labels").map((arg) => present(arg, names));
    const child = labels.apply(this, adjusted);
    const asGiven = labels.apply(this, args);
    if (child.startTimer) child.startTimer = asGiven.startTimer;
    // The message of a summary shows the labels.
    if (kind === "Summary") {
      const { observe } = child;
      child.observe = (value: unknown) =>
        typeof value === "number" ? observe(value) : asGiven.observe(value);
    }
    return child;
  };
  if (kind === "Counter") {
    const { inc } = metric;
    metric.inc = function (...args: unknown[]): unknown {
      return inc.apply(this, args.map(numbered));
    };
  }
  metric.get = async function (): Promise<Client> {
    const read = await get.call(this);
    return { ...read, values: read.values.map(copied) };
  };
  if ("updateExemplar" in metric) keepExemplars(metric);
}

function copied(value: Client): Client {
  return { ...value, labels: value.labels ?? {} };
}

/** An aggregated metric, which is a plain object, and gives the same values each time. */
function copyWhenRead(metric: Client): void {
  const { get } = metric;
  metric.get = () => {
    const read = get();
    return { ...read, values: read.values.map((value: Client) => ({ ...value })) };
  };
}

function keepExemplars(metric: Client): void {
  const { updateExemplar } = metric;
  metric.updateExemplar = function (...args: unknown[]): void {
    try {
      updateExemplar.apply(this, args);
    } catch (error) {
      const isEmpty = (exemplar: Client) => exemplar?.value === null;
      for (const entry of this.store ? this.store.values() : Object.values<Client>(this.hashMap)) {
        if (isEmpty(entry.exemplar)) delete entry.exemplar;
        const { bucketExemplars = {} } = entry;
        for (const bound of Object.keys(bucketExemplars)) {
          if (!isEmpty(bucketExemplars[bound])) continue;
          if (bound === "-1") delete bucketExemplars[bound];
          else bucketExemplars[bound] = null;
        }
      }
      throw error;
    }
  };
}

/** Values by position as a label set if one of them is empty. */
function atPositions(args: unknown[], names: readonly string[], method: string): unknown[] {
  if (method !== "labels" && method !== "remove" || typeof args[0] === "object") return args;
  if (args.length !== names.length || !args.some(isEmpty)) return args;
  return [Object.fromEntries(names.map((name, index) => [name, args[index]]))];
}

/** A label set without what is empty, also inside what a metric with exemplars is given. */
function present(given: unknown, names: readonly string[]): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  const entries = Object.entries(given).filter(([name, value]) =>
    !(names.includes(name) && isEmpty(value))
  ).map(([name, value]) => [name, name === "labels" ? present(value, names) : value]);
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  return value === "";
}

function numbered(given: unknown): unknown {
  if (Number.isNaN(given)) return 0;
  if (typeof given !== "object" || given === null) return given;
  return "value" in given && Number.isNaN(given.value) ? { ...given, value: 0 } : given;
}

function keepFirstLabels(gauge: Client): void {
  const { set } = gauge;
  gauge.set = function (labels: Client, value: unknown): unknown {
    const texts = (given: object) =>
      JSON.stringify(
        // A label that the gauge does not have is refused, also if it has no value.
        Object.entries(given)
          .filter(([name, value]) => value !== undefined || !gauge.labelNames.includes(name))
          .map(String).sort(),
      );
    const first = typeof labels === "object" && labels !== null &&
      Object.values<Client>(gauge.hashMap).find((one) => texts(one.labels) === texts(labels));
    return set.call(this, first ? first.labels : labels, value);
  };
}
