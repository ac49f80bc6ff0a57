import type { LabelTable } from "../core/label_table.ts";
import { ByteWriter } from "./byte_writer.ts";

/** The label sets of a table as text, `a="1",b="2"`, one after the other. */
export interface LabelText {
  /** The UTF-8 bytes of all rows. */
  readonly bytes: Uint8Array;
  /** Where each row ends; it begins where the one before ended. */
  readonly ends: readonly number[];
}

const cache = new WeakMap<readonly string[], LabelText & { readonly names: readonly string[] }>();

/**
 * The escaped label sets of a table.
 *
 * A label set is escaped once, when its series is first scraped: families append to the array that
 * a table shares with later ones, so only the rows that came since are new.
 */
export function labelText({ names, values, rows }: LabelTable): LabelText {
  const known = cache.get(values);
  const reusable = known !== undefined && known.names === names ? known : undefined;
  if (reusable !== undefined && reusable.ends.length >= rows) return reusable;
  const writer = new ByteWriter();
  const ends: number[] = reusable === undefined ? [] : [...reusable.ends];
  if (reusable !== undefined) writer.bytes(reusable.bytes);
  for (let row = ends.length; row < rows; row++) {
    let separator = "";
    for (let column = 0; column < names.length; column++) {
      const value = values[row * names.length + column];
      // An empty value is an absent label: writing it would make two series of one.
      if (value === "") continue;
      writer.text(`${separator}${names[column]}="${escapeLabelValue(value)}"`);
      separator = ",";
    }
    ends.push(writer.length);
  }
  const text = { names, bytes: writer.finish(), ends };
  cache.set(values, text);
  return text;
}

/** Escapes backslash, double quote and line feed, and nothing else; a carriage return is data. */
export function escapeLabelValue(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
    : value;
}
