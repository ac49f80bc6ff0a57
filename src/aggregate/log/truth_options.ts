import type { Sums } from "../sums/sums.ts";
import { PassingTime } from "./passing_time.ts";
import { firstSettings, type StateSettings } from "./state_settings.ts";
import type { AggregateStore } from "./store.ts";

/** How a truth works. */
export interface TruthOptions {
  readonly store: AggregateStore;
  /** Makes empty sums; called again if the store has to be read again, or if settings have changed. */
  readonly newSums: (settings: StateSettings) => Sums;
  /** After how many seconds without a batch a client is taken to be gone; 300 by default. */
  readonly staleSeconds?: number;
  /** After how many seconds a series that nobody sends to goes; never by default. */
  readonly idleSeconds?: number;
  /** For how many seconds after its first page a series stays 0; 0 by default. */
  readonly zeroSeconds?: number;
  /** For how many seconds a client that is silent is known; 21,600 by default. */
  readonly clientSeconds?: number;
  /** The highest number of series in all families together; 100,000 by default. */
  readonly series?: number;
  /** The highest number of series in a family; 10,000 by default. */
  readonly seriesPerFamily?: number;
  /** How many clients may be known; 1,000,000 by default. */
  readonly maxClients?: number;
  /** Is told of what goes wrong, each thing once until an append goes well. Must not throw. */
  readonly onError: (error: Error) => void;
  /** Is told of families that are refused, each once while that lasts. Must not throw. */
  readonly onWarning?: (message: string) => void;
  /** The time; by the clocks of the runtime if it is left out. */
  readonly time?: PassingTime;
}

/** The options with what is left out. */
export type TruthSettings = Required<TruthOptions>;

/** Adds what is left out. */
export function withDefaults(options: TruthOptions): TruthSettings {
  const {
    staleSeconds = firstSettings.staleSeconds,
    idleSeconds = firstSettings.idleSeconds,
    zeroSeconds = firstSettings.zeroSeconds,
    clientSeconds = firstSettings.clientSeconds,
    series = firstSettings.series,
    seriesPerFamily = firstSettings.seriesPerFamily,
    maxClients = 1_000_000,
    onWarning = () => {},
    time = new PassingTime(),
  } = options;
  return {
    ...options,
    staleSeconds,
    idleSeconds,
    zeroSeconds,
    clientSeconds,
    series,
    seriesPerFamily,
    maxClients,
    onWarning,
    time,
  };
}
