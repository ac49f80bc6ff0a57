import type { KnownFamily } from "../queries/known_family.ts";
import type { Draft } from "./drafts.ts";
import { familyPanels } from "./family_panels.ts";
import { hitRatioPanel } from "./hit_ratio.ts";
import { limitOf, limitPanels } from "./limit_panels.ts";
import type { Queries } from "./queries.ts";
import { findRequests, requestPanels } from "./request_panels.ts";
import { wordsOf } from "./titles.ts";

/**
 * The panels of a row: what belongs together in a list of its own. Requests are shown as a whole
 * where their first family stands.
 */
export function rowPanels(
  families: readonly KnownFamily[],
  queries: Queries,
): readonly (readonly Draft[])[] {
  const requests = findRequests(families);
  const isShared = sharesFirstWord(families);
  const limits = new Map(families.map((family) => [family, limitOf(family, families)]));
  // A limit is shown beside what it limits.
  const shown = new Set([...limits.values()].filter((limit) => limit !== undefined));
  const groups: (readonly Draft[])[] = [];
  for (const family of families) {
    if (shown.has(family)) continue;
    const about = requests.find(({ requests, duration }) =>
      family === requests || family === duration
    );
    if (about === undefined) {
      const ratio = hitRatioPanel(family, families, queries);
      if (ratio !== undefined) groups.push([ratio]);
      const words = titleWords(family, isShared);
      const limit = limits.get(family);
      groups.push(
        limit === undefined
          ? familyPanels(family, words, queries)
          : limitPanels(family, limit, words, queries),
      );
      continue;
    }
    groups.push(...requestPanels(about, queries));
    for (const member of [about.requests, about.duration]) if (member) shown.add(member);
  }
  return groups;
}

/** Whether all names begin with the same word, so that titles can do without it. */
function sharesFirstWord(families: readonly KnownFamily[]): boolean {
  const names = families.map(({ name }) => wordsOf(name));
  return names.length > 1 && names.every((words) => words.length > 1 && words[0] === names[0][0]);
}

/** The words of a title: those of the name, without what the row or the type tells. */
function titleWords({ name, type }: KnownFamily, isShared: boolean): readonly string[] {
  const words = wordsOf(name).slice(isShared ? 1 : 0);
  const suffix = type === "info" ? "info" : "total";
  return words.length > 1 && words.at(-1) === suffix ? words.slice(0, -1) : words;
}
