import type { Openness } from "./labels.ts";

/**
 * Texts of small numbers, such as status codes, once they were needed: a runtime takes 9 ns to find
 * that of a number.
 */
const smallTexts: (string | undefined)[] = /* @__PURE__ */ new Array(1000).fill(undefined);

function newText(value: number): string {
  const text = String(value);
  if (value >= 0 && value < smallTexts.length && Number.isInteger(value)) smallTexts[value] = text;
  return text;
}

/**
 * The text of a label value that is no string, as an open label writes it; `undefined` if it takes
 * no such value.
 */
export function textOf(value: unknown, open: Openness): string | undefined {
  if (open === "closed") return undefined;
  if (typeof value === "number") return smallTexts[value] ?? newText(value);
  if (typeof value === "boolean") return String(value);
  return value === undefined && open === "optional" ? "" : undefined;
}
