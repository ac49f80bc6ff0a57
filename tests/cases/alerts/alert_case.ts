/** Values of series, in the notation of promtool, by name and by labels besides those of a target. */
export type SeriesValues = Readonly<Record<string, string>>;

/** When an alert is raised, and when it is not. One sample a minute. */
export interface AlertCase {
  readonly alert: string;
  /** Series with which it is raised. */
  readonly fires: SeriesValues;
  /** A moment at which it is not yet raised, because it waits or nothing has happened. */
  readonly before: string;
  /** A moment at which it is. */
  readonly at: string;
  /** The labels of the alert that come from its series, besides `job`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What the templates of its texts with a value in them become. */
  readonly values?: Readonly<Record<string, string>>;
  /** Series with which it is not raised at that moment, or at another one. */
  readonly quiet: readonly { readonly series: SeriesValues; readonly at?: string }[];
}

/** The target of the series. */
export const target = { job: "shop", instance: "10.0.0.7:9090" };

/** The label of a target that alerts about a single one have. */
export const onInstance = { instance: target.instance };
