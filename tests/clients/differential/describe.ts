/** Classes of the clients. Of their instances only the class is compared: the rest is theirs. */
const opaque = new Set([
  "Counter",
  "Gauge",
  "Histogram",
  "Summary",
  "Registry",
  "AggregatorRegistry",
  "ClusterRegistry",
  "WorkerRegistry",
  "Pushgateway",
]);

/** Classes of data, which says all. */
const plain = ["Object", "Exemplar"];

/** Beginnings of the clients' own messages. All others are the engine's, which each one words. */
const written = new RegExp(`^(${
  [
    "A metric with the name",
    "Added label",
    "At least one label",
    "Content type",
    "Delta is not",
    "Expected Registry",
    "Exemplars are",
    "Exponential buckets",
    "Invalid",
    "It is not possible",
    "Label set size",
    "Linear buckets",
    "Missing mandatory",
    "Operation timed out",
    "Optional",
    "Registers can",
    "Thrown by the program",
    "Value is not",
    "constructor expected",
    "le is a reserved",
    "quantile is a reserved",
    "'",
  ].join("|")
})`);

/** What a program can see of a value, as text. */
export function describe(value: unknown, names: ReadonlyMap<unknown, string>): string {
  const known = names.get(value);
  if (known !== undefined) return known;
  if (typeof value === "string") return JSON.stringify(value.toWellFormed());
  if (typeof value === "bigint") return `${value}n`;
  // A program that tells the zeros apart is not known.
  if (value === 0) return "0";
  if (typeof value === "function") return "function";
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return describeError(value);
  const inside = (member: unknown) => describe(member, names);
  if (Array.isArray(value)) return `[${value.map(inside).join(", ")}]`;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const title = classOf(value);
  if (opaque.has(title)) return title;
  const members = entries.map(([name, member]) => `${JSON.stringify(name)}: ${inside(member)}`);
  return `${plain.includes(title) ? "" : `${title} `}{${members.join(", ")}}`;
}

/** The class of an error, and its message if a client has written it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `no error, but ${typeof error}`;
  return `${error.constructor.name}: ${
    written.test(error.message) ? error.message.toWellFormed() : "(the engine's)"
  }`;
}

function classOf(value: object): string {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null ? "(no prototype)" : prototype.constructor.name;
}
