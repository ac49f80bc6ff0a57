import type { MetricsRegistry } from "../../mod.ts";
import { escapeFamilies } from "../../src/exposition/encoding/escape_families.ts";
import { samplesOf } from "../../src/testing.ts";
import type { Prometheus } from "./prometheus.ts";

/** Series by name and labels, with their values. */
export type Series = ReadonlyMap<string, string>;

interface VectorElement {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [time: number, value: string];
  readonly histogram?: readonly [time: number, histogram: { readonly count: string }];
}

/** The exemplars of a series. */
export interface ServedExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

/** The recorded series, under names that every server can read. */
export async function recordedSeries(registry: MetricsRegistry): Promise<Series> {
  const { families } = await registry.gather();
  const escaped = escapeFamilies(families, "underscores", (error) => {
    throw error;
  });
  const samples = escaped.flatMap((family) => [...samplesOf(family)]);
  return new Map([
    ...samples.map(({ name, labels, value }) => [keyOf(name, labels), String(value)] as const),
    ...["collector", "encoding"]
      .map((cause) => [keyOf("edgeprom_scrape_errors_total", { cause }), "0"] as const),
  ]);
}

/** Metrics that scrapes count of themselves, which change while servers scrape. */
export const countedByScrapes = "edgeprom_(scrape_duration|scrapes|series).*";

/**
 * The series that a server stored of a job, without those it adds and those each scrape changes.
 */
export async function storedSeries(server: Prometheus, job: string): Promise<Series> {
  const query = `{job="${job}",__name__!~"up|scrape_.+|${countedByScrapes}"}`;
  const { result } = await server
    .ask<{ readonly result: readonly VectorElement[] }>("query", { query });
  return new Map(result.map((each) => [keyOf(each.metric.__name__, each.metric), valueOf(each)]));
}

export async function storedExemplars(
  server: Prometheus,
  job: string,
): Promise<readonly ServedExemplars[]> {
  const query = `{job="${job}"}`;
  const now = Date.now() / 1000;
  const parameters = { query, start: `${now - 600}`, end: `${now + 60}` };
  return await server.ask("query_exemplars", parameters);
}

/** The key of a series: its name, and its labels in order, without those that the server adds. */
export function keyOf(name: string, labels: Readonly<Record<string, string>> = {}): string {
  const { __name__: _, job: _job, instance: _instance, ...own } = labels;
  return name + JSON.stringify(Object.fromEntries(Object.entries(own).sort()));
}

export function nameOf(key: string): string {
  return key.slice(0, key.indexOf("{"));
}

/** The count of a native histogram; any other value as JavaScript writes it. */
function valueOf({ value, histogram }: VectorElement): string {
  if (histogram !== undefined) return `${histogram[1].count} observed`;
  return String(Number(value?.[1].replace("Inf", "Infinity")));
}
