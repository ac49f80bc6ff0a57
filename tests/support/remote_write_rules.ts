import { Buffer } from "node:buffer";
import {
  type Labels,
  nanBits,
  staleBits,
  type WrittenDouble,
  type WrittenExemplar,
  type WrittenHistogram,
  type WrittenRequest,
  type WrittenSeries,
  type WrittenSpan,
} from "./remote_write.ts";

/** As many samples as Prometheus itself sends in a request. */
export const largestRequest = 2000;

/**
 * What the specification or this project's rules of sending find wrong in a request. Only families
 * of the type `unknown` may have metadata without a type.
 */
export function faultsOf(
  request: WrittenRequest,
  { allowsUnknown = false }: { readonly allowsUnknown?: boolean } = {},
): readonly string[] {
  const { protocol, series, metadata, faults } = request;
  const size = sizeOf(request);
  const withHistograms = series.filter(({ histograms }) => histograms.length > 0).length;
  const all = [
    ...faults,
    ...series.length + metadata.length === 0 ? ["a request with nothing in it"] : [],
    ...size > largestRequest ? [`${size} samples in a request`] : [],
    ...withHistograms > 0 && protocol === "1.0" ? ["native histograms in 1.0"] : [],
    ...withHistograms > 0 && withHistograms < series.length
      ? ["native histograms beside other series"]
      : [],
    ...metadata.flatMap(([family, { type }]) => [
      ...family === "" ? ["metadata without a family"] : [],
      ...typeFaults(type, family, allowsUnknown),
    ]),
    ...series.flatMap((each) => [
      ...seriesFaults(each),
      ...each.metadata === undefined
        ? []
        : typeFaults(each.metadata.type, nameOf(each), allowsUnknown),
    ]),
  ];
  return [...new Set(all)];
}

/** Number of samples, a native histogram being one. */
export function sizeOf({ series }: WrittenRequest): number {
  return series.reduce(
    (sum, { samples, histograms }) => sum + samples.length + histograms.length,
    0,
  );
}

export function nameOf({ labels }: Pick<WrittenSeries, "labels">): string {
  return labels.find(([name]) => name === "__name__")?.[1] ?? "";
}

/** Compares as the bytes of UTF-8 do, which the order of UTF-16 is not. */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function typeFaults(type: string, family: string, allowsUnknown: boolean): readonly string[] {
  const isKnown = /^(counter|gauge|histogram|gaugehistogram|summary|info|stateset)$/.test(type) ||
    (type === "" && allowsUnknown);
  return isKnown ? [] : [`${family} has the type ${JSON.stringify(type)}`];
}

function seriesFaults(series: WrittenSeries): readonly string[] {
  const { labels, samples, histograms, exemplars, createdTimestamp } = series;
  const faults = [
    ...labelFaults(labels),
    ...nameOf(series) === "" ? ["no name"] : [],
    ...samples.length + histograms.length === 0 ? ["no sample"] : [],
    ...samples.length > 0 && histograms.length > 0 ? ["samples and histograms"] : [],
    ...timeFaults(samples),
    ...timeFaults(histograms),
    ...samples.flatMap(doubleFaults),
    ...histograms.flatMap(histogramFaults),
    ...exemplars.flatMap(exemplarFaults),
    ...[...samples, ...histograms].slice(-1)
      .filter(({ timestamp = 0 }) =>
        createdTimestamp !== undefined && createdTimestamp >= timestamp
      )
      .map(({ timestamp }) => `created at ${createdTimestamp}, measured at ${timestamp}`),
  ];
  return faults.map((fault) => `${JSON.stringify(labels)}: ${fault}`);
}

function labelFaults(labels: Labels): readonly string[] {
  const names = labels.map(([name]) => name);
  const sorted = [...names].sort(byBytes);
  return [
    ...names.some((name, at) => name !== sorted[at]) ? ["labels out of order"] : [],
    ...new Set(names).size < names.length ? ["a label twice"] : [],
    ...labels.some((label) => label.includes("")) ? ["an empty label"] : [],
  ];
}

/** Anything with a time, and maybe a start. */
type Timed = Pick<WrittenHistogram, "timestamp" | "startTimestamp">;

function timeFaults(samples: readonly Timed[]): readonly string[] {
  return samples.flatMap(({ timestamp, startTimestamp }, at) => {
    if (timestamp === undefined) return ["a sample without a time"];
    const before = at > 0 ? samples[at - 1].timestamp : undefined;
    return [
      ...before !== undefined && before >= timestamp ? ["samples out of order"] : [],
      ...startTimestamp !== undefined && startTimestamp >= timestamp
        ? [`started at ${startTimestamp}, measured at ${timestamp}`]
        : [],
    ];
  });
}

function doubleFaults({ value, bits }: WrittenDouble): readonly string[] {
  const isKnown = !Number.isNaN(value) || bits === staleBits || bits === nanBits;
  return isKnown ? [] : [`a NaN of the bits 0x${bits.toString(16)}`];
}

function exemplarFaults({ labels, timestamp }: WrittenExemplar): readonly string[] {
  const names = labels.map(([name]) => name);
  const length = [...labels.flat().join("")].length;
  return [
    ...timestamp === undefined || timestamp === 0 ? ["an exemplar without a time"] : [],
    ...names.includes("") || new Set(names).size < names.length
      ? ["an exemplar with bad labels"]
      : [],
    ...length > 128 ? [`an exemplar with ${length} characters`] : [],
  ];
}

/** What Prometheus checks of a native histogram, and would refuse. */
function histogramFaults(histogram: WrittenHistogram): readonly string[] {
  const { sum, countInt, countFloat, schema = 0, zeroThreshold = 0 } = histogram;
  if (sum.bits === staleBits) return [];
  const isCustom = schema === -53;
  const { customValues = [], zeroCountInt = 0, zeroCountFloat = 0 } = histogram;
  const positive = bucketsOf(histogram, "positive");
  const negative = bucketsOf(histogram, "negative");
  const counts = [...positive.counts, ...negative.counts];
  const inside = counts.reduce((all, count) => all + count, zeroCountInt + zeroCountFloat);
  const total = countInt ?? countFloat ?? 0;
  // An observation of NaN is counted, and lies in no bucket.
  const agrees = Number.isNaN(sum.value) ? inside <= total : inside === total;
  const hasOther = zeroThreshold + zeroCountInt + zeroCountFloat + negative.counts.length > 0;
  const isAscending = customValues.every((value, at) =>
    value < Infinity && (at === 0 || value > customValues[at - 1])
  );
  return [
    ...doubleFaults(sum),
    ...positive.faults,
    ...negative.faults,
    ...(countInt === undefined) === (countFloat === undefined) ? ["not one count"] : [],
    ...counts.some((count) => count < 0) ? ["a negative bucket"] : [],
    ...countFloat === undefined && !agrees ? [`${total} observed, ${inside} in buckets`] : [],
    ...!isCustom && (schema < -4 || schema > 8) ? [`the schema ${schema}`] : [],
    ...!isCustom && customValues.length > 0 ? ["bounds of a schema that has none"] : [],
    ...isCustom && !isAscending ? [`the bounds ${customValues}`] : [],
    ...isCustom && hasOther ? ["zero or negative buckets beside custom bounds"] : [],
    ...isCustom && positive.end > customValues.length + 1 ? ["more buckets than bounds"] : [],
  ];
}

/** The buckets of one side with their counts, and the index after the last one. */
export interface SideOfHistogram {
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
  readonly end: number;
  readonly faults: readonly string[];
}

export function bucketsOf(
  histogram: WrittenHistogram,
  side: "positive" | "negative",
): SideOfHistogram {
  const spans: readonly WrittenSpan[] = histogram[`${side}Spans`] ?? [];
  const deltas = histogram[`${side}Deltas`] ?? [];
  let count = 0;
  const counts = histogram[`${side}Counts`] ?? deltas.map((delta) => count += delta);
  let end = 0;
  const indexes = spans.flatMap(({ offset = 0, length = 0 }) => {
    const first = end + offset;
    end = first + length;
    return Array.from({ length }, (_, at) => first + at);
  });
  const faults = [
    ...indexes.length === counts.length
      ? []
      : [`${indexes.length} ${side} buckets in spans, ${counts.length} counts`],
    ...spans.slice(1).some(({ offset = 0 }) => offset < 0) ? [`${side} spans that go back`] : [],
  ];
  return { indexes, counts, end, faults };
}
