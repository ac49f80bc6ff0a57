import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import { pause } from "./deferred.ts";
import { decodeRequest, type Protocol, type WrittenRequest } from "./remote_write.ts";
import { faultsOf, sizeOf } from "./remote_write_rules.ts";
import { type Appended, RemoteWriteStorage, type StoredSample } from "./remote_write_storage.ts";

/** An answer, or none: the connection is closed before one, or in the midst of one. */
export type Answer = "closed" | "cut" | {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** A request as a behaviour sees it. */
export interface Incoming {
  readonly protocol: Protocol;
  /** Undefined if it could not be read. */
  readonly request?: WrittenRequest;
  /** Number of samples, native histograms included. */
  readonly size: number;
  readonly bytes: number;
  /** Stores it, and answers as a server that has it all in order does. */
  take(): Answer;
  /** Stores some of its series, and says what came of that. */
  store(some?: (position: number) => boolean): Appended;
}

/** How a receiver treats a request. */
export type Behaviour = (incoming: Incoming) => Answer | Promise<Answer>;

/** A request as it came, with what became of it. */
export interface Received {
  readonly protocol: Protocol;
  readonly headers: Readonly<Record<string, string>>;
  readonly request?: WrittenRequest;
  /** Undefined as long as there is none. */
  readonly answer?: Answer;
}

export interface ReceiverOptions {
  /** What it does with requests for which no behaviour was set; it takes them. */
  readonly usually?: Behaviour;
  /** Takes metadata without a type, as families of the type `unknown` have it. */
  readonly allowsUnknown?: boolean;
}

const headersOf: Readonly<Record<Protocol, Readonly<Record<string, string>>>> = {
  "2.0": {
    "content-encoding": "snappy",
    "content-type": "application/x-protobuf;proto=io.prometheus.write.v2.Request",
    "x-prometheus-remote-write-version": "2.0.0",
  },
  "1.0": {
    "content-encoding": "snappy",
    "content-type": "application/x-protobuf",
    "x-prometheus-remote-write-version": "0.1.0",
  },
};

/**
 * A receiver of Remote Write 1.0 and 2.0 that forgives nothing: whatever the specification forbids
 * is answered with 400 and kept in `violations`. Its `fetch` needs no network.
 */
export class RemoteWriteReceiver {
  readonly url = "http://receiver.test/api/v1/write";
  readonly storage: RemoteWriteStorage = new RemoteWriteStorage();
  readonly violations: string[] = [];
  readonly received: Received[] = [];
  /** What it does once the script is over. */
  usually: Behaviour;
  /** The most requests that its `fetch` had at a time. */
  mostAtOnce = 0;
  #atOnce = 0;
  readonly #allowsUnknown: boolean;
  readonly #script: Behaviour[] = [];

  constructor({ usually = taking, allowsUnknown = false }: ReceiverOptions = {}) {
    this.usually = usually;
    this.#allowsUnknown = allowsUnknown;
  }

  /** What it does with the next requests, in this order. */
  script(...behaviours: readonly Behaviour[]): void {
    this.#script.push(...behaviours);
  }

  /** Forgets what is left of the script. */
  unscript(): void {
    this.#script.length = 0;
  }

  /** In place of the global function; bound, so that it can be passed on. */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const request = new Request(url, init);
    // Not the request's own, which Node 20 forgets to abort if garbage was collected meanwhile.
    const { signal } = init;
    signal?.throwIfAborted();
    const aborted = new Promise<never>((_, refuse) => {
      signal?.addEventListener("abort", () => refuse(signal.reason), { once: true });
    });
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
    try {
      const body = new Uint8Array(await request.arrayBuffer());
      const headers = Object.fromEntries(request.headers);
      const answer = await Promise.race([this.#answer(request.method, headers, body), aborted]);
      return responseOf(answer);
    } finally {
      this.#atOnce--;
    }
  };

  /** Listens on a port of its own, for what has to go over a network. */
  async listen(): Promise<{ readonly url: string; close(): Promise<void> }> {
    const server = createServer(async (incoming, outgoing) => {
      // On a connection that was used before, a client may send a lost request again by itself.
      outgoing.setHeader("Connection", "close");
      const parts: Uint8Array[] = [];
      for await (const part of incoming) parts.push(part);
      const headers = incoming.headers as Record<string, string>;
      const body = new Uint8Array(Buffer.concat(parts));
      const answer = await this.#answer(incoming.method ?? "", headers, body);
      if (answer === "closed") return void incoming.socket.destroy();
      if (answer === "cut") {
        outgoing.writeHead(500, { "Content-Length": "100" });
        return void outgoing.write("half of", () => incoming.socket.destroy());
      }
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number };
    return {
      url: `http://127.0.0.1:${port}/api/v1/write`,
      close: () => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(() => resolve()));
      },
    };
  }

  /** The keys of all series, sorted; see `seriesKey`. */
  keys(): readonly string[] {
    return this.storage.all().map(({ key }) => key).sort();
  }

  /** The keys of the series that have not ended. */
  shown(): readonly string[] {
    return this.keys().filter((key) => !this.samples(key).at(-1)?.isStale);
  }

  samples(key: string): readonly StoredSample[] {
    return this.storage.get(key)?.samples ?? [];
  }

  /** The newest value of a series; `undefined` if there is none, or if the series ended. */
  latest(key: string): number | undefined {
    const last = this.samples(key).at(-1);
    return last === undefined || last.isStale ? undefined : last.value;
  }

  /** What a counter grew by since its first sample; a lower value is a new start from 0. */
  increase(key: string): number {
    const values = this.samples(key).filter(({ isStale }) => !isStale).map(({ value }) => value);
    return values.slice(1).reduce((sum, value, before) => {
      const grown = value - values[before];
      return sum + (grown < 0 ? value : grown);
    }, 0);
  }

  async #answer(
    method: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
  ): Promise<Answer> {
    const protocol = headers["content-type"]?.includes("v2.Request") ? "2.0" : "1.0";
    const faults = [...requestFaults(method, headers, protocol)];
    let request: WrittenRequest | undefined;
    try {
      request = decodeRequest(body, protocol);
      faults.push(...faultsOf(request, { allowsUnknown: this.#allowsUnknown }));
      faults.push(...this.storage.contradictions(request));
    } catch (error) {
      faults.push(`${error}`);
    }
    this.violations.push(...faults);
    const behave = this.#script.shift() ?? this.usually;
    const received: { -readonly [Key in keyof Received]: Received[Key] } = {
      protocol,
      headers,
      request,
    };
    this.received.push(received);
    const refused = { status: 400, body: faults.join("\n") };
    const answer = faults.length > 0
      ? refused
      : await behave(this.#incoming(protocol, request, body.length));
    const isAnswered = typeof answer === "object" && answer.status < 429;
    if (request !== undefined && isAnswered) this.storage.answered(request);
    return received.answer = answer;
  }

  #incoming(protocol: Protocol, request: WrittenRequest | undefined, bytes: number): Incoming {
    const nothing = { samples: 0, histograms: 0, exemplars: 0, refused: [] };
    const store: Incoming["store"] = (some = () => true) => {
      if (request === undefined) return nothing;
      const series = request.series.filter((_, position) => some(position));
      return this.storage.append({ ...request, series });
    };
    const size = request === undefined ? 0 : sizeOf(request);
    return { protocol, request, size, bytes, store, take: () => written(store()) };
  }
}

/** Stores all it can, and answers like Prometheus. */
export const taking: Behaviour = (incoming) => incoming.take();

/** Closes the connection and stores nothing. */
export const losing: Behaviour = () => "closed";

/** Stores all, but nobody learns of it. */
export const losingAnswer: Behaviour = (incoming) => {
  incoming.store();
  return "closed";
};

/** Ends its answer before the end, and stores nothing. */
export const cuttingAnswer: Behaviour = () => "cut";

/** Stores nothing and never answers. */
export const stalling: Behaviour = () => new Promise(() => {});

/** Stores at once, and answers later. */
export function slow(seconds: number): Behaviour {
  return async (incoming) => {
    const answer = incoming.take();
    await pause(seconds);
    return answer;
  };
}

/** Stores nothing. */
export function answering(status: number, headers?: Readonly<Record<string, string>>): Behaviour {
  const none = "x-prometheus-remote-write-samples-written";
  return () => ({ status, headers: { [none]: "0", ...headers }, body: `answer ${status}` });
}

/** Understands 1.0 only, and says so. */
export const refusing2: Behaviour = (incoming) =>
  incoming.protocol === "2.0" ? { status: 415, body: "unsupported" } : incoming.take();

/**
 * Understands 1.0 only, and finds nothing in requests of 2.0, whose fields have other numbers:
 * Prometheus before 2.54, and VictoriaMetrics. It does not know of headers that tell what was
 * written.
 */
export const ignoring2: Behaviour = (incoming) => {
  if (incoming.protocol === "2.0") return { status: 204 };
  const { refused } = incoming.store();
  return refused.length === 0 ? { status: 204 } : { status: 400, body: refused.join("\n") };
};

/** Fails at native histograms and stores nothing of their request, as Prometheus 3.5 does. */
export const withoutNative: Behaviour = (incoming) => {
  const hasNative = incoming.request?.series.some(({ histograms }) => histograms.length > 0);
  const answer = { status: 500, body: "native histograms are disabled" };
  return hasNative ? answer : incoming.take();
};

/** Refuses requests of more samples. */
export function upTo(samples: number): Behaviour {
  return (incoming) =>
    incoming.size > samples ? { status: 413, body: "too large" } : incoming.take();
}

/** Stores the series at these positions, and refuses the request for the others. */
export function storingSome(some: (position: number) => boolean): Behaviour {
  return (incoming) => {
    const { headers } = written(incoming.store(some));
    return { status: 400, headers, body: "some samples are invalid" };
  };
}

/** Stores all, and counts wrongly what it stored. */
export const miscounting: Behaviour = (incoming) => {
  const appended = incoming.store();
  return written({ ...appended, samples: 0, histograms: 0, exemplars: 0 });
};

function written({ samples, histograms, exemplars, refused }: Appended) {
  const headers = {
    "x-prometheus-remote-write-samples-written": `${samples}`,
    "x-prometheus-remote-write-histograms-written": `${histograms}`,
    "x-prometheus-remote-write-exemplars-written": `${exemplars}`,
  };
  return refused.length === 0
    ? { status: 204, headers }
    : { status: 400, headers, body: refused.join("\n") };
}

function requestFaults(
  method: string,
  headers: Readonly<Record<string, string>>,
  protocol: Protocol,
): readonly string[] {
  const wrong = Object.entries(headersOf[protocol]).filter(([name, value]) =>
    headers[name] !== value
  );
  return [
    ...method === "POST" ? [] : [`the method ${method}`],
    ...wrong.map(([name]) => `the header ${name}: ${headers[name]}`),
    // Those that the runtime adds by itself do not say who sends.
    ...headers["user-agent"]?.startsWith("edgeprom/")
      ? []
      : [`the header user-agent: ${headers["user-agent"]}`],
  ];
}

function responseOf(answer: Answer): Response {
  if (answer === "closed") throw new TypeError("connection closed");
  if (answer === "cut") {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("half of")),
      pull: (controller) => controller.error(new TypeError("connection closed")),
    });
    return new Response(body, { status: 500 });
  }
  const { status, headers, body } = answer;
  return new Response(status === 204 ? null : body, { status, headers });
}
