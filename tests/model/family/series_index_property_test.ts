import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { HashedRows } from "../../../src/model/family/hashed_rows.ts";
import type { Openness } from "../../../src/model/family/labels.ts";
import { SeriesIndex } from "../../../src/model/family/series_index.ts";
import { Random } from "../../simulation/random.ts";

type LabelSet = Readonly<Record<string, unknown>>;

/** The row of a set, in the simplest way: its labels one by one, with each row. */
function rowOf(
  set: LabelSet,
  names: readonly string[],
  open: readonly Openness[],
  rows: readonly (readonly string[])[],
): number {
  if (Object.keys(set).some((name) => !names.includes(name))) return -1;
  const texts = names.map((name, label) => {
    const value = Object.hasOwn(set, name) ? set[name] : undefined;
    if (typeof value === "string") return value;
    if (open[label] === "closed") return undefined;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    return value === undefined && open[label] === "optional" ? "" : undefined;
  });
  return rows.findLastIndex((row) => row.every((value, label) => value === texts[label]));
}

test("SeriesIndex and HashedRows: find() is what a comparison with each row gives", () => {
  const names = ["a", "k", "b"];
  const text = fc.constantFrom("", "x", "y", "1", "true");
  const given = fc.constantFrom<unknown>("", "x", "y", "1", 1, true, undefined, null);
  const openness = fc.constantFrom<Openness>("closed", "open", "optional");
  fc.assert(fc.property(
    fc.array(fc.tuple(text, text, text), { maxLength: 20 }),
    fc.tuple(openness, openness, openness),
    fc.array(fc.array(fc.tuple(fc.constantFrom(...names, "c"), given), { maxLength: 4 })),
    (rows, open, sets) => {
      const from = { names, open, values: rows.flat(), width: 3 };
      const index = new SeriesIndex(names, from.values, 3, open);
      const hashed = new HashedRows(from);
      rows.forEach((_, row) => {
        index.add(row);
        hashed.add(row);
      });
      for (const set of sets.map((labels) => Object.fromEntries(labels))) {
        const row = rowOf(set, names, open, rows);
        assertEquals([index.find(set), hashed.find(set)], [row, row], JSON.stringify(set));
      }
    },
  ));
});

/** An index beside a map of what it should find. */
class ModelledIndex {
  readonly #open: readonly Openness[];
  #values: string[] = [];
  #index: SeriesIndex;
  /** The row of each label set that is there, by its values. */
  #rows = new Map<string, number>();
  /** The values of each row, also of the last ones, which the index may lack. */
  #known: (readonly string[])[] = [];

  constructor(open: readonly Openness[]) {
    this.#open = open;
    this.#index = new SeriesIndex(letters, this.#values, letters.length, open);
  }

  get size(): number {
    return this.#rows.size;
  }

  find(set: LabelSet): void {
    const texts = this.#textsOf(set);
    const row = texts === undefined ? -1 : this.#rows.get(keyOf(texts)) ?? -1;
    const found = this.#index.find(set);
    if (found < 0 && this.#lacksValues) return;
    assertEquals(found, row, JSON.stringify(set));
  }

  findValues(texts: readonly string[]): void {
    this.write();
    assertEquals(this.#index.findValues(texts), this.#rows.get(keyOf(texts)) ?? -1);
  }

  add(texts: readonly string[]): void {
    this.write();
    this.#index.add(this.#append(texts));
    this.#rows.set(keyOf(texts), this.#known.length - 1);
  }

  findOrAdd(texts: readonly string[]): void {
    this.write();
    const row = this.#append(texts);
    const present = this.#rows.get(keyOf(texts));
    assertEquals(this.#index.findOrAdd(row), present ?? row);
    if (present === undefined) return void this.#rows.set(keyOf(texts), row);
    this.#values.length -= letters.length;
    this.#known.pop();
  }

  /** As a metric does: only a set that was not found, by which it may be new. */
  addNew(set: LabelSet): void {
    const mayAdd = this.#open.every((open) => open === "optional") && this.#index.takesNew;
    if (this.#index.find(set) >= 0 || !mayAdd) return;
    const row = this.#known.length;
    const isAdded = this.#index.addNew({ ...set }, set, row);
    const texts = this.#textsOf(set);
    if (!isAdded) return;
    assert(texts !== undefined && !this.#rows.has(keyOf(texts)), JSON.stringify(set));
    this.#known.push(texts);
    this.#rows.set(keyOf(texts), row);
  }

  /** Drops rows, with those that another one has replaced. */
  renumber(stays: (row: number) => boolean): void {
    this.write();
    const moved = new Int32Array(this.#known.length).fill(-1);
    const rows = [...this.#rows].filter(([, row]) => stays(row)).sort(([, a], [, b]) => a - b);
    rows.forEach(([, row], at) => moved[row] = at);
    this.#known = rows.map(([, row]) => this.#known[row]);
    this.#rows = new Map(rows.map(([key], at) => [key, at]));
    this.#values = this.#known.flat();
    this.#index.renumber(this.#values, moved);
  }

  /** Writes the values that the index lacks. */
  write(): void {
    for (let row = this.#values.length / letters.length; row < this.#known.length; row++) {
      this.#values.push(...this.#known[row]);
    }
  }

  check(): void {
    this.write();
    for (const [key, row] of this.#rows) {
      const texts: string[] = JSON.parse(key);
      const found = [this.#index.findValues(texts), this.#index.find(setOf(texts))];
      assertEquals(found, [row, row], key);
    }
  }

  get #lacksValues(): boolean {
    return this.#values.length < this.#known.length * letters.length;
  }

  #append(texts: readonly string[]): number {
    this.#values.push(...texts);
    return this.#known.push(texts) - 1;
  }

  #textsOf(set: LabelSet): readonly string[] | undefined {
    for (const name in set) if (!letters.includes(name)) return undefined;
    const texts = letters.map((name, label) => {
      const value = set[name];
      if (typeof value === "string") return value;
      if (this.#open[label] === "closed") return undefined;
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      return value === undefined && this.#open[label] === "optional" ? "" : undefined;
    });
    return texts.includes(undefined) ? undefined : texts as string[];
  }
}

const letters: readonly string[] = ["a", "b", "c"];
const keyOf = (texts: readonly string[]) => JSON.stringify(texts);
const setOf = (texts: readonly string[]) =>
  Object.fromEntries(letters.map((name, at) => [name, texts[at]]));

/** One of the things that can be done with an index. */
function step(random: Random, index: ModelledIndex, values: number): void {
  const texts = letters.map(() => random.chance(0.1) ? "" : String(random.below(values)));
  const set: Record<string, unknown> = setOf(texts);
  for (const name of letters) {
    if (random.chance(0.05)) delete set[name];
    else if (random.chance(0.1)) set[name] = random.pick([undefined, null, true, 1, 2, "true"]);
  }
  if (random.chance(0.03)) set.other = "x";
  const given = random.chance(0.1) ? Object.fromEntries(Object.entries(set).reverse()) : set;
  const chance = random.below(100);
  if (chance < 25) index.find(given);
  else if (chance < 70) index.addNew(given);
  else if (chance < 80) index.add(texts);
  else if (chance < 90) index.findOrAdd(texts);
  else if (chance < 96) index.findValues(texts);
  else if (chance < 98) index.check();
  else {
    const share = random.pick([0, 0.02, 0.5, 0.9, 1]);
    index.renumber(() => random.chance(share));
  }
}

test("SeriesIndex: rows that come and go are found as in a map", () => {
  const openness = fc.constantFrom<Openness>("closed", "open", "optional");
  const optional = fc.constant<Openness>("optional");
  const open = fc.oneof(
    fc.tuple(openness, openness, openness),
    fc.tuple(optional, optional, optional),
  );
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 400 }), open, (seed, steps, open) => {
    const random = new Random(seed);
    const index = new ModelledIndex(open);
    const values = random.pick([2, 4, 12]);
    for (let at = 0; at < steps; at++) step(random, index, values);
    index.check();
  }));
});

test("SeriesIndex: many rows that come and go are found as in a map", () => {
  for (const share of [0, 0.0001, 0.5]) {
    const random = new Random(share * 10_000);
    const newTexts = () => ["x", `${random.below(50)}`, `${random.below(2000)}`];
    const index = new ModelledIndex(["optional", "optional", "optional"]);
    while (index.size < 17_000) index.addNew(setOf(newTexts())), index.findOrAdd(newTexts());
    for (let at = 0; at < 20; at++) index.find(setOf(newTexts()));
    index.check();
    index.renumber(() => random.chance(share));
    for (let at = 0; at < 200; at++) index.findOrAdd(newTexts());
    index.check();
  }
});
