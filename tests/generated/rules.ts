/** The rules of examples/operations and their tests for promtool, as the functions make them. */
import {
  type AlertingRule,
  alertRules,
  prometheusRule,
  type RuleFile,
  sloRules,
  toYaml,
} from "../../src/operations.ts";
import { type AlertCase, type SeriesValues, target } from "../cases/alerts/alert_case.ts";
import { edgepromCases } from "../cases/alerts/edgeprom.ts";
import { httpCases } from "../cases/alerts/http.ts";
import { processorCases } from "../cases/alerts/processor.ts";
import { runtimeCases } from "../cases/alerts/runtime.ts";
import type { GeneratedFile } from "./generated_file.ts";

/** A file of rules, what it is about, the call that makes it, and when its alerts are raised. */
export interface RuleSetFiles {
  readonly name: string;
  readonly about: string;
  readonly call: string;
  readonly rules: RuleFile;
  readonly cases: readonly AlertCase[];
}

export const ruleSetFiles: readonly RuleSetFiles[] = [{
  name: "processor",
  about: "The 37 metrics of a stream processor, ProcessorMetrics.",
  call: 'alertRules({ sets: ["processor"] })',
  rules: alertRules({ sets: ["processor"] }),
  cases: processorCases,
}, {
  name: "http",
  about: "Service level objectives of requests that httpMetrics() measures: 99.9% succeed, and\n" +
    "# 99% take half a second at most.",
  call: 'sloRules({ service: "http" })',
  rules: sloRules({ service: "http" }),
  cases: httpCases,
}, {
  name: "runtime",
  about: "The process and its runtime, registerRuntimeMetrics(): Node, Deno and Bun.",
  call: 'alertRules({ sets: ["runtime"] })',
  rules: alertRules({ sets: ["runtime"] }),
  cases: runtimeCases,
}, {
  name: "edgeprom",
  about:
    "edgeprom itself: targets, scrapes, series, losses, pushes and aggregators. EdgepromTargetDown\n" +
    "# is about every target of the server; a selector limits it.",
  call: 'alertRules({ sets: ["edgeprom"] })',
  rules: alertRules({ sets: ["edgeprom"] }),
  cases: edgepromCases,
}];

/** Every alert of a file, by its name. */
export function alertsOf({ groups }: RuleFile): ReadonlyMap<string, AlertingRule> {
  const rules = groups.flatMap(({ rules }) => rules).filter((rule) => "alert" in rule);
  return new Map(rules.map((rule) => [rule.alert, rule]));
}

/** The series as promtool takes them, each with the labels of the target. */
function inputOf(series: SeriesValues) {
  return Object.entries(series).map(([selector, values]) => {
    const [, name, labels = ""] = selector.match(/^(\w+)(?:\{(.*)\})?$/)!;
    const given = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map((
      [, label, value],
    ) => [label, value]);
    const all = Object.entries({ ...target, ...Object.fromEntries(given) });
    return {
      series: `${name}{${all.map(([label, value]) => `${label}="${value}"`).join(", ")}}`,
      values,
    };
  });
}

/** A text of an alert, as Prometheus fills it in. */
function filled(text: string, labels: Readonly<Record<string, string>>, values = {}): string {
  const all = { ...values, ...labels };
  return text.replaceAll(/\{\{ (?:\$labels\.)?(.*?) \}\}/g, (template, what) => {
    const value = (all as Readonly<Record<string, string>>)[what];
    if (value === undefined) throw new Error(`nothing is known of ${template} in "${text}"`);
    return value;
  });
}

function testsOf(rules: RuleFile, { alert, fires, before, at, labels, values, quiet }: AlertCase) {
  const rule = alertsOf(rules).get(alert);
  if (rule === undefined) throw new Error(`there is no alert ${alert}`);
  const ofSeries = { job: target.job, ...labels };
  const annotations = Object.entries(rule.annotations)
    .map(([name, text]) => [name, filled(text, ofSeries, values)]);
  const raised = {
    exp_labels: { ...rule.labels, ...ofSeries },
    exp_annotations: Object.fromEntries(annotations),
  };
  const never = (moment: string) => ({ eval_time: moment, alertname: alert, exp_alerts: [] });
  return [
    {
      interval: "1m",
      name: `${alert} is raised`,
      input_series: inputOf(fires),
      alert_rule_test: [never(before), { eval_time: at, alertname: alert, exp_alerts: [raised] }],
    },
    ...quiet.map(({ series, at: moment = at }) => ({
      interval: "1m",
      name: `${alert} is not raised`,
      input_series: inputOf(series),
      alert_rule_test: [never(moment)],
    })),
  ];
}

/** The tests of a file of rules, as promtool takes them. */
export function promtoolTests({ name, rules, cases }: RuleSetFiles) {
  return {
    rule_files: [`${name}.rules.yaml`],
    evaluation_interval: "1m",
    tests: cases.flatMap((one) => testsOf(rules, one)),
  };
}

const folder = "examples/operations/prometheus";
const made = 'Made by "deno task operations"; a test compares.';

function generated(path: string, comment: string, data: unknown): GeneratedFile {
  return { path, text: () => Promise.resolve(`${comment}\n${toYaml(data)}`) };
}

/** The files of rules, their tests, and all rules as an object of Kubernetes. */
export const rules: readonly GeneratedFile[] = [
  ...ruleSetFiles.flatMap((files) => [
    generated(
      `${folder}/${files.name}.rules.yaml`,
      `# ${files.about}\n#\n# Copy it, and name it in rule_files of prometheus.yml. Thresholds, a ` +
        `selector and more are\n# options: ${files.call} of @edgeprom/edgeprom/operations.\n` +
        `# ${made} Checked with promtool, by ${files.name}.test.yaml.`,
      files.rules,
    ),
    generated(
      `${folder}/${files.name}.test.yaml`,
      `# When each alert of ${files.name}.rules.yaml is raised, and when it is not:\n` +
        `# promtool test rules ${files.name}.test.yaml\n# ${made}`,
      promtoolTests(files),
    ),
  ]),
  generated(
    "examples/operations/kubernetes/prometheus_rule.yaml",
    "# All rules of ../prometheus as one object for the Prometheus Operator, by namespace and job. " +
      "If\n# it is not picked up, compare its labels with ruleSelector of your Prometheus.\n" +
      `# ${made} Its rules are checked with promtool, and the object's\n` +
      "# fields with those of the operator's CRD. No operator has seen it.",
    prometheusRule(inKubernetes(), { name: "processor", labels: { app: "processor" } }),
  ),
];

function inKubernetes(): RuleFile {
  const by = ["namespace", "job"];
  const files = [alertRules({ by }), sloRules({ service: "http", by })];
  return { groups: files.flatMap(({ groups }) => groups) };
}
