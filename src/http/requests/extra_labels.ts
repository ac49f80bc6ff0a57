import { RegistrationError } from "../../model/errors.ts";
import {
  type Label,
  type LabelRule,
  type LabelValue,
  readLabels,
} from "../../model/family/labels.ts";
import type { Guard } from "./guard.ts";
import { other } from "./http_labels.ts";

/** A label of your own: where its value comes from, and what it may be. */
export interface HttpLabel<Subject> {
  /** Reads the value, when the response is there. What it throws costs the value, nothing else. */
  readonly from: (subject: Subject) => LabelValue | null | undefined;
  /**
   * A closed list or a schema. Anything else, and no value at all, is counted as `other`: what a
   * client sends must not decide how many series there are.
   */
  readonly allowed: LabelRule;
}

/** Labels of your own, by name. */
export type HttpLabels<Subject> = Readonly<Record<string, HttpLabel<Subject>>>;

/** Reads labels whose values may come from anyone. */
export class ExtraLabels<Subject> {
  /** What they are called. */
  readonly names: readonly string[];
  readonly #labels: readonly (Label & Pick<HttpLabel<Subject>, "from">)[];
  readonly #guard: Guard;

  /**
   * @param taken Labels that are there already.
   * @throws {RegistrationError} Where a name is taken, or a label is not complete.
   */
  constructor(labels: HttpLabels<Subject>, taken: readonly string[], guard: Guard) {
    this.#labels = Object.entries(labels).map(([name, label]) => read(name, label, taken));
    this.names = Object.keys(labels);
    this.#guard = guard;
  }

  /** The labels of one request. */
  read(subject: Subject): Readonly<Record<string, string>> {
    const values: Record<string, string> = {};
    for (const label of this.#labels) {
      values[label.name] = allowed(label, this.#guard(() => label.from(subject)));
    }
    return values;
  }
}

function read<Subject>(
  name: string,
  label: HttpLabel<Subject>,
  taken: readonly string[],
): Label & Pick<HttpLabel<Subject>, "from"> {
  if (taken.includes(name)) {
    throw new RegistrationError(`label "${name}" is there already; call yours something else`);
  }
  if (typeof label?.from !== "function") {
    throw new RegistrationError(
      `label "${name}" needs a function "from" that reads its value, and a list or schema "allowed"`,
    );
  }
  // What names are allowed is for the families to say.
  const rules = { reserved: undefined, utf8Names: true };
  const [ready] = readLabels("labels", { [name]: label.allowed }, rules);
  return { ...ready, from: label.from };
}

function allowed(label: Label, value: LabelValue | null | undefined): string {
  if (value === null || value === undefined) return other;
  if (label.values?.includes(value as string) === false) return other;
  try {
    return label.resolve(value);
  } catch {
    return other;
  }
}
