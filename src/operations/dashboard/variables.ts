import type { KnownFamily } from "../queries/known_family.ts";
import { quoted, selector } from "../queries/promql.ts";
import type { GrafanaVariable } from "./grafana_types.ts";
import type { TargetLabels } from "./queries.ts";

/**
 * The variables of a dashboard: the data source, the jobs that have one of its families, and their
 * instances.
 *
 * @param families One that is always there suffices for each part of the dashboard.
 */
export function variables(
  families: readonly KnownFamily[],
  { job, instance }: TargetLabels,
): readonly GrafanaVariable[] {
  const series = seriesOf(families);
  return [
    {
      name: "datasource",
      label: "Data source",
      type: "datasource",
      query: "prometheus",
      refresh: 1,
    },
    choice("job", "Job", `label_values(${series()}, ${job})`),
    choice("instance", "Instance", `label_values(${series(`${job}=~"$job"`)}, ${instance})`),
  ];
}

function choice(
  name: "job" | "instance",
  label: string,
  query: string,
): GrafanaVariable {
  return {
    name,
    label,
    type: "query",
    query,
    datasource: { type: "prometheus", uid: "${datasource}" },
    multi: true,
    includeAll: true,
    allValue: ".+",
    refresh: 2,
    sort: 1,
    current: { text: ["All"], value: ["$__all"] },
  };
}

/** What selects the series of the families, with further matchers. */
function seriesOf(families: readonly KnownFamily[]): (...matchers: string[]) => string {
  const names = families.flatMap(sampleNames);
  if (names.length === 1) return (...matchers) => selector(names[0], matchers);
  const anyOf = `__name__=~${quoted(names.map(escaped).join("|"))}`;
  return (...matchers) => `{${[anyOf, ...matchers].join(", ")}}`;
}

/** A name under which a family has samples, whatever is in it; one for each kind of buckets. */
function sampleNames({ name, type, classic, native }: KnownFamily): readonly string[] {
  // OpenMetrics has another name for the count of a gauge histogram.
  const count = type === "gaugehistogram" ? `${name}_bucket` : `${name}_count`;
  if (type === "summary") return [count];
  if (!type.endsWith("histogram")) return [name];
  return [...classic ? [count] : [], ...native ? [name] : []];
}

/** A name as a regular expression that means only itself. */
function escaped(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
