/** Requests as no honest client sends them: random, and each with some of HTTP broken. */

/** A source of random numbers that a seed repeats. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 up to a limit, which is left out; mulberry32. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  /** Up to so many characters of one byte each. */
  bytes(most: number): string {
    const length = this.below(most + 1);
    return Array.from({ length }, () => String.fromCharCode(this.below(256))).join("");
  }

  /** Up to so many characters that can be seen. */
  text(most: number): string {
    const length = this.below(most + 1);
    return Array.from({ length }, () => String.fromCharCode(33 + this.below(94))).join("");
  }
}

const methods = [
  ...["GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  ...["OPTIONS", "TRACE", "TRACK", "CONNECT", "PURGE", "M-SEARCH", "BREW", "get", "", " "],
];
const paths = [
  ...["/metrics", "/metrics", "/metrics", "/health", "/ready", "/", "//metrics", "/metrics/"],
  ...["/METRICS", "/metrics%00", "/x/../metrics", "/%2e%2e/etc/passwd", "/..%2f..%2fmod.ts"],
  ...["*", "", "metrics", "?", "#", "http://elsewhere/metrics", "http://", "https://a:b@c:d/e"],
  ...["/metrics/:x", "/__proto__", "/metrics;a=b", "\\metrics", "/%", "/%E0%A4%A", "x:80"],
];
const queries = [
  ...["", "", "", "?", "?name[]=processor_late_events", "?name%5B%5D=%00", "?name[]=%", "??&&=="],
  ...["?name[]=__proto__&name[]=constructor", "?a=http://b/c?d", "?name[]", "?#"],
];
const versions = [
  ...["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"],
  ...["HTTP/0.9", "HTTP/2.0", "HTTP/1.2", "HTTP/9.9", "http/1.1", "HTTP/1", "HTTP", ""],
];
const hosts = [
  ...["localhost", "localhost", "localhost", "127.0.0.1:9090", "", " ", "a b", "x/y?z#", "x:99999"],
  ...["[::1]", "[", "@", "a@b", "\xff\xfe", "%", "..", "x\\y", "a,b", "localhost/metrics?", "%00"],
];
const values: Readonly<Record<string, readonly string[]>> = {
  "Accept": [
    "*/*",
    "text/plain;version=1.0.0;escaping=allow-utf-8",
    "application/openmetrics-text;version=1.0.0",
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    '"\\"',
    ";;q=,",
  ],
  "Accept-Encoding": ["gzip", "gzip;q=0, *", "br, gzip;q=x", "identity;q=0", "\t"],
  "X-Prometheus-Scrape-Timeout-Seconds": ["10", "0", "-1", "1e400", "NaN", "0.0001", "5, 6"],
  "Connection": ["close", "keep-alive", "upgrade", "close, upgrade", "HTTP2-Settings", ""],
  "Upgrade": ["websocket", "h2c", "TLS/1.0", ""],
  "Sec-WebSocket-Key": ["dGhlIHNhbXBsZSBub25jZQ==", "x"],
  "Range": ["bytes=0-10", "bytes=-1"],
  "If-None-Match": ["*", '"x"'],
  "Cookie": ["a=b; c=d", "="],
  "Content-Type": ["multipart/form-data", "application/json"],
};
/** Headers that say how long a request is, and when it goes on. */
const framingValues: Readonly<Record<string, readonly string[]>> = {
  "Expect": ["100-continue", "200-ok"],
  "Transfer-Encoding": ["chunked", "gzip, chunked", "chunked, chunked", "identity", "xchunked"],
  "Content-Length": ["0", "5", "-1", "+5", "5, 6", "99999999999999999999", "0x5", "1e3", ""],
};
const framingHeaders = Object.keys(framingValues);
const bodies = ["", "", "hello", "5\r\nhello\r\n0\r\n\r\n", "zzz\r\nhello", "-5\r\n", "0\r\n\r\n"];

/** The bytes of one request or several, as text of one byte a character. */
export function fuzzedRequests(random: Random): string {
  const count = random.once(5) ? 1 + random.below(4) : 1;
  const requests = Array.from({ length: count }, () => request(random)).join("");
  return random.once(8) ? mutated(requests, random) : requests;
}

/** Half of the requests could be honest ones, in all but one part or two. */
function request(random: Random): string {
  const odd = random.once(2) ? 2 : 12;
  const part = (good: readonly string[], bad: readonly string[], other: () => string) => {
    if (!random.once(odd)) return random.pick(good);
    return random.once(5) ? other() : random.pick(bad);
  };
  const method = part(["GET", "GET", "GET", "HEAD", "POST", "PUT"], methods, () => random.text(40));
  const path = part(["/metrics", "/health", "/ready", "/"], paths, () => `/${random.text(200)}`);
  const query = part([""], queries, () => `?${random.bytes(200)}`);
  const long = random.once(200) ? "a".repeat(random.below(100_000)) : "";
  const version = part(["HTTP/1.1"], versions, () => random.text(10));
  const host = part(["Host: localhost"], hosts.map((host) => `Host: ${host}`), () => "X-Host: x");
  const ending = part(["\r\n"], ["\n", "\r", "\r\n\r\n"], () => random.bytes(2));
  const headers = Array.from({ length: random.below(5) }, () => header(random, odd));
  const lines = [`${method} ${path}${query}${long} ${version}`, host, ...headers, "", ""];
  return lines.join(ending) + part([""], bodies, () => random.bytes(100));
}

function header(random: Random, odd: number): string {
  if (random.once(100)) return `X-Long: ${"a".repeat(random.below(100_000))}`;
  if (random.once(4 * odd)) return random.bytes(60);
  if (random.once(4 * odd)) return `X-${random.text(20)}: ${random.bytes(60)}`;
  const framing = random.once(2 * odd);
  const name = random.pick(framing ? framingHeaders : Object.keys(values));
  const known = { ...values, ...framingValues }[name];
  return `${name}: ${random.once(2 * odd) ? random.text(40) : random.pick(known)}`;
}

/** Text with a few of its characters replaced, doubled or left out. */
function mutated(text: string, random: Random): string {
  let changed = text;
  for (let time = random.below(6); time >= 0; time--) {
    const at = random.below(changed.length + 1);
    const between = random.pick(["", random.bytes(3), changed.slice(at, at + 5)]);
    changed = changed.slice(0, at) + between + changed.slice(at + random.below(3));
  }
  return changed;
}
