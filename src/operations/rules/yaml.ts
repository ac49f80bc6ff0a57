import { display, RegistrationError } from "../../model/errors.ts";

/** Words that YAML 1.1 or 1.2 reads as something else than text. */
const reserved = /^(?:true|false|yes|no|on|off|y|n|null|~)$/i;

/**
 * Text that can stand as it is: it begins with a letter or "(", and nothing in it is syntax; or it
 * is a duration, such as `5m`.
 */
const plain = /^(?:[A-Za-z(](?:(?!: |:$| #)[\x20-\x7e])*(?<! )|\d+(?:ms|[smhdwy]))$/;

/** The length of a line from which on text is folded. */
const width = 100;

/** Words with single spaces between them, which folding gives back. */
const words = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/** A key that needs no quotes. */
const plainKey = /^[A-Za-z_][A-Za-z0-9_./-]*$/;

/** Printable ASCII: what single quotes and blocks can hold without escapes. */
const printable = /^[\x20-\x7e]*$/;

/**
 * Writes plain data as YAML that people can read: rules, dashboards, Kubernetes objects. Texts are
 * quoted only if they need it; those of several lines become blocks, and long ones are folded. Any
 * parser of YAML 1.1 or 1.2 reads the same data.
 *
 * Fields that are `undefined` are left out, as in JSON.
 *
 * @throws {RegistrationError} If the data have something in them that is not plain: a function, a
 * date, a number that is not finite, or themselves.
 *
 * @example
 * ```ts
 * import { toYaml } from "@edgeprom/edgeprom/operations";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(toYaml({ for: "5m", expr: "up == 0", on: ["a", "no"] }), `for: 5m
 * expr: up == 0
 * "on":
 *   - a
 *   - "no"
 * `);
 * ```
 *
 * @category Rules
 */
export function toYaml(data: unknown): string {
  return `${valueOf(data, "", [])}\n`;
}

/** A value that begins where the writer stands; lines after its first are indented. */
function valueOf(value: unknown, indent: string, parents: readonly unknown[]): string {
  if (typeof value === "string") return textOf(value, indent);
  if (typeof value === "boolean" || value === null) return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (parents.includes(value)) throw new RegistrationError("toYaml(): the data contain themselves");
  const line = `\n${indent}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const inner = [...parents, value];
    return value.map((item) => `- ${valueOf(item, `${indent}  `, inner)}`).join(line);
  }
  if (!isPlainObject(value)) {
    throw new RegistrationError(
      `toYaml(): ${display(value)} is not plain data; give texts, finite numbers, true, false, ` +
        `null, lists and objects`,
    );
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  if (fields.length === 0) return "{}";
  const inner = [...parents, value];
  return fields.map(([name, field]) => `${keyOf(name)}:${fieldOf(field, indent, inner)}`)
    .join(line);
}

/** What follows a key and its colon. */
function fieldOf(value: unknown, indent: string, parents: readonly unknown[]): string {
  const isNested = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  const deeper = `${indent}  `;
  const text = valueOf(value, deeper, parents);
  return isNested ? `\n${deeper}${text}` : ` ${text}`;
}

function keyOf(name: string): string {
  return plainKey.test(name) && !reserved.test(name) ? name : quoted(name);
}

function textOf(text: string, indent: string): string {
  const room = Math.max(width - indent.length, 40);
  if (text.length > room && words.test(text)) {
    return [">-", ...wrapped(text, room)].join(`\n${indent}`);
  }
  if (plain.test(text) && !reserved.test(text)) return text;
  const lines = text.split("\n");
  // A block has the indentation of its first line, and no line of it ends in a space.
  const isBlock = lines.length > 1 && lines.every((line) => /^[\x20-\x7e]*[\x21-\x7e]$/.test(line));
  if (isBlock && !lines[0].startsWith(" ")) return ["|-", ...lines].join(`\n${indent}`);
  // PromQL in single quotes needs no escapes. Other text has double quotes, as "deno fmt" wants it.
  const isClearer = /["\\]/.test(text) && printable.test(text);
  return isClearer ? `'${text.replaceAll("'", "''")}'` : quoted(text);
}

/** Lines of words that are no longer than the room for them, if no word is. */
function wrapped(text: string, room: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The text between double quotes. Those of JSON are YAML, if all that is not ASCII is escaped. */
function quoted(text: string): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  // By code points, as YAML 1.1 reads no pairs of surrogates.
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[^\x20-\x7e]/gu,
    (point) =>
      point.length === 1
        ? escape(point)
        : `\\U${point.codePointAt(0)!.toString(16).padStart(8, "0")}`,
  );
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
