import type {
  DecodedExemplar,
  DecodedFamily,
  DecodedHistogram,
  DecodedLabel,
  DecodedMetric,
  DecodedSummary,
} from "./decoded_family.ts";
import { numberOf, type ParsedExemplar, type ParsedFamily } from "./python_parser.ts";

export type Labels = readonly (readonly [name: string, value: string])[];

/** An exemplar read from any format. */
export interface Reference {
  readonly labels: Labels;
  readonly value: number;
  readonly timestamp: number;
}

/** A sample in a canonical form, in which formats can be compared. */
export function line(name: string, labels: Labels, value: number, exemplar?: Reference): string {
  const reference = exemplar &&
    [present(exemplar.labels), canonicalNumber(exemplar.value), exemplar.timestamp];
  return JSON.stringify([name, present(labels), canonicalNumber(value), reference]);
}

/** A number without the sign of a zero, which is lost if client_python reads an integer. */
export function canonicalNumber(number: number): string {
  return String(number);
}

/** The samples that client_python found in a family. */
export function parsedLines({ samples }: ParsedFamily): string[] {
  return samples.map(({ name, labels, value, exemplar }) => {
    const bounds = labels.map(([label, text]) =>
      [label, /^(le|quantile)$/.test(label) ? canonicalNumber(numberOf(text)) : text] as const
    );
    return line(name, bounds, numberOf(value), exemplar ? parsedExemplar(exemplar) : undefined);
  });
}

/** The samples of a family in protobuf, under the names that they have in text. */
export function decodedLines({ name, metric = [] }: DecodedFamily): string[] {
  return metric.flatMap(({ label = [], ...values }) => linesOf(name, label.map(pair), values));
}

function linesOf(name: string, labels: Labels, values: DecodedMetric): string[] {
  const { counter, gauge, untyped, summary, histogram } = values;
  const single = counter ?? gauge ?? untyped;
  const created = (counter ?? summary ?? histogram)?.createdTimestamp;
  return [
    ...single ? [line(name, labels, single.value, decodedExemplar(counter?.exemplar))] : [],
    ...summary ? summaryLines(name, labels, summary) : [],
    ...histogram ? histogramLines(name, labels, histogram) : [],
    ...created ? [line(`${name}_created`, labels, created.seconds + created.nanos / 1e9)] : [],
  ];
}

function summaryLines(name: string, labels: Labels, summary: DecodedSummary): string[] {
  const { sampleSum, sampleCount, quantile = [] } = summary;
  return [
    ...quantile.map(({ quantile, value }) =>
      line(name, [...labels, ["quantile", canonicalNumber(quantile)]], value)
    ),
    line(`${name}_sum`, labels, sampleSum),
    line(`${name}_count`, labels, sampleCount),
  ];
}

function histogramLines(name: string, labels: Labels, histogram: DecodedHistogram): string[] {
  const { sampleSum, sampleCount = NaN, bucket = [] } = histogram;
  return [
    ...bucket.map(({ upperBound, cumulativeCount = NaN, exemplar }) => {
      const bound: Labels = [...labels, ["le", canonicalNumber(upperBound)]];
      return line(`${name}_bucket`, bound, cumulativeCount, decodedExemplar(exemplar));
    }),
    line(`${name}_sum`, labels, sampleSum),
    line(`${name}_count`, labels, sampleCount),
  ];
}

function parsedExemplar({ labels, value, timestamp }: ParsedExemplar): Reference {
  return { labels, value: numberOf(value), timestamp: Number(timestamp) };
}

function decodedExemplar(exemplar: DecodedExemplar | undefined): Reference | undefined {
  if (exemplar === undefined) return undefined;
  const { label = [], value, timestamp: { seconds, nanos } } = exemplar;
  return { labels: label.map(pair), value, timestamp: seconds + nanos / 1e9 };
}

function pair({ name, value }: DecodedLabel): readonly [string, string] {
  return [name, value];
}

/** Labels in order, without empty ones: an empty value means an absent label. */
function present(labels: Labels): Labels {
  return labels.filter(([, value]) => value !== "").sort();
}
