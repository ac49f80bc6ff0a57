import { assert, assertEquals } from "@std/assert";
import {
  constCounter,
  constGauge,
  constHistogram,
  constInfo,
  constStateSet,
  constSummary,
  type MetricFamily,
} from "../../mod.ts";
import { encodeFamilies, frameBatch } from "../../src/deltas/batches/batch_writer.ts";
import { aggregatorHeader } from "../../src/deltas/reply.ts";
import { replyOf, type Station, stationOf } from "./aggregation.ts";
import { heapGrowth } from "./garbage.ts";

export const silent = { info() {}, warn() {}, error() {} };
export const few = { cardinality: { seriesPerFamily: 20, onOverflow: () => {} }, logger: silent };

/** The bytes of families, without the frame around them. */
export function bytesOf(...families: readonly MetricFamily[]): Uint8Array<ArrayBuffer> {
  const encoded = encodeFamilies(families.map((family) => ({ family })), 64 * 1024 * 1024);
  assertEquals(encoded.length, 1);
  return encoded[0].bytes;
}

/** A client's id of 16 equal bytes. */
export function id(byte: number): Uint8Array {
  return new Uint8Array(16).fill(byte);
}

export interface Header {
  readonly client?: Uint8Array;
  readonly sequence?: number;
  readonly start?: number;
  readonly time?: number;
}

/** A batch with a frame that fits. */
export function frame(families: Uint8Array, header: Header = {}): Uint8Array<ArrayBuffer> {
  const now = Date.now() / 1000;
  return frameBatch({ client: id(1), sequence: 1, start: now, time: now, ...header }, families);
}

export function counter(
  name: string,
  value: number,
  labels: Record<string, string> = {},
): MetricFamily {
  return constCounter({ name, help: "Help.", samples: [{ labels, value }] });
}

/** An aggregator with metrics of every type from a good client, at a time that stands still. */
export async function populated(options = {}): Promise<Station> {
  const station = stationOf({ ...few, ...options });
  const families = [
    counter("jobs_total", 5, { kind: "a" }),
    constGauge({ name: "depth", help: "Help.", samples: [{ value: 3 }] }),
    constHistogram({
      name: "times",
      help: "H.",
      bounds: [1, 2],
      samples: [{ buckets: [1, 2, 3], sum: 9 }],
    }),
    constSummary({ name: "calls", help: "Help.", samples: [{ count: 2, sum: 3 }] }),
    constInfo({ name: "build_info", help: "Help.", samples: [{ labels: { version: "1" } }] }),
    constStateSet({
      name: "phase",
      help: "Help.",
      states: ["on", "off"],
      samples: [{ on: ["on"] }],
    }),
  ];
  assertEquals(
    (await station.send(frame(bytesOf(...families), { client: id(100) }))).result,
    "applied",
  );
  await station.page();
  return station;
}

/** Asserts that a request changes nothing, and is answered clearly. Returns the status. */
export async function assertRefused(station: Station, init: RequestInit): Promise<number> {
  const before = await station.page();
  const response = await station.request("/deltas", init);
  assert(response.headers.get(aggregatorHeader) !== null, "an answer without our header");
  const { status, result, reason } = await replyOf(response);
  assertEquals(result, status === 409 ? "unknown" : "refused");
  assert([400, 401, 403, 409, 413, 415].includes(status), `status ${status}`);
  assert(typeof reason === "string" && reason.length > 10, `reason: ${reason}`);
  assertEquals(await station.page(), before);
  return status;
}

/** Repeats something 1,000 times, twice, and asserts that nothing of it is kept. */
export async function assertFlat(action: () => Promise<unknown>, times = 500): Promise<void> {
  const growth = await heapGrowth(async () => {
    for (let time = 0; time < times; time++) await action();
  });
  assert(growth < 1, `the heap grows by ${growth} MB`);
}
