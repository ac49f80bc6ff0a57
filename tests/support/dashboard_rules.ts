import type { GrafanaDashboard, GrafanaPanel, GrafanaRow } from "../../src/operations.ts";
import { selectionsIn, syntaxErrors, withoutVariables } from "./promql.ts";

/** The units that dashboard-linter allows, as far as our dashboards use them. */
const knownUnits: ReadonlySet<string> = new Set(
  ("none short percent percentunit bytes bits s ms dtdurations cps reqps binBps binbps celsius " +
    "kelvin volt amp watt joule massg lengthm hertz bool_on_off").split(" "),
);

const source = { type: "prometheus", uid: "${datasource}" };

/** All panels of a dashboard but headings, those of closed rows included. */
export function panelsOf({ panels }: GrafanaDashboard): readonly GrafanaPanel[] {
  return panels.flatMap((panel) => panel.type === "row" ? panel.panels : [panel]);
}

/** The queries of a dashboard, by the title of their panel. */
export function queriesOf(
  dashboard: GrafanaDashboard,
): readonly { readonly panel: string; readonly query: string }[] {
  return panelsOf(dashboard).flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ panel: title, query: expr }))
  );
}

/**
 * What is wrong with a dashboard by the rules of Grafana's dashboard-linter, for every kind of
 * panel, and by what Grafana takes for granted: ids that differ, and places that do not overlap.
 *
 * Source: https://github.com/grafana/dashboard-linter/blob/main/docs/index.md
 *
 * @param counters The names of all samples that only grow.
 * @param labels The labels in place of `job` and `instance`.
 */
export function problemsOf(
  dashboard: GrafanaDashboard,
  counters: ReadonlySet<string>,
  labels: readonly [job: string, instance: string] = ["job", "instance"],
): readonly string[] {
  const problems: string[] = [];
  const check = (rule: string, holds: boolean, what: unknown = "") => {
    if (!holds) problems.push(`${rule}: ${JSON.stringify(what)}`);
  };
  const { templating, panels } = dashboard;

  check("uneditable-dashboard", dashboard.editable === false);
  check("schema version", dashboard.schemaVersion >= 39 && dashboard.schemaVersion <= 42);
  check("uid", /^[a-zA-Z0-9_-]{1,40}$/.test(dashboard.uid), dashboard.uid);

  const [datasource, ...choices] = templating.list;
  check(
    "template-datasource-rule",
    datasource.name === "datasource" && datasource.label === "Data source" &&
      datasource.type === "datasource" && datasource.query === "prometheus",
    datasource,
  );
  check("variables", `${choices.map(({ name }) => name)}` === "job,instance", choices);
  for (const choice of choices) {
    const { name, label, type, multi, includeAll, allValue, refresh, query } = choice;
    const isRight = type === "query" && multi && includeAll && allValue === ".+" &&
      label?.toLowerCase() === name && JSON.stringify(choice.datasource) === JSON.stringify(source);
    check(`template-${name}-rule`, isRight === true, choice);
    check("template-on-time-change-reload-rule", refresh === 2, choice);
    const series = query.match(/^label_values\((.+), (\w+)\)$/s)?.[1] ?? "";
    const errors = series === "" ? ["no query"] : syntaxErrors(withoutVariables(series));
    check("template-label-promql-rule", errors.length === 0, [query, errors]);
  }

  for (const panel of panelsOf(dashboard)) {
    const { title, description, targets, fieldConfig: { defaults: { unit } } } = panel;
    check("panel-datasource-rule", JSON.stringify(panel.datasource) === JSON.stringify(source));
    check("panel-title-description-rule", title !== "" && description !== "", panel);
    check("panel-units-rule", knownUnits.has(unit), unit);
    check("panel-no-targets-rule", targets.length > 0, title);
    const letters = new Set(targets.map(({ refId }) => refId));
    check("letters of targets", letters.size === targets.length, title);
    for (const { expr, datasource, legendFormat } of targets) {
      check("target datasource", JSON.stringify(datasource) === JSON.stringify(source));
      check("target legend", legendFormat !== "", title);
      const errors = syntaxErrors(withoutVariables(expr));
      check("target-promql-rule", errors.length === 0, [expr, errors]);
      const selections = selectionsIn(expr);
      check("target-promql-rule", selections.length > 0, expr);
      for (const selection of selections) {
        const [job, instance] = [`${labels[0]}=~"$job"`, `${labels[1]}=~"$instance"`];
        check("target-job-rule", selection.matchers.includes(job), expr);
        check("target-instance-rule", selection.matchers.includes(instance), expr);
        const { window, function: call } = selection;
        const isRate = call === "rate";
        check("target-rate-interval-rule", !isRate || window === "[$__rate_interval]", expr);
        check("windows are for rates", isRate === (window !== undefined), expr);
        check("target-counter-agg-rule", counters.has(selection.name) === isRate, expr);
      }
    }
  }

  const ids = [...panels, ...panels.flatMap((panel) => panel.type === "row" ? panel.panels : [])]
    .map(({ id }) => id);
  check("panel ids differ", new Set(ids).size === ids.length, ids);
  check("panel ids", ids.every((id) => Number.isInteger(id) && id > 0 && id < 2 ** 31), ids);
  check("places overlap", !overlaps(panels), panels.map(({ gridPos }) => gridPos));
  for (const panel of panels) {
    if (panel.type !== "row") continue;
    check("panels of an open row", panel.collapsed || panel.panels.length === 0, panel.title);
    check("places in a row overlap", !overlaps([panel, ...panel.panels]), panel.title);
  }
  return problems;
}

function overlaps(panels: readonly (GrafanaPanel | GrafanaRow)[]): boolean {
  const taken = new Set<string>();
  for (const { gridPos: { x, y, w, h } } of panels) {
    if (![x, y, w, h].every(Number.isInteger) || x < 0 || x + w > 24 || w < 1 || h < 1) return true;
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        const cell = `${column} ${line}`;
        if (taken.has(cell)) return true;
        taken.add(cell);
      }
    }
  }
  return false;
}
