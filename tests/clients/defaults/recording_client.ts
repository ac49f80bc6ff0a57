import type { DefaultsClient, MetricConfig } from "../../../src/clients/defaults/client.ts";

/** A metric that remembers what it was made from and what was done to it. */
export class RecordingMetric {
  readonly config: MetricConfig;
  /** What was called, with its arguments. */
  readonly calls: unknown[][] = [];

  constructor(config: MetricConfig) {
    this.config = config;
  }

  inc(...args: unknown[]): void {
    this.calls.push(["inc", ...args]);
  }

  set(...args: unknown[]): void {
    this.calls.push(["set", ...args]);
  }

  observe(...args: unknown[]): void {
    this.calls.push(["observe", ...args]);
  }

  reset(): void {
    this.calls.push(["reset"]);
  }
}

/** A client of which tests see all that is made. */
export interface RecordingClient extends DefaultsClient {
  /** What was made, in that order, with the class. */
  readonly made: readonly (readonly [string, RecordingMetric])[];
  /** Reads all metrics: gives the calls for each name since the last reading. */
  read(): Readonly<Record<string, readonly unknown[]>>;
  /** Lets go of what was made. */
  clear(): void;
}

/** @param refused A name that is taken. */
export function recordingClient(refused?: string): RecordingClient {
  const made: (readonly [string, RecordingMetric])[] = [];
  const kind = (name: string) =>
    class extends RecordingMetric {
      constructor(config: MetricConfig) {
        if (config.name === refused) throw new Error(`${refused} is taken`);
        super(config);
        made.push([name, this]);
      }
    };
  return {
    Counter: kind("Counter"),
    Gauge: kind("Gauge"),
    Histogram: kind("Histogram"),
    Summary: kind("Summary"),
    made,
    read() {
      for (const [, { config }] of made) config.collect?.();
      return Object.fromEntries(
        made.map(([, { config, calls }]) => [config.name, calls.splice(0)]),
      );
    },
    clear: () => made.length = 0,
  };
}
