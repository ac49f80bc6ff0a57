import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Agent } from "node:http";
import { gunzipSync } from "node:zlib";
import { decodeFamilies } from "../support/protobuf.ts";
import { type Answer, ask, disconnect, type Question } from "./http_client.ts";

/** Something that serves the three endpoints, with the catalogue on its page. */
export interface Served {
  /** The URL of the endpoints, without a slash at the end. */
  readonly url: string;
  /** Whether the platform has a `CompressionStream`. */
  readonly compresses: boolean;
  /** What it has written so far. */
  output(): string;
}

/** An assertion on what is served, the same for every platform. */
export interface Check {
  readonly name: string;
  run(served: Served): Promise<void>;
}

const textType = "text/plain; version=0.0.4; charset=utf-8";
const protobufType = "application/vnd.google.protobuf; " +
  "proto=io.prometheus.client.MetricFamily; encoding=delimited";

/** What clients send as `Accept`, and the type that they get. */
const negotiation: Readonly<Record<string, readonly [accept: string, type: string]>> = {
  "any type": ["*/*", textType],
  "a browser": ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", textType],
  "Prometheus 2": [
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75," +
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    textType,
  ],
  "Prometheus 3": [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6," +
    "application/openmetrics-text;version=0.0.1;q=0.5," +
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
  ],
  "Prometheus with native histograms": [
    `${protobufType};q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
    protobufType,
  ],
};

/** Everything that must hold wherever the app is served. */
export const answers: readonly Check[] = [
  {
    name: "GET /metrics",
    async run({ url }) {
      const { status, headers, body } = await ask(`${url}/metrics`);
      assertEquals(status, 200);
      assertEquals(headers["content-type"], textType);
      assertEquals(headers["cache-control"], "no-store");
      assertEquals(headers["content-encoding"], undefined);
      assertMatch(headers.vary ?? "", /\bAccept\b.*\bAccept-Encoding\b/);
      assertPage(body.toString());
    },
  },
  ...Object.entries(negotiation).map(([client, [accept, type]]): Check => ({
    name: `GET /metrics by ${client}`,
    async run({ url }) {
      const { status, headers, body } = await ask(`${url}/metrics`, { headers: { accept } });
      assertEquals([status, headers["content-type"]], [200, type]);
      if (type !== protobufType) return assertPage(body.toString());
      const names = decodeFamilies(body).map(({ name }) => name);
      assert(names.includes("processor_events_received"), names.join());
    },
  })),
  {
    name: "GET /metrics with gzip, if the runtime has it",
    async run({ url, compresses }) {
      const question = { headers: { "accept-encoding": "gzip, deflate, br" } };
      const { status, headers, body } = await ask(`${url}/metrics`, question);
      assertEquals(status, 200);
      assertEquals(headers["content-encoding"], compresses ? "gzip" : undefined);
      assertEquals(headers["content-type"], textType);
      assertPage((compresses ? gunzipSync(body) : body).toString());
    },
  },
  {
    name: "GET /metrics without gzip for a client that refuses it",
    async run({ url }) {
      const question = { headers: { "accept-encoding": "gzip;q=0, identity" } };
      const { headers, body } = await ask(`${url}/metrics`, question);
      assertEquals(headers["content-encoding"], undefined);
      assertPage(body.toString());
    },
  },
  {
    name: "GET /metrics of chosen families",
    async run({ url }) {
      const query = "name[]=processor_late_events&name%5B%5D=processor_events_received";
      const { body } = await ask(`${url}/metrics?${query}`);
      const families = Array.from(body.toString().matchAll(/^# TYPE (\S+)/gm), ([, name]) => name);
      assertEquals(families, ["processor_events_received", "processor_late_events"]);
    },
  },
  {
    name: "GET /health",
    async run({ url }) {
      const answer = await ask(`${url}/health`);
      const { status, version, uptime_seconds, ...more } = json(answer);
      assertEquals([answer.status, status, more], [200, "healthy", {}]);
      assertMatch(String(version), /^\d+\.\d+\.\d+$/);
      assert(Number.isInteger(uptime_seconds) && Number(uptime_seconds) >= 0, `${uptime_seconds}`);
    },
  },
  {
    name: "GET /ready",
    async run({ url }) {
      const answer = await ask(`${url}/ready`);
      const checks = [{ name: "processor", ready: true, message: null }];
      assertEquals([answer.status, json(answer)], [200, { ready: true, checks }]);
    },
  },
  ...["/metrics", "/health", "/ready"].flatMap((path): Check[] => [
    {
      name: `HEAD ${path}`,
      async run({ url }) {
        const [get, head] = await both(`${url}${path}`, { method: "GET" }, { method: "HEAD" });
        assertEquals(head.body.length, 0);
        assertEquals(head.status, get.status);
        for (const name of ["content-type", "cache-control", "vary"]) {
          assertEquals(head.headers[name], get.headers[name], name);
        }
        // A page differs in a few digits from the next.
        const { "content-length": length = get.body.length } = head.headers;
        const difference = Math.abs(Number(length) - get.body.length);
        assert(Number(length) > 0 && difference < 60, `${length}, ${get.body.length}`);
      },
    },
    {
      name: `${path} refuses other methods`,
      async run({ url }) {
        for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
          const { status, headers } = await ask(`${url}${path}`, { method });
          assertEquals([method, status, headers.allow], [method, 405, "GET, HEAD"]);
        }
      },
    },
  ]),
  {
    name: "any other path is not found",
    async run({ url }) {
      assertEquals((await ask(`${url}/metrics/more`)).status, 404);
    },
  },
  {
    name: "a connection goes on after a body that nobody read",
    async run({ url }) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const posted = await ask(`${url}/metrics`, { method: "POST", body: "x".repeat(1e5), agent });
      const asked = await ask(`${url}/health`, { agent });
      agent.destroy();
      assertEquals([posted.status, asked.status], [405, 200]);
    },
  },
  {
    name: "GET /metrics by many clients at once",
    async run({ url }) {
      const all = await Promise.all(Array.from({ length: 25 }, () => ask(`${url}/metrics`)));
      for (const { status, body } of all) {
        assertEquals(status, 200);
        assertPage(body.toString());
      }
    },
  },
  ...[
    { when: "before it has asked", lines: ["GET /metrics HTTP/1.1", "Host: loc"], patient: false },
    { when: "before the answer", lines: request("/metrics"), patient: false },
    { when: "in the middle of the answer", lines: request("/metrics"), patient: true },
  ].map(({ when, lines, patient }): Check => ({
    name: `a client that disconnects ${when}`,
    async run(served) {
      const written = served.output();
      const { pathname } = new URL(`${served.url}/`);
      const bytes = lines.join("\r\n").replace(" /", ` ${pathname}`);
      await Promise.all(Array.from({ length: 20 }, () => disconnect(served.url, bytes, patient)));
      const { status, body } = await ask(`${served.url}/metrics`);
      assertEquals(status, 200);
      assertPage(body.toString());
      const complaints = /error|exception|panic|uncaught|unhandled/i;
      assertEquals(served.output().slice(written.length).match(complaints), null);
    },
  })),
];

/** A page of the text format that was sent to its end. */
function assertPage(page: string): void {
  assertMatch(page, /^processor_events_received \d+$/m);
  assertStringIncludes(page, '\nedgeprom_scrape_errors_total{cause="collector"} 0\n');
  assert(page.endsWith("\n"), page.slice(-100));
}

function json({ headers, body }: Answer): Record<string, unknown> {
  assertEquals(headers["content-type"], "application/json");
  assertEquals(headers["cache-control"], "no-store");
  return JSON.parse(body.toString());
}

async function both(url: string, ...questions: readonly [Question, Question]): Promise<Answer[]> {
  return [await ask(url, questions[0]), await ask(url, questions[1])];
}

function request(path: string): string[] {
  return [`GET ${path} HTTP/1.1`, "Host: localhost", "Accept-Encoding: identity", "", ""];
}
