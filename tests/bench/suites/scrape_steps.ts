import type { Measurement, Operation, Settings, Work } from "../measure/operation.ts";
import { type Encoding, prometheus } from "../measure/prometheus_request.ts";
import { timeAll } from "../measure/timing.ts";
import { readyBody } from "./http.ts";
import { type MetricsApp, metricsApp } from "./metrics_app.ts";

/** After so many scrapes all that they run is compiled; the usual warm-up is too short for them. */
const warmScrapes = 3000;

/** A step from the numbers to what a client reads, and the length of what it made. */
type Step = (app: MetricsApp, request: Request) => Promise<number>;

const gather: Step = async ({ registry }) => (await registry.gather()).families.length;
const encode: Step = async ({ registry }) => (await registry.encode()).length;
const scrape: Step = async ({ registry, scrape }, request) =>
  await lengthOf(await scrape(request, registry));
const app: Step = async ({ app }, request) => await lengthOf(await app.fetch(request));

/**
 * What each step of a scrape of the 37 metrics takes in one process, without a socket. A handler that
 * computes nothing is what requests, responses and their reading cost by themselves.
 */
export async function scrapeSteps(settings: Settings): Promise<Measurement[]> {
  const operations = [
    stepOf("gather", gather),
    stepOf("gather + encode", encode),
    stepOf("scrape() and read", scrape, "identity"),
    stepOf("app and read", app, "identity"),
    stepOf("app and read, unchanged", app, "identity", 0),
    stepOf("app and read, gzip", app, "gzip"),
  ];
  return await timeAll(operations.filter(({ name }) => settings.only.test(name)), settings);
}

function stepOf(what: string, step: Step, encoding?: Encoding, share = 0.1): Operation {
  const headers = prometheus(encoding);
  const request = () => new Request("http://localhost/metrics", { headers });
  return {
    name: `step of a scrape, ${what}`,
    unit: "µs",
    contenders: {
      edgeprom: async () => {
        const own = await metricsApp();
        const work = repeated(() => step(own, request()));
        for (let done = 0; done < warmScrapes; done++) {
          if (share > 0) own.touch(share);
          await work.run(1);
        }
        return share === 0 ? work : { ...work, prepare: () => own.touch(share) };
      },
      ...encoding && {
        "ready body": async () => {
          const { bytes, headers } = await readyBody(encoding);
          const work = repeated(() => {
            request();
            return lengthOf(new Response(bytes, { headers }));
          });
          await work.run(warmScrapes);
          return work;
        },
      },
    },
  };
}

function repeated(step: () => Promise<number>): Work {
  return {
    async run(times) {
      let total = 0;
      for (let time = 0; time < times; time++) total += await step();
      return total;
    },
  };
}

async function lengthOf(response: Response): Promise<number> {
  return (await response.arrayBuffer()).byteLength;
}
