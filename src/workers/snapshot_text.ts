import type { MetricFamily } from "../core/snapshot.ts";

/** A column of numbers in JSON, which has no NaN and no infinities: their bytes in base64. */
interface Packed {
  readonly float64: string;
}

/** Families as a text for another process: 11 bytes a number, exact, whatever number it is. */
export function packFamilies(families: readonly MetricFamily[]): string {
  return JSON.stringify(families.map(trimmed), (_, value) => {
    return value instanceof Float64Array ? { float64: base64(value) } : value;
  });
}

/** The families in a text. */
export function unpackFamilies(text: string): readonly MetricFamily[] {
  return JSON.parse(text, (_, value) => isPacked(value) ? numbers(value.float64) : value);
}

/** Without what arrays that are longer than the table hold of later series. */
function trimmed(family: MetricFamily): MetricFamily {
  const { names, values, rows } = family.labels;
  const labels = { names, rows, values: values.slice(0, rows * names.length) };
  if (!("created" in family) || family.created === undefined) return { ...family, labels };
  return { ...family, labels, created: Array.from(family.created).slice(0, rows) };
}

function isPacked(value: unknown): value is Packed {
  return typeof value === "object" && value !== null && "float64" in value;
}

function base64(numbers: Float64Array): string {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  let text = "";
  // In parts: an argument list has a limit.
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(text);
}

function numbers(text: string): Float64Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Float64Array(bytes.buffer);
}
