import { contenders } from "../contenders/contenders.ts";
import type { ContenderName, Library } from "../contenders/library.ts";
import type { Measurement, Operation, Settings, Unit } from "../measure/operation.ts";
import { timeAll, warmedUp } from "../measure/timing.ts";
import { cataloguePopulation } from "./catalogue.ts";
import { counterPopulation, histogramPopulation, type Population } from "./population.ts";

/** What a server asks for, by the name of the format. */
export const accepts: Readonly<Record<string, string>> = {
  text: "text/plain;version=0.0.4",
  OpenMetrics: "application/openmetrics-text;version=1.0.0",
  protobuf: "application/vnd.google.protobuf;" +
    "proto=io.prometheus.client.MetricFamily;encoding=delimited",
};

interface Scrape {
  readonly what: string;
  readonly unit: Unit;
  readonly populate: (library: Library) => Population;
  /** The share of series that change between scrapes. */
  readonly share: number;
  readonly formats: readonly string[];
  readonly compressed?: boolean;
}

const all = Object.keys(accepts);
const counters = (series: number) => (library: Library) => counterPopulation(library, series);
const histograms = (library: Library) => histogramPopulation(library, 1000);

const scrapes: readonly Scrape[] = [
  { what: "37 metrics", unit: "µs", populate: cataloguePopulation, share: 1, formats: all },
  { what: "1 k counters", unit: "µs", populate: counters(1000), share: 1, formats: all },
  { what: "10 k counters", unit: "ms", populate: counters(10_000), share: 1, formats: all },
  {
    what: "10 k counters, 10 % changed",
    unit: "ms",
    populate: counters(10_000),
    share: 0.1,
    formats: ["text"],
  },
  {
    what: "10 k counters, gzip",
    unit: "ms",
    populate: counters(10_000),
    share: 1,
    formats: ["text"],
    compressed: true,
  },
  { what: "100 k counters", unit: "ms", populate: counters(100_000), share: 1, formats: ["text"] },
  { what: "1 k histograms", unit: "ms", populate: histograms, share: 1, formats: all },
];

/** From the registry to the bytes of a page. */
export async function scraping(settings: Settings): Promise<Measurement[]> {
  const operations = scrapes.flatMap((scrape) =>
    scrape.formats.map((format) => operationOf(scrape, format))
  ).filter(({ name }) => settings.only.test(name));
  const measurements: Measurement[] = [];
  // Pages of every kind first; then one operation at a time, as 100 k series fill the heap.
  await warmedUp(operationOf(scrapes[0], "text"), settings.milliseconds);
  for (const { name, unit, contenders } of operations) {
    const present = await offered(contenders, name);
    measurements.push(...await timeAll([{ name, unit, contenders: present }], settings));
  }
  return measurements;
}

function operationOf(scrape: Scrape, format: string): Operation {
  const work = (create: () => Promise<Library>) => async () => {
    const library = await create();
    const { touch } = scrape.populate(library);
    const page = async () => (await library.page(accepts[format])).bytes;
    return {
      prepare: () => touch(scrape.share),
      run: async () => {
        const bytes = await page();
        return scrape.compressed ? (await gzip(bytes)).byteLength : bytes.length;
      },
    };
  };
  const name = `scrape ${scrape.what}, ${format}`;
  const entries = Object.entries(contenders).map(([name, create]) => [name, work(create)]);
  return { name, unit: scrape.unit, contenders: Object.fromEntries(entries) };
}

/** Leaves out the contenders that do not know the format. */
async function offered(
  works: Operation["contenders"],
  operation: string,
): Promise<Operation["contenders"]> {
  const format = operation.slice(operation.lastIndexOf(" ") + 1);
  const present: Operation["contenders"] = {};
  for (const [name, work] of Object.entries(works)) {
    const contender = name as ContenderName;
    const library = await contenders[contender]();
    if (library.offers(accepts[format])) present[contender] = work;
  }
  return present;
}

/** None of the contenders but edgeprom compresses; they get the same compression here. */
function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(compressed).arrayBuffer();
}
