import type { MetricFamily } from "../../mod.ts";
import { type HistogramMode, partsOf } from "../../src/push/remote_write/parts.ts";
import type { Part } from "../../src/push/remote_write/sent_family.ts";
import type { Outcome, WriteRequest } from "../../src/push/remote_write/request.ts";
import { decodeRequest, type Protocol, staleBits, type WrittenSeries } from "./remote_write.ts";

/** A time of a push, in milliseconds since 1970. */
export const pushTime = 1_700_000_000_000;

/** How families are sent at that time. */
export function partsNow(
  families: readonly MetricFamily[],
  mode: HistogramMode = "classic",
): readonly Part[] {
  return partsOf(families, mode, pushTime);
}

/** What comes of a request. */
export type Fate = Outcome | "unsent";

/**
 * Runs requests to their end, and gives the lines of each. The fate of a request may depend on its
 * lines.
 */
export function sendAll(
  steps: Iterable<WriteRequest | void>,
  fateOf: Fate | ((lines: readonly string[]) => Fate) = "written",
  protocol: Protocol = "2.0",
): string[][] {
  const sent: string[][] = [];
  for (const request of steps) {
    if (request === undefined) continue;
    const lines = linesOf(request, protocol);
    sent.push(lines);
    const fate = typeof fateOf === "string" ? fateOf : fateOf(lines);
    if (fate !== "unsent") request.settle(fate);
  }
  return sent;
}

/**
 * The samples of a request, such as `jobs_total{queue="a"} 5 @0 from -2`: times in milliseconds from
 * {@linkcode pushTime}.
 */
export function linesOf(request: WriteRequest, protocol: Protocol = "2.0"): string[] {
  const { series, faults } = decodeRequest(request.body(), protocol);
  if (faults.length > 0) throw new Error(faults.join("; "));
  return series.flatMap(seriesLines);
}

function seriesLines({ labels, samples, histograms, exemplars }: WrittenSeries): string[] {
  const others = labels.filter(([name]) => name !== "__name__")
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const name = labels.find(([name]) => name === "__name__")?.[1];
  const series = `${name}${others.length === 0 ? "" : `{${others}}`}`;
  const behind = exemplars.map(({ value = 0 }) => ` # ${value}`).join("");
  return [
    ...samples.map(({ value, bits, ...times }) =>
      `${series} ${bits === staleBits ? "stale" : value}${timesOf(times)}${behind}`
    ),
    ...histograms.map(({ countInt, countFloat, sum, ...times }) =>
      `${series} ${sum.bits === staleBits ? "stale" : `n=${countInt ?? countFloat}`}` +
      `${timesOf(times)}${behind}`
    ),
  ];
}

interface Times {
  readonly timestamp?: number;
  readonly startTimestamp?: number;
}

function timesOf({ timestamp = NaN, startTimestamp }: Times): string {
  const start = startTimestamp === undefined ? "" : ` from ${startTimestamp - pushTime}`;
  return ` @${timestamp - pushTime}${start}`;
}
