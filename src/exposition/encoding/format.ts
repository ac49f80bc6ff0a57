import type { Encoder } from "./encoder.ts";

/**
 * A format that requests may ask for, with the option that allows it.
 *
 * @typeParam Options An interface with the option as its only member. Its documentation is what users
 * see.
 */
export interface Format<Options extends object> {
  /** The name of the option. */
  readonly option: keyof Options & string;
  /** Whether the format is allowed if the option is not given. */
  readonly isDefault: boolean;
  /** Of several formats with the same weight in a request, the one with the highest number wins. */
  readonly richness: number;
  /** The values of each setting, if the option takes an object of settings besides a boolean. */
  readonly settings?: SettingValues<SettingsOf<Options>>;
  /** Returns the encoders, the preferred one first. No setting is given if the option is `true`. */
  encoders(settings: SettingsOf<Options>): readonly Encoder[];
}

/** A format with any option. */
export type AnyFormat = Format<Record<string, boolean | object>>;

/** The object of settings that an option takes, or `never` if it is a boolean. */
type SettingsOf<Options extends object> = Exclude<Options[keyof Options], boolean | undefined>;

type SettingValues<Settings> = {
  readonly [Name in keyof Settings]-?: readonly Exclude<Settings[Name], undefined>[];
};

/**
 * The options of a module's formats, together: the intersection of all `Options`, which TypeScript
 * infers from parameters.
 *
 * @internal
 */
export type OptionsOf<Formats> = TakersOf<Formats[keyof Formats]> extends
  (options: infer Options) => void ? Options : never;

type TakersOf<SomeFormat> = SomeFormat extends Format<infer Options> ? (options: Options) => void
  : never;
