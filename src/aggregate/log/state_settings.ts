import { StoreError } from "./store_error.ts";

/** The options on which it depends what an entry of the log does. */
export interface StateSettings {
  /** After how many seconds without a batch a client is taken to be gone. */
  readonly staleSeconds: number;
  /** After how many seconds a series that nobody sends to goes; `Infinity` if it stays. */
  readonly idleSeconds: number;
  /** For how many seconds after its first page a series stays 0. */
  readonly zeroSeconds: number;
  /** For how many seconds a client that is silent is known. */
  readonly clientSeconds: number;
  /** The highest number of series in all families together. */
  readonly series: number;
  /** The highest number of series in a family. */
  readonly seriesPerFamily: number;
}

/** The settings at the beginning of a log. They never change, so that every log can be read. */
export const firstSettings: StateSettings = {
  staleSeconds: 300,
  idleSeconds: Infinity,
  zeroSeconds: 0,
  clientSeconds: 21_600,
  series: 100_000,
  seriesPerFamily: 10_000,
};

const names = /* @__PURE__ */ Object.keys(firstSettings) as (keyof StateSettings)[];

/** Settings with the first ones in place of those that are left out. */
export function completeSettings(given: Partial<StateSettings>): StateSettings {
  const settings: Record<keyof StateSettings, number> = { ...firstSettings };
  for (const name of names) settings[name] = given[name] ?? settings[name];
  return settings;
}

/** Whether all of them are the same. */
export function isSameSettings(one: StateSettings, other: StateSettings): boolean {
  return names.every((name) => one[name] === other[name]);
}

/** Writes settings for a log. */
export function writeSettings(settings: StateSettings): Uint8Array {
  // JSON has no infinity: it is null.
  return new TextEncoder().encode(JSON.stringify(names.map((name) => [name, settings[name]])));
}

/**
 * Reads settings of a log.
 *
 * @throws {StoreError} If they are those of a newer version.
 */
export function readSettings(bytes: Uint8Array): StateSettings {
  const pairs = JSON.parse(new TextDecoder().decode(bytes)) as [keyof StateSettings, unknown][];
  const read: Record<keyof StateSettings, number> = { ...firstSettings };
  for (const [name, value] of pairs) {
    if (!names.includes(name)) {
      throw new StoreError(`it has a setting "${name}" of a newer version of edgeprom; use that`);
    }
    read[name] = value === null ? Infinity : value as number;
  }
  return read;
}
