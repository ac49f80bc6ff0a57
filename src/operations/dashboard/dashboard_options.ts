import { MetricsError } from "../../model/errors.ts";
import { isLegacyLabelName } from "../../model/names.ts";
import {
  aBoolean,
  aString,
  checkOptions,
  type OptionRule,
  type OptionRules,
  required,
} from "../../model/options.ts";

/**
 * Options of a dashboard.
 *
 * @category Dashboards
 */
export interface DashboardOptions {
  /** The title. */
  readonly title: string;
  /**
   * The identifier, which is part of the dashboard's address: up to 40 letters, digits, `-` and
   * `_`. By default it is made of the title.
   */
  readonly uid?: string;
  /** What it is for; what made it by default. */
  readonly description?: string;
  /** Words to find it by; `edgeprom` by default. */
  readonly tags?: readonly string[];
  /** How often it is refreshed, such as `1m`; `30s` by default, `""` for never. */
  readonly refresh?: string;
  /** The first rows, with the families of each. What they leave out follows in rows by prefix. */
  readonly rows?: readonly DashboardRow[];
  /** Families that are left out: names, or prefixes that end in `*`. */
  readonly exclude?: readonly string[];
  /** The label that Prometheus calls a job by, if yours has another one; `job` by default. */
  readonly jobLabel?: string;
  /** The label that tells the targets of a job apart, such as `pod`; `instance` by default. */
  readonly instanceLabel?: string;
}

/**
 * A row of a dashboard.
 *
 * @category Dashboards
 */
export interface DashboardRow {
  /** The title. */
  readonly title: string;
  /** Its families in their order: names, or prefixes that end in `*`. */
  readonly families: readonly string[];
  /** Whether it is closed, so that its panels ask nothing until somebody opens it. */
  readonly collapsed?: boolean;
}

const aText: OptionRule = {
  expected: "a string that is not empty",
  fits: (value) => typeof value === "string" && value.trim() !== "",
};
const aLabel: OptionRule = {
  expected: 'a name of letters, digits and "_"',
  fits: (value) => typeof value === "string" && isLegacyLabelName(value),
};
const patterns: OptionRule = {
  expected: "a list of names, or of prefixes that end in *",
  fits: (value) => Array.isArray(value) && value.every(aText.fits),
};

const rules: OptionRules<DashboardOptions> = {
  title: required(aText),
  uid: {
    expected: 'up to 40 letters, digits, "-" and "_"',
    fits: (value) => typeof value === "string" && /^[a-zA-Z0-9_-]{1,40}$/.test(value),
  },
  description: aString,
  tags: {
    expected: "a list of strings",
    fits: (value) => Array.isArray(value) && value.every(aString.fits),
  },
  refresh: {
    expected: 'a number with s, m, h or d, such as "30s", or ""',
    fits: (value) => typeof value === "string" && /^([1-9]\d*[smhd])?$/.test(value),
  },
  rows: { expected: "a list of rows", fits: Array.isArray },
  exclude: patterns,
  jobLabel: aLabel,
  instanceLabel: aLabel,
};

const rowRules: OptionRules<DashboardRow> = {
  title: required(aText),
  families: required(patterns),
  collapsed: aBoolean,
};

/**
 * Checks the options of a dashboard and of its rows.
 *
 * @throws {MetricsError} If one is unknown, or its value is not what it must be.
 */
export function checkDashboardOptions(owner: string, options: DashboardOptions): void {
  checkOptions(owner, options, rules, MetricsError);
  options.rows?.forEach((row, at) =>
    checkOptions(`${owner}: rows[${at}]`, row, rowRules, MetricsError)
  );
}
