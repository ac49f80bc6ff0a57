import { gunzipSync } from "node:zlib";
import type { MetricFamily } from "../../mod.ts";
import { labelsOfRow } from "../../src/core.ts";
import { readBatch } from "../../src/deltas/batches/batch_reader.ts";
import { type DeltaBatch, type FamilyDelta, keepingOf } from "../../src/deltas/delta.ts";
import {
  aggregatorHeader,
  aggregatorName,
  type BatchReply,
  type RefusedFamily,
} from "../../src/deltas/reply.ts";
import { never } from "./deferred.ts";

/**
 * What happens to a request: it is `taken`, its `request` or its `answer` is lost, it arrives `late`
 * or `twice`, the aggregator is `busy` and has kept it or not (`kept`), something before it answers
 * with a page for people (`page`) or fails (`gateway`) though it was applied, its answer is `garbled`,
 * it `hangs`, or it is `refused`.
 */
export type Fate =
  | "taken"
  | "request"
  | "answer"
  | "late"
  | "twice"
  | "busy"
  | "kept"
  | "page"
  | "gateway"
  | "garbled"
  | "hangs"
  | "refused";

/** A request as it came. */
export interface Arrival {
  readonly batch: DeltaBatch;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly fate: Fate;
}

/** What of a batch is the same under every name. */
export interface Content {
  readonly families: readonly FamilyDelta[];
  /** How often it was applied. */
  applied: number;
}

interface Client {
  readonly start: number;
  sequence: number;
}

/** An aggregator that adds up totals, knows all that ever was sent, and has requests meet fates. */
export class FakeAggregator {
  /** All requests, whatever became of them. */
  readonly arrivals: Arrival[] = [];
  /** Everything that was ever sent, once each. */
  readonly contents = new Map<string, Content>();
  /** Fates of the next requests; then they are `taken`. */
  readonly fates: Fate[] = [];
  /** Why families are refused, by name. */
  readonly refusing = new Map<string, string>();
  /** What else is in each reply. */
  extra: Partial<BatchReply> = {};
  /** Is called for each request before anything becomes of it. */
  onArrival: () => void = () => {};
  readonly #clients = new Map<string, Client>();
  readonly #living = new Map<string, Set<string>>();
  readonly #late: Uint8Array[] = [];
  #floor = -Infinity;

  /** Two batches with one name and number that are not the same. */
  readonly forgeries: string[] = [];
  readonly #bytes = new Map<string, string>();

  readonly fetch = async (_url: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    const body = init.body as Uint8Array;
    const bytes = headers.get("content-encoding") === "gzip" ? gunzipSync(body) : body;
    const batch = readBatch(bytes);
    const fate = this.fates.shift() ?? "taken";
    this.arrivals.push({ batch, headers, bytes: body.slice(), fate });
    this.#note(batch, body);
    this.onArrival();
    await null;
    switch (fate) {
      case "request":
        throw new TypeError("connection reset");
      case "answer":
        this.#receive(bytes);
        throw new TypeError("connection reset");
      case "late":
        this.#late.push(bytes);
        throw new TypeError("connection reset");
      case "twice":
        this.#receive(bytes);
        return this.#answer(this.#receive(bytes));
      case "kept":
        this.#receive(bytes);
        return this.#answer([503, { result: "unavailable", reason: "the store failed" }]);
      case "busy":
        return this.#answer([503, { result: "unavailable", reason: "the store failed" }]);
      case "page":
        return new Response("<h1>Log in</h1>", { headers: { "content-type": "text/html" } });
      case "gateway":
        this.#receive(bytes);
        return new Response("bad gateway", { status: 502 });
      case "garbled":
        this.#receive(bytes);
        return new Response('{"result":"app', { headers: { [aggregatorHeader]: aggregatorName } });
      case "hangs":
        this.#late.push(bytes);
        return await never();
      case "refused":
        return this.#answer([400, { result: "refused", reason: "not now" }]);
      case "taken":
        return this.#answer(this.#receive(bytes));
    }
  };

  /** What is late arrives. */
  deliverLate(): void {
    for (const bytes of this.#late.splice(0)) this.#receive(bytes);
  }

  /** Forgets all clients, but not what they sent. A first batch of one that it knew is no new one. */
  forget(): void {
    for (const { start } of this.#clients.values()) this.#floor = Math.max(this.#floor, start);
    this.#clients.clear();
    this.#living.clear();
  }

  /** Takes all clients for dead: their values that count while they live are gone. */
  expire(): void {
    this.#living.clear();
  }

  /** Number of names under which batches came. */
  get names(): number {
    return new Set(this.arrivals.map(({ batch }) => hex(batch.client))).size;
  }

  /** The sum of what was applied of each series of each total. */
  get totals(): ReadonlyMap<string, number> {
    return totalsOf([...this.contents.values()].filter(({ applied }) => applied > 0));
  }

  #note(batch: DeltaBatch, body: Uint8Array): void {
    const { families, time } = batch;
    const key = keyOf(batch);
    if (!this.contents.has(key)) this.contents.set(key, { families, applied: 0 });
    const number = `${hex(batch.client)} ${batch.sequence}`;
    const known = this.#bytes.get(number) ?? hex(body);
    if (known !== hex(body)) this.forgeries.push(`${number} at ${time}`);
    this.#bytes.set(number, known);
  }

  #receive(bytes: Uint8Array): readonly [status: number, reply: BatchReply] {
    const batch = readBatch(bytes);
    const name = hex(batch.client);
    const client = this.#clients.get(name);
    if (client !== undefined && batch.sequence <= client.sequence) {
      return [200, { result: "duplicate", ...this.extra }];
    }
    const isNext = client === undefined
      ? batch.sequence === 1 && batch.start > this.#floor
      : batch.sequence === client.sequence + 1 && batch.start === client.start;
    if (!isNext) return [409, { result: "unknown", reason: "this client is not known" }];
    this.#clients.set(name, { start: batch.start, sequence: batch.sequence });
    const hadLiving = this.#living.has(name);
    return [200, { ...this.#apply(batch, name), hasLiving: hadLiving, ...this.extra }];
  }

  #apply(batch: DeltaBatch, name: string): BatchReply {
    const refused: RefusedFamily[] = [];
    for (const { family } of batch.families) {
      const reason = this.refusing.get(family.name);
      if (reason !== undefined) refused.push({ family: family.name, reason });
      else if (keepingOf(family) === "living" && family.labels.rows > 0) {
        const names = this.#living.get(name) ?? new Set();
        this.#living.set(name, names.add(family.name));
      }
    }
    this.contents.get(keyOf(batch))!.applied++;
    return { result: "applied", ...refused.length > 0 && { refused } };
  }

  #answer([status, reply]: readonly [status: number, reply: BatchReply]): Response {
    const headers = { [aggregatorHeader]: aggregatorName, "content-type": "application/json" };
    return new Response(JSON.stringify(reply), { status, headers });
  }
}

/** The sum of what contents have of each series of each total. */
export function totalsOf(contents: readonly Content[]): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const { family } of contents.flatMap(({ families }) => families)) {
    for (const [series, value] of valuesOf(family)) {
      totals.set(series, (totals.get(series) ?? 0) + value);
    }
  }
  return totals;
}

/** The numbers of a total that are added up, by series. */
export function* valuesOf(family: MetricFamily): Generator<[series: string, value: number]> {
  for (let row = 0; row < family.labels.rows; row++) {
    const series = family.name + JSON.stringify(labelsOfRow(family.labels, row));
    if (family.type === "counter") yield [series, family.values[row]];
    if (family.type !== "histogram") continue;
    const size = family.bounds.length + 1;
    yield [`${series} sum`, family.sums[row]];
    for (let bucket = 0; bucket < size; bucket++) {
      yield [`${series} ${bucket}`, family.buckets[row * size + bucket]];
    }
  }
}

function keyOf({ families, time }: DeltaBatch): string {
  return JSON.stringify([time, families.map(({ family, gone }) => [family, gone])]);
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
