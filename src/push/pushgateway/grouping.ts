import { display } from "../../model/errors.ts";
import { isLegacyLabelName } from "../../model/names.ts";
import { anObject } from "../../model/options.ts";
import { PushError } from "../delivery/push_error.ts";

/**
 * The labels of a group in a Pushgateway, checked: the job first.
 *
 * @throws {PushError} If a name is none that a group can have, or a value is not well-formed.
 */
export function groupLabels(
  owner: string,
  job: unknown,
  grouping: unknown,
): readonly (readonly [name: string, value: string])[] {
  const fail = (problem: string): never => {
    throw new PushError(`${owner}: ${problem}`);
  };
  if (job === "") fail('job is empty; give a name, such as "backup"');
  if (!anObject.fits(grouping)) {
    fail(`grouping ${display(grouping)} must be an object of labels, such as { instance: "db1" }`);
  }
  const labels: (readonly [string, string])[] = [];
  for (const [name, value] of [["job", job] as const, ...Object.entries(grouping as object)]) {
    const what = labels.length === 0 ? "job" : `grouping: label ${display(name)}`;
    if (labels.length > 0 && name === "job") fail(`${what} has an option of its own, job`);
    if (!isLegacyLabelName(name) || name.startsWith("__")) {
      fail(
        `${what} must have a name of letters, digits and "_", which begins with neither a ` +
          `digit nor "__"`,
      );
    }
    if (typeof value !== "string") {
      fail(`${what} must be a string, not ${display(value)}`);
    } else if (!value.isWellFormed()) {
      fail(`${what} has a lone surrogate in ${display(value)}; use toWellFormed()`);
    } else {
      labels.push([name, value]);
    }
  }
  return labels;
}

/** The path of a group: `/metrics/job/backup/instance/db1`. */
export function groupPath(labels: readonly (readonly [name: string, value: string])[]): string {
  return "/metrics" + labels.map(([name, value]) => pathOfLabel(name, value)).join("");
}

/**
 * Values that do not survive in a path: with a slash, empty, `.` or `..`, which parsers of URLs
 * drop, and with control characters, which proxies refuse.
 */
// deno-lint-ignore no-control-regex
const needsBase64 = /^\.{0,2}$|[/\x00-\x1f\x7f]/;

/** A space becomes `%20`: the gateway would keep a plus sign. */
function pathOfLabel(name: string, value: string): string {
  if (!needsBase64.test(value)) return `/${name}/${encodeURIComponent(value)}`;
  return `/${name}@base64/${base64Url(value) || "="}`;
}

/** Base64 of the UTF-8 bytes in the alphabet for URLs, without padding. */
function base64Url(value: string): string {
  const bytes = Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
