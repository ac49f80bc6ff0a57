import { assert, assertEquals, assertMatch } from "@std/assert";
import { test } from "node:test";
import { RegistrationError } from "../../../mod.ts";
import {
  type AlertingRule,
  alertRules,
  type AlertRulesOptions,
  type AlertThresholds,
  type RuleFile,
} from "../../../src/operations.ts";
import { defaultThresholds } from "../../../src/operations/rules/thresholds.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const rulesOf = ({ groups }: RuleFile) => groups.flatMap(({ rules }) => rules);
const expressions = (options?: AlertRulesOptions) =>
  rulesOf(alertRules(options)).map(({ expr }) => expr);

function alerts(options?: AlertRulesOptions): readonly AlertingRule[] {
  return rulesOf(alertRules(options)).filter((rule) => "alert" in rule);
}

const metric = /\b(?:processor|process|nodejs|deno|bun|edgeprom)_\w+|\bup\b/g;

test("alertRules(): groups come by set, recordings before the alerts that use them", () => {
  const names = ["processor", "runtime", "edgeprom"]
    .flatMap((set) => [`${set}-recordings`, `${set}-alerts`]);
  assertEquals(alertRules().groups.map(({ name }) => name), names);
  const groups = alertRules({ sets: ["edgeprom", "processor"] }).groups;
  assertEquals(groups.map(({ name }) => name), [...names.slice(0, 2), ...names.slice(4)]);
});

test("alertRules(): an alert has a duration, a severity and texts that end in a full stop", () => {
  const all = alerts();
  assert(all.length > 20);
  for (const { alert, for: duration, labels, annotations } of all) {
    assertMatch(alert, /^(Processor|Runtime|Edgeprom)[A-Z][A-Za-z]+$/);
    assertMatch(duration, /^\d+m$/);
    assert(["critical", "warning", "info"].includes(labels.severity), alert);
    assertEquals(Object.keys(annotations), ["summary", "description", "runbook"]);
    for (const text of Object.values(annotations)) assertMatch(text, /^\S.*[^ .]\.$/);
    assertMatch(annotations.summary, /\{\{ \$labels\.job \}\}/);
    assert(!annotations.summary.includes("$value"), alert);
  }
  const names = all.map(({ alert }) => alert);
  assertEquals(new Set(names).size, names.length);
});

test("alertRules(): the texts of an alert name labels that its expression leaves", () => {
  const raw = ["job", "instance"];
  const ofMetrics: Readonly<Record<string, readonly string[]>> = {
    edgeprom_scrape_errors_total: ["cause"],
    edgeprom_scrapes_total: ["code"],
    edgeprom_series: ["family"],
    edgeprom_series_overflowed_total: ["family"],
    edgeprom_invalid_recordings_total: ["family"],
    edgeprom_exemplars_dropped_total: ["family"],
    edgeprom_push_samples_total: ["target", "result"],
    edgeprom_push_batches_total: ["target", "result"],
  };
  for (const { alert, expr, annotations } of alerts()) {
    const level = expr.match(/\b(job\w*):/)?.[1].split("_");
    const by = expr.match(/\b(?:sum|max) by \((.*?)\)/)?.[1].split(", ");
    const [name] = expr.match(metric) ?? [""];
    const left = level ?? by ?? [...raw, ...ofMetrics[name] ?? []];
    const named = Object.values(annotations)
      .flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label));
    assertEquals(named.filter((label) => !left.includes(label)), [], alert);
  }
});

test("alertRules(): a selector narrows every metric, and recorded series as far as it fits them", () => {
  const selector = ' namespace = "a,b}" , job=~"sh\\"op", ';
  const matchers = 'namespace = "a,b}", job=~"sh\\"op"';
  for (const expr of expressions({ selector })) {
    const rest = expr.replaceAll(matchers, "");
    assertEquals(rest.match(/"sh/g)?.length ?? 0, expr.match(/job\w*:/g)?.length ?? 0, expr);
    for (const [, found] of rest.matchAll(/\b(?:processor|process|edgeprom)_\w+(.?.?)/g)) {
      assert(/^(?:\{}|\{\w|:.)/.test(found), `${found} in ${rest}`);
    }
  }
  const recorded = expressions({ selector }).filter((expr) => expr.startsWith("job:"));
  assertEquals(recorded, ['job:processor_events_processed:error_ratio5m{job=~"sh\\"op"} > 0.05']);
});

test("alertRules(): by tells services apart, in expressions, names and texts", () => {
  const options = { by: ["namespace", "job"], sets: ["processor"] } as const;
  const [first] = rulesOf(alertRules(options));
  assertEquals(first, {
    record: "namespace_job:processor_events_received:rate5m",
    expr: "sum by (namespace, job) (rate(processor_events_received[5m]))",
  });
  for (const { alert, annotations } of alerts(options)) {
    assertMatch(annotations.summary, /\{\{ \$labels\.namespace }}\/\{\{ \$labels\.job }}/, alert);
  }
});

test("alertRules(): a prefix is that of ProcessorMetrics, and of no other names", () => {
  const expressions = JSON.stringify(alertRules({ prefix: "shop_" }));
  const plain = JSON.stringify(alertRules());
  assertEquals(expressions.replaceAll("shop_processor", "processor"), plain);
  assertEquals(expressions.match(/(?<!shop_)\bprocessor_\w+/g), null);
  assertEquals(alertRules({ prefix: "" }), alertRules());
});

test("alertRules(): one runtime has plain names, several are one metric", () => {
  const [one] = expressions({ sets: ["runtime"], runtimes: ["deno"], selector: 'job="a"' });
  assertMatch(one, /rate\(deno_eventloop_delay_seconds_bucket\{job="a"}\[5m]\)/);
  const [two] = expressions({ sets: ["runtime"], runtimes: ["nodejs", "bun"] });
  const names = "nodejs_eventloop_delay_seconds_bucket|bun_eventloop_delay_seconds_bucket";
  assert(two.includes(`rate({__name__=~"${names}"}[5m])`), two);
});

test("alertRules(): labels are those of every alert", () => {
  for (const { labels: { severity: _, ...rest } } of alerts({ labels: { team: "shop" } })) {
    assertEquals(rest, { team: "shop" });
  }
});

test("alertRules(): each threshold is that of one alert, and of its text if it names it", () => {
  const defaults = alerts();
  for (const name of Object.keys(defaultThresholds) as (keyof AlertThresholds)[]) {
    const given = name.endsWith("Share") ? 0.123 : 123;
    const changed = alerts({ thresholds: { [name]: given } })
      .filter((alert, at) => JSON.stringify(alert) !== JSON.stringify(defaults[at]));
    assertEquals(changed.length, 1, name);
    assertMatch(changed[0].expr, new RegExp(`[<>] ${given}$`), name);
  }
  assertEquals(alerts({ thresholds: { restarts: undefined } }), defaults);
});

test("alertRules(): pushes are remembered for six times the age that is fine", () => {
  const [overdue] = alerts({ thresholds: { pushAgeSeconds: 0.75 } })
    .filter(({ alert }) => alert === "EdgepromPushOverdue");
  assertMatch(overdue.expr, /\[5s]\)\)\) > 0\.75$/);
});

const mistakes: readonly (readonly [options: unknown, ...says: string[]])[] = [
  [null, "alertRules(): the options null must be an object"],
  [{ selectors: "" }, 'unknown option "selectors"', '"selector" here'],
  [{ selector: "{job='shop'}" }, "alertRules(): selector", 'such as job="shop"'],
  [{ selector: 'job="a"} or {b="c"' }, "without braces"],
  [{ selector: 'job="a\n"' }, "without braces"],
  [{ selector: 'job="a" b="c"' }, "without braces"],
  [{ selector: 7 }, "selector 7 must be a string"],
  [{ by: [] }, "by must name a label, such as job"],
  [{ by: ["the job"] }, 'by has "the job"', "not the name of a label"],
  [{ by: "job" }, 'by "job" must be a list'],
  [{ labels: { severity: "page" } }, 'label "severity"', "severity and alertname"],
  [{ labels: { team: 1 } }, 'label "team"', "cannot be 1"],
  [{ labels: { __team: "a" } }, 'labels has "__team"'],
  [{ sets: ["http"] }, 'sets "http" must be some of processor, runtime, edgeprom'],
  [{ sets: [] }, "sets [] must be some of"],
  [{ runtimes: ["node"] }, 'runtimes "node" must be some of nodejs, deno, bun'],
  [{ prefix: "9_" }, 'prefix "9_"', "the beginning of a metric name"],
  [{ thresholds: { errorshare: 0.1 } }, "thresholds of alertRules()", '"errorShare" here'],
  [{ thresholds: { errorShare: 5 } }, "errorShare 5 must be a share between 0 and 1"],
  [{ thresholds: { restarts: "3" } }, 'restarts "3" must be a number above 0'],
  [{ thresholds: { series: Infinity } }, "series Infinity must be finite", "leave it out"],
];

test("alertRules(): a wrong option is told, with what it must be", () => {
  for (const [options, ...says] of mistakes) {
    const call = () => alertRules(options as AlertRulesOptions);
    assertThrowsWith(call, RegistrationError, ...says);
  }
});
