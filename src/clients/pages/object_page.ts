import {
  beforeNumber,
  type Dialect,
  escapeText,
  exemplarText,
  headerText,
  numberText,
} from "./dialect.ts";
import type { PageObject } from "./page_metric.ts";

/** A family as it is on a page, without the newline at its end. */
export function objectPage(metric: PageObject, dialect: Dialect): string {
  const name = escapeText(metric.name);
  const ending = dialect.isOpenMetrics && metric.type === "counter" ? "_total" : "";
  const lines = [headerText(name, metric.help, metric.type)];
  for (const sample of metric.values || []) {
    const { metricName = name, value, exemplar } = sample;
    const line = beforeNumber(metricName + ending, sample, dialect) + numberText(value);
    lines.push(exemplar && dialect.isOpenMetrics ? line + exemplarText(exemplar) : line);
  }
  return lines.join("\n");
}
