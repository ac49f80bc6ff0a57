import type { KnownFamily } from "../queries/known_family.ts";
import type { DashboardOptions } from "./dashboard_options.ts";
import { findRequests, isAbout } from "./request_panels.ts";
import { titleOf, wordsOf } from "./titles.ts";

/** Families that are shown under a heading. */
export interface FamilyRow {
  readonly title: string;
  readonly collapsed: boolean;
  readonly families: readonly KnownFamily[];
}

/** A row by prefix has at least so many families; a part of a row at least one more. */
const smallest = 2;
/** A row with more families is divided by the next word of their names. */
const largest = 12;

/** What every program has comes after what this one is about. */
const last: readonly string[] = ["process", "nodejs", "deno", "bun", "edgeprom"];

/** Divides families into rows: those of the options, requests, and the others by prefix. */
export function rowsOf(
  families: readonly KnownFamily[],
  { rows = [], exclude = [] }: DashboardOptions,
): readonly FamilyRow[] {
  let left = families.filter(({ name }) => !exclude.some((pattern) => matches(pattern, name)));
  const take = (fits: (family: KnownFamily) => boolean) => {
    const taken = left.filter(fits);
    left = left.filter((family) => !taken.includes(family));
    return taken;
  };
  const given = rows.map(({ title, collapsed = false, families: patterns }) => ({
    title,
    collapsed,
    families: patterns.flatMap((pattern) => take(({ name }) => matches(pattern, name))),
  }));
  const requests = findRequests(left).map((about) => ({
    title: about.title,
    collapsed: false,
    families: take((family) => isAbout(about, family)),
  }));
  return [...given, ...requests, ...rowsByPrefix(left)].filter((row) => row.families.length > 0);
}

/** Whether a pattern, a name or a prefix with `*` behind it, means a name. */
function matches(pattern: string, name: string): boolean {
  return pattern === name || pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1));
}

function rowsByPrefix(families: readonly KnownFamily[]): readonly FamilyRow[] {
  const { parts, rest } = divided(families, 1, smallest);
  const rows = parts.flatMap((part) => rowsOfPart(part, 1));
  const rank = ({ families: [{ name }] }: FamilyRow) => last.indexOf(wordsOf(name)[0]);
  const own = rows.filter((row) => rank(row) < 0);
  const common = rows.filter((row) => rank(row) >= 0)
    .sort((one, another) => rank(one) - rank(another));
  return [...own, openRow(rows.length > 0 ? "Other" : "Metrics", rest), ...common];
}

/** The rows of families whose first words are the same, as many as `depth` says. */
function rowsOfPart(families: readonly KnownFamily[], depth: number): readonly FamilyRow[] {
  const title = titleOf(wordsOf(families[0].name).slice(0, depth));
  if (families.length <= largest) return [openRow(title, families)];
  const { parts, rest } = divided(families, depth + 1, smallest + 1);
  const rows = parts.flatMap((part) => rowsOfPart(part, depth + 1));
  return rest.length > 0 ? [openRow(title, rest), ...rows] : rows;
}

/** A row in which histograms, which have a line of panels each, come last. */
function openRow(title: string, families: readonly KnownFamily[]): FamilyRow {
  const isHistogram = ({ type }: KnownFamily) => type.endsWith("histogram");
  const sorted = [
    ...families.filter((family) => !isHistogram(family)),
    ...families.filter(isHistogram),
  ];
  return { title, collapsed: false, families: sorted };
}

/** Families with the same first words, and those that have too few others with them. */
function divided(families: readonly KnownFamily[], depth: number, atLeast: number) {
  const parts = new Map<string, KnownFamily[]>();
  for (const family of families) {
    const words = wordsOf(family.name);
    if (words.length < depth) continue;
    const prefix = words.slice(0, depth).join("_");
    parts.set(prefix, [...parts.get(prefix) ?? [], family]);
  }
  const large = [...parts.values()].filter(({ length }) => length >= atLeast);
  const inParts = new Set(large.flat());
  return { parts: large, rest: families.filter((family) => !inParts.has(family)) };
}
