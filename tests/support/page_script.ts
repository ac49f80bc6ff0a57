import { changes } from "../../src/http/live/changes.ts";
import { drawing } from "../../src/http/live/drawing.ts";
import { numbers } from "../../src/http/live/numbers.ts";
import { parsing } from "../../src/http/live/parsing.ts";
import { queries } from "../../src/http/live/queries.ts";

/** A series as the live page has it. */
export interface PageSeries {
  readonly labels: readonly (readonly [string, string])[];
  readonly now: readonly number[];
  readonly value?: number;
  readonly rate?: number;
}

/** A family as the live page has it. */
export interface PageFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly bounds: readonly number[];
  readonly series: ReadonlyMap<string, PageSeries>;
  readonly kind?: string;
  readonly title?: string;
  readonly value?: number;
  readonly rate?: number;
  readonly change?: number;
  readonly history?: Float32Array;
}

/** What is read from a page. */
export interface ReadPage {
  readonly families: ReadonlyMap<string, PageFamily>;
  readonly problems: readonly string[];
}

/** The moment of a page: its number, and seconds. */
export interface Moment {
  readonly page: number;
  readonly time: number;
  readonly step: number;
}

/** The functions of the live page's script that need no browser. */
export interface PageScript {
  readPage(page: string): ReadPage;
  quantile(share: number, bounds: readonly number[], counts: readonly number[]): number;
  human(value: number | undefined, unit?: string): string;
  unitOf(family: { readonly name: string }): string;
  updateFamily(family: PageFamily, old: PageFamily | undefined, moment: Moment): void;
  inOrder(history: Float32Array, page: number): readonly number[];
  promQl(
    family: Pick<PageFamily, "name" | "kind" | "title">,
    labels?: readonly (readonly [string, string])[],
  ): string;
  outline(values: readonly number[]): {
    readonly line: string;
    readonly area: string;
    readonly least: number;
    readonly most: number;
  };
}

const names = "readPage,quantile,human,unitOf,updateFamily,inOrder,promQl,outline";

/** That part of the script, as it is before it is made compact. */
export const pageScript: PageScript = new Function(
  `${[parsing, numbers, changes, queries, drawing].join("")}return { ${names} };`,
)();

/** The families of pages that came two seconds after each other, as the last of them shows them. */
export function familiesAfter(...pages: readonly string[]): ReadonlyMap<string, PageFamily> {
  let families: ReadonlyMap<string, PageFamily> = new Map();
  pages.forEach((text, at) => {
    const next = pageScript.readPage(text).families;
    const moment = { page: at + 1, time: 2 * at + 2, step: 2 };
    for (const [name, family] of next) {
      pageScript.updateFamily(family, families.get(name), moment);
    }
    families = next;
  });
  return families;
}
