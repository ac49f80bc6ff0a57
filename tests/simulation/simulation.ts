import { DeltaPusher } from "../../src/push.ts";
import { differences } from "./comparison.ts";
import { familiesFromJson } from "./families_json.ts";
import { bearer, familiesPath, type Host } from "./host.ts";
import { Instruments } from "./instruments.ts";
import { Ledger } from "./ledger.ts";
import { Network, type Traffic } from "./network.ts";
import { PageChecker } from "./page_checker.ts";
import { Random } from "./random.ts";
import { numbersOfText, type Samples, samplesOf } from "./samples.ts";

export interface SimulationOptions {
  /** Decides everything but what the machine decides. */
  readonly seed: number;
  /** Number of clients. */
  readonly clients: number;
  /** Flushes of a client, on average. */
  readonly flushes: number;
  /** Number of clients that live at the same time. */
  readonly together: number;
  /** A page is asked for with every so many requests. */
  readonly requestsPerPage: number;
  /** For how long those clients hold on to a batch that soon give up, in seconds. */
  readonly giveUpSeconds: number;
  /** Called for each request: a clock may go on. */
  readonly onRequest?: () => void;
  /** How long a client waits before it flushes again, in seconds; not at all by default. */
  readonly pauseSeconds?: number;
}

/** What happened in a simulation. */
export interface SimulationReport {
  readonly seed: number;
  readonly clients: number;
  readonly flushes: number;
  readonly batches: number;
  readonly traffic: Traffic;
  /** Answers by their results, of all copies. */
  readonly answers: Readonly<Record<string, number>>;
  readonly crashes: number;
  readonly pages: number;
  /** Batches that clients have given up without knowing what became of them. */
  readonly uncertain: number;
  /** Ids that clients have taken besides their first. */
  readonly newIds: number;
  readonly series: number;
  readonly seconds: number;
  /** What must not be; none if all is well. */
  readonly problems: readonly string[];
}

const uncertainKey = 'edgeprom_push_batches_total{result="uncertain"';

/** Runs clients against an aggregator over a network that loses, repeats and delays. */
export async function simulate(
  host: Host,
  options: SimulationOptions,
): Promise<SimulationReport> {
  const begin = Date.now();
  const { seed, clients, requestsPerPage } = options;
  const ledger = new Ledger();
  const checker = new PageChecker();
  const problems: string[] = [];
  let page: Promise<void> | undefined;
  const network = new Network(host, ledger, () => {
    options.onRequest?.();
    if (network.traffic.requests % requestsPerPage !== 0) return;
    page ??= readPage(host, checker).then(() => {}).finally(() => page = undefined);
    return page;
  });

  let next = 0;
  let flushes = 0;
  let uncertain = 0;
  const live = async () => {
    while (next < clients && problems.length === 0) {
      const life = new Life(next++, options, ledger, network);
      try {
        await life.run();
      } catch (error) {
        problems.push(`client ${life.client}: ${error instanceof Error ? error.stack : error}`);
      }
      problems.push(...life.problems);
      flushes += life.flushes;
      uncertain += life.uncertain;
    }
  };
  await Promise.all(Array.from({ length: options.together }, live));

  // All clients are gone; what is still under way arrives, at one that is not to crash any more.
  host.calm();
  await host.restart();
  await host.ready();
  await network.arrive(true);
  for (const frame of ledger.doubtful()) await network.repeat(frame);
  if (ledger.doubtful().length > 0) problems.push("a batch got no answer in the end");

  let samples: Samples | undefined;
  try {
    const truth = ledger.truth();
    // A series that is new is 0 on one page.
    await readPage(host, checker);
    for (const state of ["at the end", "after a restart"]) {
      samples = await readPage(host, checker);
      const found = differences(samples, truth);
      problems.push(...found.slice(0, 50).map((each) => `${state}: ${each}`));
      await host.restart();
      await host.ready();
    }
  } catch (error) {
    problems.push(String(error instanceof Error ? error.stack : error));
  }
  const answers: Record<string, number> = {};
  for (const frame of ledger.frames.values()) {
    for (const [result, count] of frame.answers) answers[result] = (answers[result] ?? 0) + count;
  }
  const ids = new Set([...ledger.frames.values()].map(({ id }) => id));
  return {
    seed,
    clients,
    flushes,
    batches: ledger.frames.size,
    traffic: network.traffic,
    answers,
    crashes: host.crashes,
    pages: checker.pages,
    uncertain,
    newIds: ids.size - clients,
    series: samples?.numbers.size ?? 0,
    seconds: (Date.now() - begin) / 1000,
    problems: [...problems, ...checker.problems],
  };
}

/** A client from its beginning to its end. */
class Life {
  readonly client: number;
  readonly problems: string[] = [];
  flushes = 0;
  uncertain = 0;
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #instruments: Instruments;
  readonly #pusher: DeltaPusher;
  /** What the last gathering said of batches that were given up. */
  #counted = 0;

  constructor(client: number, options: SimulationOptions, ledger: Ledger, network: Network) {
    this.client = client;
    this.#options = options;
    const random = this.#random = Random.of(options.seed, client);
    const instruments = this.#instruments = new Instruments(random);
    const gatherer = {
      gather: async () => {
        instruments.mark();
        const gathering = await instruments.registry.gather();
        if (gathering.errors.length > 0) throw gathering.errors[0];
        ledger.gathered(client, gathering.families);
        instruments.unmark();
        this.#counted = countedIn(samplesOf(gathering.families));
        return gathering;
      },
    };
    this.#pusher = new DeltaPusher({
      gatherer,
      target: network.connection(client, random),
      authorization: { bearer },
      // The next flush is the next attempt: a pause in between would be a real one.
      maxAttempts: 1,
      logger: { info() {}, warn() {}, error() {} },
      ...random.chance(0.3) && { giveUpSeconds: options.giveUpSeconds },
    });
    instruments.registry.register(this.#pusher);
  }

  async run(): Promise<void> {
    const { flushes, pauseSeconds = 0 } = this.#options;
    const random = this.#random;
    const times = random.between(1, 2 * flushes - 1);
    for (; this.flushes < times; this.flushes++) {
      this.#instruments.record();
      // A series that is removed and made again has another start: that is told by milliseconds.
      if (pauseSeconds > 0) await pause(0.003 + random.next() * 2 * pauseSeconds);
      const before = this.uncertain;
      const report = await this.#pusher.flush();
      this.uncertain += report.errors.filter(({ message }) => isUncertain.test(message)).length;
      const { uncertain } = this;
      if (this.#counted < before || this.#counted > uncertain) {
        this.problems.push(
          `client ${this.client}: reports have ${before} and then ${uncertain} batches that are ` +
            `uncertain, its own metric ${this.#counted}`,
        );
      }
    }
  }
}

/** What a report says of a batch that was given up, and may have been applied. */
const isUncertain = /are given up, which may have been applied or not/;

function countedIn({ numbers }: Samples): number {
  let sum = 0;
  for (const [key, { value }] of numbers) if (key.startsWith(uncertainKey)) sum += value;
  return sum;
}

/** Reads a page as families, and as text; it may also fail, as the aggregator crashes. */
async function readPage(host: Host, checker: PageChecker): Promise<Samples> {
  const empty: Samples = { numbers: new Map(), natives: new Map() };
  await host.ready();
  try {
    const response = await host.request(familiesPath);
    const samples = samplesOf(familiesFromJson(await response.text()));
    checker.check(samples);
    const page = await host.request("/metrics");
    const text = await page.text();
    if (!page.ok) throw new Error(`no page, as the aggregator crashed: ${page.status}`);
    checker.checkText(numbersOfText(text));
    return samples;
  } catch (error) {
    if (
      !/crash|connect|terminated|closed|reset|socket|fetch|network|body|send/i.test(String(error))
    ) {
      checker.problems.push(`a page: ${error instanceof Error ? error.stack : error}`);
    }
    checker.missed();
    return empty;
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
