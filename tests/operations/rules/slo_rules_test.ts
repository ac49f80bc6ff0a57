import { assert, assertEquals, assertMatch } from "@std/assert";
import { test } from "node:test";
import { RegistrationError } from "../../../mod.ts";
import {
  type AlertingRule,
  type RecordingRule,
  sloRules,
  type SloRulesOptions,
} from "../../../src/operations.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const rulesOf = (options: SloRulesOptions) =>
  sloRules(options).groups.flatMap(({ rules }) => rules);

function recordings(options: SloRulesOptions): ReadonlyMap<string, RecordingRule> {
  const rules = rulesOf(options).filter((rule) => "record" in rule);
  return new Map(rules.map((rule) => [rule.record, rule]));
}

function alerts(options: SloRulesOptions): readonly AlertingRule[] {
  return rulesOf(options).filter((rule) => "alert" in rule);
}

const shop = { service: "shop", latency: false } as const;
const matchers =
  'sloth_id="shop-requests-availability", sloth_service="shop", sloth_slo="requests-availability"';

test("sloRules(): groups, recordings and their labels are those of sloth", () => {
  const { groups } = sloRules({ service: "shop" });
  const kinds = ["sli-recordings", "meta-recordings", "alerts"];
  assertEquals(
    groups.map(({ name }) => name),
    ["availability", "latency"].flatMap((slo) =>
      kinds.map((kind) => `sloth-slo-${kind}-shop-requests-${slo}`)
    ),
  );
  const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"];
  const labels = {
    sloth_id: "shop-requests-availability",
    sloth_service: "shop",
    sloth_slo: "requests-availability",
  };
  const recorded = recordings(shop);
  assertEquals([...recorded.keys()], [
    ...windows.map((window) => `slo:sli_error:ratio_rate${window}`),
    "slo:objective:ratio",
    "slo:error_budget:ratio",
    "slo:time_period:days",
    "slo:current_burn_rate:ratio",
    "slo:period_burn_rate:ratio",
    "slo:period_error_budget_remaining:ratio",
    "sloth_slo_info",
  ]);
  for (const window of windows) {
    const rule = recorded.get(`slo:sli_error:ratio_rate${window}`)!;
    assertEquals(rule.labels, { ...labels, sloth_window: window });
    assert(rule.expr.includes(`[${window}]`), rule.expr);
  }
  assertEquals(recorded.get("slo:objective:ratio"), {
    record: "slo:objective:ratio",
    expr: "vector(0.999)",
    labels,
  });
  assertEquals(recorded.get("slo:error_budget:ratio")?.expr, "vector(0.001)");
  assertEquals(recorded.get("sloth_slo_info")?.labels, { ...labels, sloth_objective: "99.9" });
});

test("sloRules(): pages and tickets are raised at the factors and windows of the workbook", () => {
  const [page, ticket] = alerts({ ...shop, availability: { objective: 0.9995 } });
  const factors = ({ expr }: AlertingRule) =>
    [...expr.matchAll(/ratio_rate(\w+)\{(.*?)} > \((\S+) \* ([\d.]+)\)/g)]
      .map(([, window, labels, factor, budget]) => {
        assertEquals(labels, matchers);
        return `${factor} × ${budget} in ${window}`;
      });
  assertEquals(factors(page), [
    "14.4 × 0.0005 in 5m",
    "14.4 × 0.0005 in 1h",
    "6 × 0.0005 in 30m",
    "6 × 0.0005 in 6h",
  ]);
  assertEquals(factors(ticket), [
    "3 × 0.0005 in 2h",
    "3 × 0.0005 in 1d",
    "1 × 0.0005 in 6h",
    "1 × 0.0005 in 3d",
  ]);
  assertEquals(page.labels, { severity: "critical", sloth_severity: "page" });
  assertEquals(ticket.labels, { severity: "warning", sloth_severity: "ticket" });
  assertMatch(page.annotations.description, /the objective is that 99\.95% do not\./);
});

test("sloRules(): prefix, selector, by and errors reach every metric", () => {
  const rules = rulesOf({
    service: "shop",
    prefix: "shop_",
    selector: 'job="shop"',
    by: ["namespace", "job"],
    availability: { errors: "(5..|429)" },
    labels: { team: "shop" },
  });
  for (const { expr } of rules) {
    assertEquals(expr.match(/(?<!shop_)\bhttp_\w+/g), null);
    for (const [, matchers] of expr.matchAll(/shop_http_\w+\{(.*?)}/g)) {
      assertMatch(matchers, /(^|, )job="shop"$/);
    }
    assertEquals(expr.match(/sum (?!by \(namespace, job\))/g), null);
  }
  const statuses = rules.flatMap(({ expr }) => expr.match(/status\S+"(?:,|})/g) ?? []);
  assertEquals(new Set(statuses), new Set(['status=~"(5..|429)",', 'status!~"(5..|429)",']));
  for (const rule of rules) if ("alert" in rule) assertEquals(rule.labels.team, "shop");
});

test("sloRules(): what is fast is a bucket, as Prometheus spells it", () => {
  const expr = (latency: SloRulesOptions["latency"]) =>
    recordings({ service: "shop", availability: false, latency })
      .get("slo:sli_error:ratio_rate5m")!.expr;
  assertMatch(expr({}), /_bucket\{le="0\.5", status!~"5\.\."}/);
  assertMatch(expr({ seconds: 1 }), /le="1\.0"/);
  assertMatch(expr({ seconds: 0.3, buckets: [0.3, 3] }), /le="0\.3"/);
  assertMatch(expr({ seconds: 0.3, native: true }), /^1 - histogram_fraction\(0, 0\.3, sum/);
});

const mistakes: readonly (readonly [options: unknown, ...says: string[]])[] = [
  [undefined, "the options undefined must be an object"],
  [{}, "sloRules(): service undefined must be the name of the service"],
  [{ service: "my shop" }, 'service "my shop" must be letters'],
  [{ service: 'a"' }, "must be letters"],
  [{ service: "a", latency: false, availability: false }, "are both false"],
  [{ service: "a", objective: 0.9 }, 'unknown option "objective"'],
  [{ service: "a", availability: true }, "availability true must be an object, or false"],
  [{ service: "a", availability: { objective: 99.9 } }, "availability of", "between 0 and 1"],
  [{ service: "a", availability: { errors: 500 } }, "errors 500 must be a string"],
  [{ service: "a", latency: { objective: 1 } }, "latency of sloRules(): objective 1"],
  [{ service: "a", latency: { seconds: 0.3 } }, "seconds 0.3 must be one of the buckets 0.005"],
  [{ service: "a", latency: { seconds: 2, buckets: [1, 3] } }, "one of the buckets 1, 3;"],
  [{ service: "a", latency: { seconds: Infinity, native: true } }, "seconds Infinity"],
  [{ service: "a", by: ["a-b"] }, 'by has "a-b"'],
];

test("sloRules(): a wrong option is told, with what it must be", () => {
  for (const [options, ...says] of mistakes) {
    const call = () => sloRules(options as SloRulesOptions);
    assertThrowsWith(call, RegistrationError, ...says);
  }
});
