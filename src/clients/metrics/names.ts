/** Whether the clients take a name for a metric: the names that Prometheus had before UTF-8. */
export function isMetricName(name: unknown): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name as string);
}

/** The names that the clients do not take for labels. */
export function invalidLabelNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name));
}
