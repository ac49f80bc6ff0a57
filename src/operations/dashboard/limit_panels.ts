import type { KnownFamily } from "../queries/known_family.ts";
import { type Draft, legendOf, lines } from "./drafts.ts";
import { captionOf } from "./family_panels.ts";
import type { Queries } from "./queries.ts";
import { unitOf } from "./units.ts";

/** The gauge that is the limit of another one: it has its name with `_limit` behind, and its labels. */
export function limitOf(
  { name, type, labels }: KnownFamily,
  families: readonly KnownFamily[],
): KnownFamily | undefined {
  // One that is a limit itself is shown with what it limits.
  if (name.endsWith("_limit")) return undefined;
  const limit = families.find((family) => family.name === `${name}_limit`);
  const isLimit = type === "gauge" && limit?.type === "gauge" && `${limit.labels}` === `${labels}`;
  return isLimit ? limit : undefined;
}

/** The panels of a gauge that has a limit: both of them, and the share, which neither tells. */
export function limitPanels(
  family: KnownFamily,
  limit: KnownFamily,
  words: readonly string[],
  queries: Queries,
): readonly Draft[] {
  const caption = captionOf(family, words, unitOf(family));
  const [taken, most] = [family, limit].map(({ name }) => queries.values(name));
  const legend = legendOf([queries.instance, ...queries.labelsOf(family)]);
  return [
    lines(caption, [
      { query: taken, legend },
      { query: most, legend: `${legend} limit` },
    ]),
    lines(
      {
        key: `${family.name} share`,
        title: `${caption.title}, share of the limit`,
        description: captionOf(limit, words, "").description,
        unit: "percentunit",
      },
      [{ query: `${taken} / ${most}`, legend }],
      0,
    ),
  ];
}
