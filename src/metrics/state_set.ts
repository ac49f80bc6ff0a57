import { display, RegistrationError } from "../model/errors.ts";
import { Family } from "../model/family/family.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import { checkNameOfType } from "../model/names.ts";
import type { Refusals } from "../model/refusals.ts";
import type { FamilySeries } from "../model/family/series_table.ts";
import type { StateSetSnapshot } from "../model/snapshot.ts";

/** The definition of a state set. */
export interface StateSetDefinition<State extends string = string> extends FamilyDefinition {
  /** The names of the states. */
  readonly states: readonly State[];
}

/**
 * A state set: states of which each is on or off, such as the phase of a job or feature flags.
 *
 * Source: OpenMetrics 1.0, "StateSet".
 *
 * @category Instruments
 */
export interface StateSet<State extends string> {
  /**
   * Turns one state on or off.
   *
   * @throws {InvalidValueError} If it is not one of the states, or neither on nor off.
   */
  set(state: State, on: boolean): void;
  /** Turns one state on and all others off. Throws as {@linkcode StateSet.set} does. */
  select(state: State): void;
  /** The states that are on. */
  get(): readonly State[];
}

/**
 * A family of state sets: one name, and a state set for each label set.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const pumps = new MetricsRegistry().stateSet({
 *   name: "pump",
 *   help: "What each pump does.",
 *   states: ["idle", "running", "broken"],
 *   labels: ["number"],
 * });
 * const first = pumps.labels({ number: "1" });
 * first.select("running");
 * assertEquals(first.get(), ["running"]);
 * ```
 *
 * @category Instruments
 */
export class StateSetFamily<Labels, State extends string> extends Family<Labels, StateSet<State>> {
  /** The names of the states. */
  readonly states: readonly State[];

  /**
   * A family that is not registered yet.
   *
   * @throws {RegistrationError} If there are no states, one is listed twice, or there is a unit.
   */
  constructor(definition: StateSetDefinition<State>) {
    super("stateset", definition, definition.name);
    const { name, states, unit } = definition;
    if (unit !== undefined) {
      throw new RegistrationError(`${name}: a state set has no unit; leave ${display(unit)} out`);
    }
    checkNameOfType("stateset", name);
    const copy: readonly State[] = Array.isArray(states) ? [...states] : [];
    const valid = copy.length > 0 && new Set(copy).size === copy.length &&
      copy.every((state) => typeof state === "string" && state !== "" && state.isWellFormed());
    if (!valid) {
      throw new RegistrationError(
        `${name}: states ${display(states)} must be a list of distinct texts, at least one`,
      );
    }
    this.states = copy;
  }

  /** Turns one state of one series on or off. */
  set(set: Labels, state: State, on: boolean): void {
    if (!this.states.includes(state)) {
      return this.accepts(set) ? refuseState(this.refusals, state, this.states) : undefined;
    }
    if (typeof on !== "boolean") {
      return this.accepts(set) ? refuseIsOn(this.refusals, on) : undefined;
    }
    this.labels(set).set(state, on);
  }

  /** Turns one state of one series on and all others off. */
  select(set: Labels, state: State): void {
    if (!this.states.includes(state)) {
      return this.accepts(set) ? refuseState(this.refusals, state, this.states) : undefined;
    }
    this.labels(set).select(state);
  }

  /** @internal A snapshot of all states. */
  protected override snapshot(
    { labels, children }: FamilySeries<StateSet<State>>,
  ): StateSetSnapshot {
    const values = new Float64Array(children.length * this.states.length);
    children.forEach((child, row) => {
      for (const state of child.get()) {
        values[row * this.states.length + this.states.indexOf(state)] = 1;
      }
    });
    return { type: "stateset", ...this.header, labels, states: this.states, values };
  }

  /** The number of writes: a state that is set to its present value is not idle. */
  protected override activityOf(child: StateSet<State>): number | undefined {
    return child instanceof LocalStateSet ? child.writes : undefined;
  }

  /** All states off. */
  protected override resetChild(child: StateSet<State>): void {
    (child as LocalStateSet<State>).reset();
  }

  /** Makes the states of a new series, all off. */
  protected override createChild(): StateSet<State> {
    return new LocalStateSet(this.refusals, this.states);
  }
}

/** Refuses what is neither on nor off: the text "false" would be on. */
export function refuseIsOn(refusals: Refusals, on: unknown): void {
  refusals.value(on, "true or false");
}

class LocalStateSet<State extends string> implements StateSet<State> {
  readonly #refusals: Refusals;
  readonly #states: readonly State[];
  #on: ReadonlySet<State> = new Set();
  /** The number of writes. */
  writes = 0;

  constructor(refusals: Refusals, states: readonly State[]) {
    this.#refusals = refusals;
    this.#states = states;
  }

  set(state: State, on: boolean): void {
    if (!this.#states.includes(state)) return refuseState(this.#refusals, state, this.#states);
    if (typeof on !== "boolean") return refuseIsOn(this.#refusals, on);
    const now = new Set(this.#on);
    if (on) now.add(state);
    else now.delete(state);
    this.#on = now;
    this.writes++;
  }

  select(state: State): void {
    if (!this.#states.includes(state)) return refuseState(this.#refusals, state, this.#states);
    this.#on = new Set([state]);
    this.writes++;
  }

  get(): readonly State[] {
    return this.#states.filter((state) => this.#on.has(state));
  }

  reset(): void {
    this.#on = new Set();
  }
}

/** Refuses a state that a state set does not have. */
export function refuseState(
  refusals: Refusals,
  state: unknown,
  states: readonly string[],
): void {
  refusals.value(state, `one of ${states.join(", ")}`);
}
