import { isLegacyLabelName } from "../../model/names.ts";

const utf8 = /* @__PURE__ */ new TextEncoder();

/** Formats the labels of a row, given the position of its first value. */
export type LabelText = (values: readonly string[], first: number) => string;

/** A formatter of label sets with these names: `a="1",b="2"`. */
export function labelTextOf(names: readonly string[]): LabelText {
  const openings = names.map((name) => `${quoteLabelName(name)}="`);
  return (values, first) => {
    let text = "";
    for (let column = 0; column < openings.length; column++) {
      const value = values[first + column];
      // An empty value is an absent label: writing it would make two series of one.
      if (value === "") continue;
      text += `${text === "" ? "" : ","}${openings[column]}${escapeLabelValue(value)}"`;
    }
    return text;
  };
}

/** Escapes backslash, double quote and line feed, and nothing else; a carriage return is data. */
export function escapeLabelValue(value: string): string {
  return value.includes("\\") || value.includes('"') || value.includes("\n")
    ? value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
    : value;
}

/** Escapes backslash and line feed; the text format does not escape double quotes in help. */
export function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** A label name as text, in quotes if it is not legacy-valid. */
export function quoteLabelName(name: string): string {
  return isLegacyLabelName(name) ? name : `"${escapeLabelValue(name)}"`;
}

/** Number of bytes of a text in UTF-8. */
export function utf8Size(text: string): number {
  return utf8.encode(text).length;
}
