import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { RegistrationError } from "../../../mod.ts";
import {
  alertRules,
  prometheusRule,
  type PrometheusRuleOptions,
  type RuleFile,
} from "../../../src/operations.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const rules = alertRules();

test("prometheusRule(): the rules are the spec of an object with the given metadata", () => {
  const metadata = { name: "shop", namespace: "prod", labels: { release: "prometheus" } };
  assertEquals(prometheusRule(rules, metadata), {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata,
    spec: rules,
  });
  assertEquals(prometheusRule(rules, { name: "shop" }).metadata, { name: "shop" });
});

const mistakes: readonly (readonly [rules: unknown, options: unknown, says: string])[] = [
  [undefined, { name: "shop" }, "rules undefined must be rules, as alertRules() gives them"],
  [rules, undefined, "the options undefined must be an object"],
  [rules, {}, "name undefined must be a name of Kubernetes"],
  [rules, { name: "Shop" }, '"Shop" is not a name of Kubernetes'],
  [rules, { name: "shop", namespace: "-a" }, '"-a" is not a name of Kubernetes'],
  [rules, { name: "shop", labels: "a" }, 'labels "a" must be an object'],
  [rules, { name: "shop", label: {} }, 'it is called "labels" here'],
];

test("prometheusRule(): a wrong argument is told, with what it must be", () => {
  for (const [given, options, says] of mistakes) {
    const call = () => prometheusRule(given as RuleFile, options as PrometheusRuleOptions);
    assertThrowsWith(call, RegistrationError, says);
  }
});
