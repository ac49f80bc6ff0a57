import {
  type Labels,
  staleBits,
  type WrittenExemplar,
  type WrittenHistogram,
  type WrittenMetadata,
  type WrittenRequest,
  type WrittenSample,
  type WrittenSeries,
} from "./remote_write.ts";
import { nameOf } from "./remote_write_rules.ts";

/** A sample as it is stored: a number, or a native histogram. */
export interface StoredSample {
  readonly timestamp: number;
  /** A histogram's is that of its sum. */
  readonly value: number;
  readonly bits: bigint;
  /** Ends its series. */
  readonly isStale: boolean;
  readonly startTimestamp?: number;
  readonly histogram?: WrittenHistogram;
}

export interface StoredSeries {
  readonly key: string;
  readonly labels: Labels;
  readonly samples: readonly StoredSample[];
  /** In the order of arrival, each time that they arrived. */
  readonly exemplars: readonly WrittenExemplar[];
  readonly metadata?: WrittenMetadata;
  readonly createdTimestamp?: number;
}

/** What became of a request. */
export interface Appended {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  /** Why samples were not stored. */
  readonly refused: readonly string[];
}

interface Growing {
  key: string;
  labels: Labels;
  samples: StoredSample[];
  exemplars: WrittenExemplar[];
  metadata?: WrittenMetadata;
  createdTimestamp?: number;
}

/** How `latest` and its like call a series: `name{a="b",c="d"}`, labels sorted, values in JSON. */
export function seriesKey(labels: Labels): string {
  const name = nameOf({ labels });
  const others = labels.filter(([label]) => label !== "__name__");
  const text = others.map(([label, value]) => `${plain(label)}=${JSON.stringify(value)}`);
  return plain(name) + (text.length > 0 ? `{${text}}` : "");
}

function plain(name: string): string {
  return /^[\w:]*$/.test(name) ? name : JSON.stringify(name);
}

/** A time series database in small, with the rules of Prometheus for what comes late or twice. */
export class RemoteWriteStorage {
  readonly #series = new Map<string, Growing>();
  /** What was ever sent, stored or not: a sample that changes between two attempts is a fault. */
  readonly #sent = new Map<string, Map<number, string>>();
  /** The newest sample of each series of which the sender was told, by the answer to its request. */
  readonly #told = new Map<string, number>();
  /** By family; only 1.0 tells it so. */
  readonly metadata: Map<string, WrittenMetadata> = new Map();

  /** What a request has that contradicts earlier ones. */
  contradictions({ series }: WrittenRequest): readonly string[] {
    return series.flatMap((written) => {
      const key = seriesKey(written.labels);
      const sent = this.#sent.get(key) ?? new Map<number, string>();
      this.#sent.set(key, sent);
      const stored = this.#series.get(key)?.samples ?? [];
      const told = this.#told.get(key) ?? -Infinity;
      return samplesOf(written).flatMap((sample) => {
        const { timestamp } = sample;
        const content = contentOf(sample);
        const before = sent.get(timestamp) ?? content;
        sent.set(timestamp, content);
        return [
          ...before === content ? [] : [`${key}@${timestamp}: first ${before}, then ${content}`],
          ...timestamp < told && !stored.some((each) => each.timestamp === timestamp)
            ? [`${key}@${timestamp}: older than what is stored, ${told}`]
            : [],
        ];
      });
    });
  }

  append({ series, metadata }: WrittenRequest): Appended {
    const outcome = { samples: 0, histograms: 0, exemplars: 0, refused: [] as string[] };
    for (const [family, each] of metadata) this.metadata.set(family, each);
    for (const written of series) {
      const key = seriesKey(written.labels);
      const stored: Growing = this.#series.get(key) ??
        { key, labels: written.labels, samples: [], exemplars: [] };
      this.#series.set(key, stored);
      if (written.metadata) stored.metadata = written.metadata;
      if (written.createdTimestamp) stored.createdTimestamp = written.createdTimestamp;
      for (const sample of samplesOf(written)) {
        const reason = put(stored.samples, sample);
        if (reason !== undefined) outcome.refused.push(`${key}: ${reason}`);
        else if (sample.histogram === undefined) outcome.samples++;
        else outcome.histograms++;
      }
      stored.exemplars.push(...written.exemplars);
      outcome.exemplars += written.exemplars.length;
    }
    return outcome;
  }

  /** Notes that the sender of a request was told what is stored of it. */
  answered({ series }: WrittenRequest): void {
    for (const written of series) {
      const key = seriesKey(written.labels);
      const last = samplesOf(written).at(-1)?.timestamp;
      const isStored = this.#series.get(key)?.samples.some(({ timestamp }) => timestamp === last);
      if (last !== undefined && isStored) this.#told.set(key, last);
    }
  }

  /** Whether the sender knows that the newest sample of a series is stored. */
  isTold(key: string): boolean {
    const last = this.#series.get(key)?.samples.at(-1)?.timestamp;
    return last !== undefined && this.#told.get(key) === last;
  }

  /** All series, also those that ended. */
  all(): readonly StoredSeries[] {
    return [...this.#series.values()];
  }

  get(key: string): StoredSeries | undefined {
    return this.#series.get(key);
  }
}

/** Stores a sample, or says why not. */
function put(samples: StoredSample[], sample: StoredSample): string | undefined {
  const last = samples.at(-1);
  if (last === undefined || sample.timestamp > last.timestamp) {
    samples.push(sample);
    return undefined;
  }
  if (sample.timestamp < last.timestamp) return "out of order sample";
  return contentOf(sample) === contentOf(last) ? undefined : "duplicate sample for timestamp";
}

function contentOf({ bits, histogram, startTimestamp: _ }: StoredSample): string {
  const { sum: _sum, startTimestamp: _start, ...buckets } = histogram ?? {};
  return `0x${bits.toString(16)} ${histogram === undefined ? "" : JSON.stringify(buckets)}`;
}

function samplesOf({ samples, histograms }: WrittenSeries): readonly StoredSample[] {
  return [...samples.map(storedSample), ...histograms.map(storedHistogram)];
}

function storedSample({ timestamp = 0, ...sample }: WrittenSample): StoredSample {
  return { timestamp, ...sample, isStale: sample.bits === staleBits };
}

function storedHistogram(histogram: WrittenHistogram): StoredSample {
  const { timestamp = 0, startTimestamp, sum } = histogram;
  const isStale = sum.bits === staleBits;
  return { timestamp, startTimestamp, ...sum, isStale, histogram };
}
