import { display, InvalidLabelError, RegistrationError } from "../errors.ts";
import {
  allLabelSets,
  type Label,
  type LabelDefinition,
  type LabelSet,
  labelText,
  readLabels,
} from "./labels.ts";
import type { LabelRecord } from "../label_table.ts";
import { checkLabelName, type LabelNameRules } from "../names.ts";

/** The labels of a family: their names, and the label sets that are allowed. */
export class FamilyLabels {
  /** Their names, in the order in which they were defined. */
  readonly names: readonly string[];
  /** Whether each label is open: any string, number or boolean. */
  readonly open: readonly boolean[];
  /** Whether a schema may change a value. */
  readonly transforms: boolean;
  readonly #family: string;
  readonly #rules: LabelNameRules;
  readonly #labels: readonly Label[];

  /** @throws {RegistrationError} If a name or a rule is not valid. */
  constructor(family: string, definition: LabelDefinition, rules: LabelNameRules) {
    this.#family = family;
    this.#rules = rules;
    this.#labels = readLabels(family, definition, rules);
    this.names = this.#labels.map(({ name }) => name);
    this.open = this.#labels.map(({ open }) => open);
    this.transforms = this.#labels.some(({ transforms }) => transforms);
  }

  /**
   * The values of constant labels, which have one value for the whole family.
   *
   * @throws {MetricsError} If a name or a value is not valid, or the label is also a variable one.
   */
  constants(labels: LabelRecord): readonly string[] {
    return Object.entries(labels).map(([name, value]) => {
      checkLabelName(this.#family, name, this.#rules);
      if (!this.names.includes(name)) return labelText(this.#family, name, value);
      throw new RegistrationError(
        `${this.#family}: label "${name}" is constant and variable; drop one`,
      );
    });
  }

  /**
   * The values of a label set, in the order of the names.
   *
   * @throws {InvalidLabelError} If a label is missing, unknown, or has a value that its rule
   * does not allow.
   */
  resolve(set: LabelSet): readonly string[] {
    const fits = typeof set === "object" && set !== null &&
      Object.keys(set).length === this.names.length &&
      this.names.every((name) => Object.hasOwn(set, name));
    if (!fits) throw this.#mismatch(set);
    return this.#labels.map((label) => label.resolve(set[label.name]));
  }

  /** The values of some labels, and `undefined` for the others. Throws as {@linkcode resolve}. */
  resolveSome(partial: LabelSet): readonly (string | undefined)[] {
    if (typeof partial !== "object" || partial === null) throw this.#mismatch(partial);
    const values = new Array<string | undefined>(this.names.length).fill(undefined);
    for (const [name, value] of Object.entries(partial)) {
      const position = this.names.indexOf(name);
      if (position < 0) throw this.#mismatch(partial);
      values[position] = this.#labels[position].resolve(value);
    }
    return values;
  }

  /**
   * Every combination of the values of closed labels.
   *
   * @throws {MetricsError} If a label is not closed.
   */
  all(): readonly LabelRecord[] {
    return allLabelSets(this.#family, this.#labels);
  }

  #mismatch(set: LabelSet): InvalidLabelError {
    const expected = this.names.join(", ");
    const given = typeof set === "object" && set !== null ? Object.keys(set) : undefined;
    const actual = given === undefined ? display(set) : `{${given.join(", ")}}`;
    const problem = `the label set ${actual} does not fit; its labels are {${expected}}`;
    return new InvalidLabelError(this.#family, "", set, problem);
  }
}
