import { display } from "../../model/errors.ts";
import {
  type CardinalityLimits,
  FamilyQuota,
  overflowLabel,
  type SeriesBudget,
  type SeriesOverflow,
} from "../../model/family/series_budget.ts";
import { callListener } from "../../model/platform/thenable.ts";
import { mostCharacters } from "./label_rows.ts";

const together = `counted together under ${overflowLabel}="true"`;

/** The quota of a family of clients, of whom its messages say what to do. */
export class AggregateQuota extends FamilyQuota {
  readonly #family: string;
  readonly #onOverflow: CardinalityLimits["onOverflow"];
  #hasToldOfLong = false;

  /** A family without series. */
  constructor(family: string, budget: SeriesBudget, limits: CardinalityLimits) {
    super(family, budget, {
      ...limits,
      onOverflow: (overflow) => limits.onOverflow?.(this.#inWords(overflow)),
    });
    this.#family = family;
    this.#onOverflow = limits.onOverflow;
  }

  /** Counts a label set that is too long for a row of its own; the first one is reported. */
  reportLong(characters: number, longestLabel: string): void {
    this.countOverflow();
    if (this.#hasToldOfLong) return;
    this.#hasToldOfLong = true;
    const family = this.#family;
    const message =
      `${family}: the labels of a series have ${characters} characters, most of them ` +
      `in ${display(longestLabel)}, and ${mostCharacters} are the most; such label sets are ` +
      `${together}. Give the label one of a few values where it is recorded`;
    callListener(() => this.#onOverflow?.({ family, limit: mostCharacters, message }));
  }

  override forgetOverflows(): void {
    super.forgetOverflows();
    this.#hasToldOfLong = false;
  }

  #inWords({ family, limit }: SeriesOverflow): SeriesOverflow {
    const [owner, option] = limit === this.limit && !this.hasRoom
      ? ["it", "seriesPerFamily"]
      : ["all families", "series"];
    const message = `${family}: no room for further label sets of clients, as ${owner} may have ` +
      `${limit} series; they are ${together}. Give its labels fewer values where they are ` +
      `recorded, or raise cardinality.${option} of the aggregator`;
    return { family, limit, message };
  }
}
