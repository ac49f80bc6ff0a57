import type { MetricsRegistry } from "../../../mod.ts";
import type { FormatOptions } from "../../../src/exposition/formats.ts";
import { instrumentsOf } from "../contenders/edgeprom.ts";
import { longestGap } from "../measure/longest_gap.ts";
import { type Measurement, measurement, type Settings } from "../measure/operation.ts";
import { counterPopulation } from "./population.ts";

type Edgeprom = typeof import("../../../mod.ts");

/** The packed library; what is named in the source would be bundled. */
const specifier: string = "@edgeprom/edgeprom";

const series = 100_000;
const hotPages = 5;
const formats: FormatOptions = { openMetrics: true, openMetrics2: true };
const protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;" +
  "encoding=delimited";

/** What a server asks for, by the name of the format. */
const accepts = {
  "text 0.0.4": "text/plain;version=0.0.4",
  "text 1.0.0": "text/plain;version=1.0.0;escaping=allow-utf-8",
  "OpenMetrics 1.0": "application/openmetrics-text;version=1.0.0",
  "OpenMetrics 2.0": "application/openmetrics-text;version=2.0.0",
  "protobuf": protobuf,
} as const;

/** A format of large pages. */
export type LargeFormat = keyof typeof accepts;

/** All of them. */
export const largeFormats: readonly LargeFormat[] = Object.keys(accepts) as LargeFormat[];

/** What is measured in a format. */
export function largeOperations(format: LargeFormat): readonly string[] {
  return ["first scrape of 100 k counters", "scrape of 100 k counters", "100 k new counters"]
    .map((what) => `event loop stall, ${what}, ${format}`);
}

/**
 * How long nothing else can run while a large page is made: the first of a process, later ones, and
 * the first one after as many new series. To be run alone in its process, which is cold once.
 */
export async function largePages(
  format: LargeFormat,
  { runtime, only }: Settings,
): Promise<Measurement[]> {
  const { MetricsRegistry, scrape }: Edgeprom = await import(specifier);
  const registry = new MetricsRegistry({
    cardinality: { seriesPerFamily: Infinity, series: Infinity },
  });
  const headers = { Accept: accepts[format], "Accept-Encoding": "identity" };
  const wanted = accepts[format].split(";", 1)[0];
  const stall = () =>
    longestGap(async () => {
      const request = new Request("http://localhost/metrics", { headers });
      const response = await scrape(request, registry, { formats });
      const type = response.headers.get("Content-Type");
      if (!type?.startsWith(wanted)) throw new Error(`${format}: the page is ${type}`);
      await response.arrayBuffer();
    });

  const { touch } = counterPopulation(instrumentsOf(registry), series);
  const first = await stall();
  const later: number[] = [];
  for (let page = 0; page < hotPages; page++) {
    touch(1);
    later.push(await stall());
  }
  makeSeries(registry);
  const afterBurst = await stall();
  return largeOperations(format).flatMap((name, at) =>
    only.test(name)
      ? [measurement({ name, unit: "ms" }, runtime, "edgeprom", [[first], later, [afterBurst]][at])]
      : []
  );
}

function makeSeries(registry: MetricsRegistry): void {
  const counters = registry.counter({ name: "burst_total", help: "New.", labels: ["user"] });
  for (let user = 0; user < series; user++) counters.inc({ user: `user-${user}` });
}
