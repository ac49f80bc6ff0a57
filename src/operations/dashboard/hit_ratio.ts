import type { KnownFamily } from "../queries/known_family.ts";
import { type Draft, legendOf, lines } from "./drafts.ts";
import type { Queries } from "./queries.ts";
import { titleOf, wordsOf } from "./titles.ts";

/**
 * The share of look-ups that were hits, if a family counts the hits of something whose misses
 * another one counts. Neither of the two tells it by itself.
 */
export function hitRatioPanel(
  hits: KnownFamily,
  families: readonly KnownFamily[],
  queries: Queries,
): Draft | undefined {
  const [, subject, suffix = ""] = hits.name.match(/^(.+)_hits(_total)?$/s) ?? [];
  const misses = families.find(({ name }) => name === `${subject}_misses${suffix}`);
  if (misses?.type !== "counter" || hits.type !== "counter") return undefined;
  const labels = queries.groupsOf(hits);
  const [hit, missed] = [hits, misses].map((family) => queries.countRate(family, labels));
  // What never had a hit, or a miss, has no such series.
  const query = `(${hit} or 0 * ${missed}) / (${hit} + ${missed} or ${hit} or ${missed})`;
  const what = wordsOf(subject).slice(1);
  return lines(
    {
      key: `${hits.name} ratio`,
      title: titleOf([...what.length > 0 ? what : wordsOf(subject), "hit", "ratio"]),
      description: `Share of hits among hits and misses. ${hits.help}`.trim(),
      unit: "percentunit",
    },
    [{ query, legend: legendOf(labels) }],
    0,
  );
}
