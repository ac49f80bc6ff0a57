import { RegistrationError } from "../../model/errors.ts";
import {
  type ClosedRule,
  type Label,
  type LabelValue,
  readLabels,
} from "../../model/family/labels.ts";
import type { Guard } from "./guard.ts";
import { other } from "./http_labels.ts";

/**
 * A custom label: how its value is read, and which values are allowed.
 *
 * @category Requests
 */
export interface HttpLabel<Subject> {
  /** Reads the value once there is a response. If it throws, the value is `other`. */
  readonly from: (subject: Subject) => LabelValue | null | undefined;
  /**
   * The allowed values: a closed list or a schema. Any other value, and a missing one, is counted as
   * `other`, because a client must not decide how many series there are.
   */
  readonly allowed: ClosedRule;
}

/**
 * Custom labels, by name.
 *
 * @category Requests
 */
export type HttpLabels<Subject> = Readonly<Record<string, HttpLabel<Subject>>>;

/** Reads custom labels, whose values may come from any client. */
export class ExtraLabels<Subject> {
  /** Names of the labels. */
  readonly names: readonly string[];
  readonly #labels: readonly (Label & Pick<HttpLabel<Subject>, "from">)[];
  readonly #guard: Guard;

  /**
   * @param taken Names of labels that exist already.
   * @throws {RegistrationError} If a name is taken or a label is incomplete.
   */
  constructor(labels: HttpLabels<Subject>, taken: readonly string[], guard: Guard) {
    this.#labels = Object.entries(labels).map(([name, label]) => read(name, label, taken));
    this.names = Object.keys(labels);
    this.#guard = guard;
  }

  /** The label values of one request. */
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
  // The families check which names are allowed.
  const rules = { reserved: undefined, utf8Names: true };
  const [parsed] = readLabels("labels", { [name]: label.allowed }, rules);
  if (parsed.open !== "closed") {
    throw new RegistrationError(
      `label "${name}" allows any value, which clients would choose; ` +
        `give a list or a schema as "allowed"`,
    );
  }
  return { ...parsed, from: label.from };
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
