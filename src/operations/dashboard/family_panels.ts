import type { KnownFamily } from "../queries/known_family.ts";
import {
  type Caption,
  type Draft,
  heatmap,
  legendOf,
  lines,
  type Query,
  states,
  table,
} from "./drafts.ts";
import type { Queries } from "./queries.ts";
import { sentenceOf, titleOf } from "./titles.ts";
import { rateUnitOf, unitOf, withoutUnit } from "./units.ts";

/** The quantiles that histograms are shown by. */
const quantiles: readonly (readonly [legend: string, quantile: number])[] = [
  ["p50", 0.5],
  ["p90", 0.9],
  ["p99", 0.99],
];

/** Gauges that hold a time, in seconds since 1970. */
const time = /_(timestamp|start_time)_seconds$/;

/** The panels of a family, for what its type can tell. */
export function familyPanels(
  family: KnownFamily,
  words: readonly string[],
  queries: Queries,
): readonly Draft[] {
  const { name, type } = family;
  switch (type) {
    case "counter":
      return [counterPanel(family, words, queries)];
    case "unknown":
      // The name of a counter whose type was lost on the way.
      if (name.endsWith("_total")) return [counterPanel(family, words, queries)];
      return [gaugePanel(family, words, queries)];
    case "gauge":
      return [gaugePanel(family, words, queries)];
    case "histogram":
    case "gaugehistogram":
      return histogramPanels(family, words, queries);
    case "summary":
      return [summaryPanel(family, words, queries)];
    case "stateset":
      return [statePanel(family, words, queries)];
    case "info":
      return [infoPanel(family, words, queries)];
  }
}

/** The lines of a histogram's quantiles over all its series. */
export function quantileLines(family: KnownFamily, queries: Queries): readonly Query[] {
  return quantiles.map(([legend, quantile]) => ({
    query: queries.quantile(family, quantile, []),
    legend,
  }));
}

/** The heatmap of a histogram. */
export function heatmapPanel(caption: Caption, family: KnownFamily, queries: Queries): Draft {
  return heatmap(
    {
      ...caption,
      key: `${family.name} heatmap`,
      title: `${caption.title}, heatmap`,
      description: `${caption.description} Observations a second, by bucket.`,
    },
    queries.heatmap(family),
  );
}

function counterPanel(family: KnownFamily, words: readonly string[], queries: Queries): Draft {
  const caption = captionOf(family, words, rateUnitOf(family));
  const labels = queries.groupsOf(family);
  const query = queries.countRate(family, labels);
  return lines(caption, [{ query, legend: legendOf(labels) }], 0);
}

function gaugePanel(family: KnownFamily, words: readonly string[], queries: Queries): Draft {
  const values = queries.values(family.name);
  const legend = legendOf([queries.instance, ...queries.labelsOf(family)]);
  if (!time.test(family.name)) {
    return lines(captionOf(family, words, unitOf(family)), [{ query: values, legend }]);
  }
  const moment = words.join("_").replace(/_?(timestamp|time)(_seconds)?$/, "").split("_");
  const caption = captionOf(family, words, "dtdurations");
  const title = `Time since ${sentenceOf(moment)}`;
  return lines({ ...caption, title }, [{ query: `time() - ${values}`, legend }]);
}

function histogramPanels(
  family: KnownFamily,
  words: readonly string[],
  queries: Queries,
): readonly Draft[] {
  const caption = captionOf(family, words, unitOf(family));
  const labels = queries.groupsOf(family);
  const byLabels = lines({
    ...caption,
    key: `${family.name} by labels`,
    title: `${caption.title} by ${labels.join(", ")}, p90`,
  }, [{ query: queries.quantile(family, 0.9, labels), legend: legendOf(labels) }]);
  return [
    lines(caption, quantileLines(family, queries)),
    byLabels,
    heatmapPanel(caption, family, queries),
  ];
}

function summaryPanel(family: KnownFamily, words: readonly string[], queries: Queries): Draft {
  const labels = queries.groupsOf(family);
  const mean = { query: queries.mean(family, labels), legend: `${legendOf(labels)} mean` };
  const own = {
    query: queries.values(family.name),
    legend: `${legendOf([queries.instance, ...queries.labelsOf(family)])} q{{quantile}}`,
  };
  return lines(
    captionOf(family, words, unitOf(family)),
    family.quantiles ? [own, mean] : [mean],
  );
}

function statePanel(family: KnownFamily, words: readonly string[], queries: Queries): Draft {
  const query = queries.values(family.name);
  // The states are values of a label that is called as the family is.
  const labels = [queries.instance, ...queries.labelsOf(family), family.name];
  return states(captionOf(family, words, "bool_on_off"), { query, legend: legendOf(labels) });
}

function infoPanel(family: KnownFamily, words: readonly string[], queries: Queries): Draft {
  const labels = [queries.instance, ...queries.labelsOf(family)];
  return table(captionOf(family, words, "none"), queries.largest(family.name, labels));
}

/** What the panel of a family has; its words are those of the title. */
export function captionOf(
  { name, help }: KnownFamily,
  words: readonly string[],
  unit: string,
): Caption {
  return {
    key: name,
    title: titleOf(withoutUnit(words)),
    description: help.trim() === "" ? `The metric ${name}.` : help,
    unit,
  };
}
