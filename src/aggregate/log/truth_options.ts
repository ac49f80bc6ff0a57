import type { Sums } from "../sums/sums.ts";
import { PassingTime } from "./passing_time.ts";
import { completeSettings, type StateSettings } from "./state_settings.ts";
import type { AggregateStore } from "./store.ts";

/** How a truth works. Settings that are left out are the first ones. */
export interface TruthOptions extends Partial<StateSettings> {
  readonly store: AggregateStore;
  /** Makes empty sums; called again if the store has to be read again, or if settings have changed. */
  readonly newSums: (settings: StateSettings) => Sums;
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
  const { maxClients = 1_000_000, onWarning = () => {}, time = new PassingTime() } = options;
  return { ...options, ...completeSettings(options), maxClients, onWarning, time };
}
