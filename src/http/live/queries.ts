/** What a family or a series is in PromQL. */
export const queries: string = String.raw`
const quoted = (text) => '"' + text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n") + '"';

// Names that are not those of old are quoted, and that of the family goes into the braces.
function selector(name, labels) {
  const isOld = /^[a-zA-Z_:][\w:]*$/.test(name);
  const parts = labels.map(([label, value]) => (/^[a-zA-Z_]\w*$/.test(label) ? label : quoted(label)) + "=" + quoted(value));
  if (!isOld) parts.unshift(quoted(name));
  return (isOld ? name : "") + (parts.length > 0 ? "{" + parts + "}" : "");
}

function promQl({ name, kind, title }, labels = []) {
  const rate = (suffix) => "rate(" + selector(name + suffix, labels) + "[5m])";
  if (kind === "counter") return rate("");
  if (title === "mean") return rate("_sum") + " / " + rate("_count");
  return kind === "histogram" ? "histogram_quantile(0.99, sum by (le) (" + rate("_bucket") + "))" : selector(name, labels);
}
`;
