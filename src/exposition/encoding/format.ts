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
  /** The values of each setting, if the option takes an object of settings besides a boolean. */
  readonly settings?: SettingValues<SettingsOf<Options>>;
  /** Returns the encoders, the preferred one first. No setting is given if the option is `true`. */
  encoders(settings: SettingsOf<Options>): readonly Encoder[];
}

/** The object of settings that an option takes, or `never` if it is a boolean. */
type SettingsOf<Options extends object> = Exclude<Options[keyof Options], boolean | undefined>;

type SettingValues<Settings> = {
  readonly [Name in keyof Settings]-?: readonly Exclude<Settings[Name], undefined>[];
};

/**
 * The options of a list of formats, together.
 *
 * @internal
 */
export type OptionsOf<Formats extends readonly unknown[]> = Formats extends
  readonly [Format<infer Options>, ...infer Others] ? Options & OptionsOf<Others>
  : object;
