import { isLegacyLabelName } from "../core/names.ts";
import { ByteWriter } from "./byte_writer.ts";
import { rememberRows, type RowsOf, type WriteRow } from "./row_bytes.ts";

/** The label sets of a table as text, `a="1",b="2"`, remembered for the next page. */
export const labelText: RowsOf = rememberRows((capacity) => new ByteWriter(capacity), labelWriter);

/** Writes label sets of these names as text. */
export function labelWriter(names: readonly string[]): WriteRow<ByteWriter> {
  const openings = names.map((name) => `${quoteLabelName(name)}="`);
  return (writer, values, first) => {
    let separator = "";
    for (let column = 0; column < openings.length; column++) {
      const value = values[first + column];
      // An empty value is an absent label: writing it would make two series of one.
      if (value === "") continue;
      writer.text(`${separator}${openings[column]}${escapeLabelValue(value)}"`);
      separator = ",";
    }
  };
}

/** Escapes backslash, double quote and line feed, and nothing else; a carriage return is data. */
export function escapeLabelValue(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
    : value;
}

/** A label name as text, in quotes where it is not legacy-valid. */
export function quoteLabelName(name: string): string {
  return isLegacyLabelName(name) ? name : `"${escapeLabelValue(name)}"`;
}
