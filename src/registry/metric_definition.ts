import type { LabelDefinition } from "../model/family/labels.ts";
import type { FamilyHeader } from "../model/snapshot.ts";
import type { Callback } from "../metrics/callback.ts";

/**
 * The definition of a metric. The help text is required: a name alone is rarely enough.
 *
 * @category Registry
 */
export type MetricDefinition = FamilyHeader;

/**
 * A definition with labels.
 *
 * @category Registry
 */
export interface Labelled<Definition extends LabelDefinition> {
  /** A list of names, or an object with a closed list or a schema per name. */
  readonly labels: Definition;
}

/**
 * A definition without labels.
 *
 * @category Registry
 */
export interface Unlabelled {
  /** Left out: the metric is one series. */
  readonly labels?: undefined;
}

/**
 * A definition with a list of states.
 *
 * @category Registry
 */
export interface Stateful<State extends string> {
  /** The names of the states. */
  readonly states: readonly State[];
}

/**
 * A definition whose values are read by a callback at each scrape.
 *
 * @category Registry
 */
export interface WithCallback<Value> {
  /** Returns the value, or the series with their values. */
  readonly callback: Callback<Value>;
}
