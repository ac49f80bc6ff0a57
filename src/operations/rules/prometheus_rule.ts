import { display, RegistrationError } from "../../model/errors.ts";
import { anObject, aString, checkOptions, required } from "../../model/options.ts";
import type { RuleFile } from "./rule_file.ts";

/**
 * Options of `prometheusRule()`.
 *
 * @category Rules
 */
export interface PrometheusRuleOptions {
  /** The name of the object. */
  readonly name: string;
  /** Its namespace; the one it is applied to by default. */
  readonly namespace?: string;
  /**
   * Its labels, by which the `ruleSelector` of a Prometheus chooses; `{ release: "prometheus" }` for
   * many installations by Helm.
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A PrometheusRule, as the Prometheus Operator takes it.
 *
 * @category Rules
 */
export interface PrometheusRule {
  /** The version of the operator's API. */
  readonly apiVersion: "monitoring.coreos.com/v1";
  /** The kind of the object. */
  readonly kind: "PrometheusRule";
  /** Its name, namespace and labels. */
  readonly metadata: PrometheusRuleOptions;
  /** The rules. */
  readonly spec: RuleFile;
}

/** A name of Kubernetes: RFC 1123, a subdomain. */
const objectName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Makes rules an object of Kubernetes, for the Prometheus Operator: plain data, for `toYaml()` or
 * `JSON.stringify()`, both of which `kubectl apply` takes.
 *
 * @throws {RegistrationError} If an option is unknown or wrong.
 *
 * @example
 * ```ts
 * import { alertRules, prometheusRule, toYaml } from "@edgeprom/edgeprom/operations";
 * import { assertMatch } from "@std/assert";
 *
 * const object = prometheusRule(alertRules({ by: ["namespace", "job"] }), { name: "shop" });
 * assertMatch(toYaml(object), /kind: PrometheusRule/);
 * ```
 *
 * @category Rules
 */
export function prometheusRule(rules: RuleFile, options: PrometheusRuleOptions): PrometheusRule {
  const owner = "prometheusRule()";
  checkOptions("prometheusRule()", { rules }, {
    rules: required({ ...anObject, expected: "rules, as alertRules() gives them" }),
  });
  const aName = { ...aString, expected: "a name of Kubernetes" };
  checkOptions<PrometheusRuleOptions>(owner, options, {
    name: required(aName),
    namespace: aName,
    labels: anObject,
  });
  const { name, namespace, labels } = options;
  for (const given of namespace === undefined ? [name] : [name, namespace]) {
    if (objectName.test(given)) continue;
    throw new RegistrationError(
      `${owner}: ${display(given)} is not a name of Kubernetes; use lower-case letters, digits, ` +
        `"-" and "."`,
    );
  }
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {
      name,
      ...namespace === undefined ? {} : { namespace },
      ...labels === undefined ? {} : { labels },
    },
    spec: rules,
  };
}
