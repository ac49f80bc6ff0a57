/**
 * The fields of the Prometheus Operator's objects that examples/operations uses or mentions, as far
 * as a file can be checked against them.
 *
 * Source: prometheus-operator, example/prometheus-operator-crd, of August 2026.
 */

/** What a field may hold: a kind of text, or the fields of an object, or of each one in a list. */
type Schema = RegExp | "text" | "texts" | readonly [Fields] | Fields;
interface Fields {
  readonly [name: string]: Schema;
}

/** A duration of Prometheus, as the operator checks it. */
const duration = /^(0|([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$/;

const secret: Fields = { name: "text", key: "text" };

const endpoint: Fields = {
  port: "text",
  path: "text",
  interval: duration,
  scrapeTimeout: duration,
  authorization: { type: "text", credentials: secret },
};

const monitor: Fields = {
  selector: { matchLabels: "texts" },
  scrapeProtocols: [{
    "": /^(PrometheusProto|OpenMetricsText(0\.0\.1|1\.0\.0)|PrometheusText(0\.0\.4|1\.0\.0))$/,
  }],
};

/** The `spec` of each kind. */
const specs: Readonly<Record<string, Fields>> = {
  ServiceMonitor: { ...monitor, endpoints: [endpoint] },
  PodMonitor: { ...monitor, podMetricsEndpoints: [endpoint] },
  PrometheusRule: {
    groups: [{
      name: "text",
      interval: duration,
      rules: [{
        record: "text",
        alert: "text",
        expr: "text",
        for: duration,
        labels: "texts",
        annotations: "texts",
      }],
    }],
  },
};

/** What the operator would not take of an object, each with its path. */
export function operatorProblems(object: Readonly<Record<string, unknown>>): readonly string[] {
  const metadata: Fields = { name: "text", namespace: "text", labels: "texts" };
  return problemsOf(object, {
    apiVersion: /^monitoring\.coreos\.com\/v1$/,
    kind: /^(ServiceMonitor|PodMonitor|PrometheusRule)$/,
    metadata,
    spec: specs[object.kind as string] ?? {},
  }, "");
}

function problemsOf(value: unknown, schema: Schema, path: string): readonly string[] {
  if (schema === "text" || schema instanceof RegExp) {
    const fits = typeof value === "string" && (schema === "text" || schema.test(value));
    return fits ? [] : [`${path}: ${JSON.stringify(value)}`];
  }
  if (Array.isArray(schema)) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    const [fields] = schema as readonly [Fields];
    return value.flatMap((item, at) => problemsOf(item, fields[""] ?? fields, `${path}[${at}]`));
  }
  if (typeof value !== "object" || value === null) return [`${path} is no object`];
  return Object.entries(value).flatMap(([name, field]) => {
    const known = schema === "texts" ? "text" : (schema as Fields)[name];
    const at = `${path}.${name}`;
    return known === undefined ? [`${at} is unknown`] : problemsOf(field, known, at);
  });
}
