import { contenderNames, type MeasuredName, partNames } from "../contenders/library.ts";
import type { Measurement } from "../measure/operation.ts";

/** The medians of a runtime, and how many times worse than edgeprom each other one is. */
export function table(results: readonly Measurement[], runtime: string): string {
  const own = results.filter((result) => result.runtime === runtime);
  const parts = partNames.filter((name) => own.some(({ contender }) => contender === name));
  const columns = [...contenderNames, ...parts];
  const operations = [...new Set(own.map(({ operation }) => operation))];
  const rows = operations.map((operation) => {
    const row = own.filter((result) => result.operation === operation);
    const edgeprom = row.find(({ contender }) => contender === "edgeprom");
    const cells = columns.map((contender) => cell(row, contender, edgeprom));
    return [operation, row[0].unit, ...cells];
  });
  const header = [runtime, "unit", ...columns];
  return aligned([header, ...rows]);
}

function cell(
  row: readonly Measurement[],
  contender: MeasuredName,
  edgeprom: Measurement | undefined,
): string {
  const result = row.find((result) => result.contender === contender);
  if (result === undefined) return "–";
  const value = brief(result.median);
  if (edgeprom === undefined || contender === "edgeprom") return value;
  const ratio = result.unit === "1/s"
    ? edgeprom.median / result.median
    : result.median / edgeprom.median;
  return `${value} (×${brief(ratio)})`;
}

/** Three digits are more than such measurements bear. */
export function brief(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100
    ? Math.round(value).toString()
    : Number(value.toPrecision(3)).toString();
}

/** Columns as wide as their widest cell, all but the first flush right. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])
    ).join("  ");
  return rows.map(line).join("\n");
}
