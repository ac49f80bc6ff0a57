/**
 * A page of metrics with what differs from run to run masked: durations, and whatever the runtime says
 * of itself. Names, labels, their order and all counts stay.
 */
export function maskedPage(page: string): string {
  return page.split("\n").filter((line) => !isOfRuntime(line)).map(masked).join("\n");
}

/** Samples of default metrics: which there are depends on the moment. Their families stay. */
function isOfRuntime(line: string): boolean {
  return /^(\w+_)?(process|nodejs)_/.test(line);
}

function masked(line: string): string {
  const [, sample, labels] = line.match(/^(\w+)(.*?) \S+$/) ?? [];
  if (sample === undefined) return line;
  const isTime = sample.endsWith("_seconds") && labels.includes("quantile=") ||
    sample.endsWith("_seconds_sum") ||
    sample.endsWith("_seconds_bucket") && !labels.includes('le="+Inf"');
  return isTime ? `${sample}${labels} (some time)` : line;
}
