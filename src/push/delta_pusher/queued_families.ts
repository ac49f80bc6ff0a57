import type { EncodedFamilies } from "../../deltas/batches/batch_writer.ts";
import type { FamilyDelta } from "../../deltas/delta.ts";
import type { FamilyChange, SentFamilies } from "./sent_families.ts";

/** What became of a family in a batch. */
export type FamilyFate = "applied" | "refused" | "dropped";

/**
 * The change of a family in a queue, in one batch or in several if it is long.
 *
 * A family that is refused in all of them is taken back, and tried again with what is new by then. If
 * it is refused in some only, what was in them is lost, as nobody knows which series these were.
 */
export class QueuedFamily {
  readonly #change: FamilyChange;
  readonly #sent: SentFamilies;
  /** Number of series. */
  readonly #series: number;
  /** Number of batches with a part of it. */
  readonly #parts: number;
  readonly #fates: FamilyFate[] = [];

  constructor(
    change: FamilyChange,
    { family, gone }: FamilyDelta,
    sent: SentFamilies,
    parts: number,
  ) {
    this.#change = change;
    this.#sent = sent;
    this.#series = family.labels.rows + (gone?.rows ?? 0);
    this.#parts = parts;
  }

  /** Its name. */
  get name(): string {
    return this.#change.name;
  }

  /** Whether it has values that count while the client lives. */
  get isLiving(): boolean {
    return this.#change.now?.keeping === "living" && this.#series > 0;
  }

  /** Whether some of its changes are lost for certain: refused in one batch, and applied in another. */
  get isLostInPart(): boolean {
    return this.#change.now?.keeping === "total" && this.#fates.length === this.#parts &&
      this.#fates.includes("refused") && this.#fates.includes("applied");
  }

  /**
   * Notes what became of it in the next of its batches.
   *
   * @returns The number of its series there. Of several batches each has about the same number.
   */
  settle(fate: FamilyFate): number {
    const share = (parts: number) => Math.floor(this.#series * parts / this.#parts);
    const before = share(this.#fates.length);
    this.#fates.push(fate);
    // A value may be sent again, unlike a total. After a drop all of them are.
    if (fate === "refused") this.#sent.resend(this.name);
    if (this.#fates.length === this.#parts && this.#fates.every((each) => each === "refused")) {
      this.#sent.takeBack(this.#change);
    }
    return share(this.#fates.length) - before;
  }
}

/** The changes in each of some batches. */
export function queuedFamilies(
  batches: readonly EncodedFamilies[],
  changes: readonly FamilyChange[],
  sent: SentFamilies,
): readonly (readonly QueuedFamily[])[] {
  const parts = new Map<string, number>();
  for (const { families } of batches) {
    for (const name of families) parts.set(name, (parts.get(name) ?? 0) + 1);
  }
  const queued = new Map<string, QueuedFamily>();
  for (const change of changes) {
    const { name, delta } = change;
    const number = parts.get(name);
    if (delta && number) queued.set(name, new QueuedFamily(change, delta, sent, number));
  }
  return batches.map(({ families }) => families.map((name) => queued.get(name)!));
}
