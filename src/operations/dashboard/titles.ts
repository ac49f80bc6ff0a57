/** Words that are not written as they stand in a name. */
const spellings: Readonly<Record<string, string>> = {
  api: "API",
  bun: "Bun",
  cpu: "CPU",
  db: "DB",
  deno: "Deno",
  dns: "DNS",
  eventloop: "event loop",
  fds: "file descriptors",
  gc: "GC",
  grpc: "gRPC",
  http: "HTTP",
  io: "I/O",
  kafka: "Kafka",
  nodejs: "Node.js",
  redis: "Redis",
  sql: "SQL",
  tcp: "TCP",
  tls: "TLS",
};

/** The words of a name. A name that has none that are Latin is one word. */
export function wordsOf(name: string): readonly string[] {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  return words.length > 0 ? words : [name];
}

/** Words as a title: `["gc", "pauses"]` is `GC pauses`. */
export function titleOf(words: readonly string[]): string {
  const text = sentenceOf(words);
  // gRPC stays as it is.
  return /[A-Z]/.test(spell(words[0]))
    ? text
    : text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

/** Words within a title. */
export function sentenceOf(words: readonly string[]): string {
  return words.map(spell).join(" ");
}

function spell(word: string): string {
  return Object.hasOwn(spellings, word) ? spellings[word] : word;
}
