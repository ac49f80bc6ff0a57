/**
 * The lines of OpenMetrics 2.0, as regular expressions, after the grammar of the specification.
 *
 * Source: https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/#abnf
 */
const real = String.raw`[+-]?(?:\d+(?:\.\d*)?|\d*\.\d+)(?:e[+-]?\d+)?`;
const number = `(?:${real}|[+-]?[Ii]nf(?:inity)?|[Nn]a[Nn])`;
const count = String.raw`\+?\d+`;
const integer = String.raw`[+-]?\d+`;
const character = String.raw`(?:[^\n"\\]|\\[^\n])`;

const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const quoted = `"${character}+"`;
const label = `(?:[a-zA-Z_][a-zA-Z0-9_]*|${quoted})="${character}*"`;
const labels = String.raw`\{${list(label)}?\}`;
const series = String.raw`(?:${name}(?:${labels})?|\{${quoted}(?:,${label})*\})`;

const spans = String.raw`\[(?:${integer}:${count}(?:,${count}:${count})*)?\]`;
const sparse = (sign: string) =>
  String.raw`(?:,${sign}_spans:${spans},${sign}_buckets:\[${list(number)}?\])?`;
const native = `schema:${integer},zero_threshold:${real},zero_count:${number}` +
  sparse("negative") + sparse("positive");
const classic = String.raw`bucket:\[(?:(?:-Inf|${real}):${number},)*\+Inf:${number}\]`;
const buckets = `(?:${classic}|${native}(?:,${classic})?)`;
const histogram = `count:${number},sum:${number},${buckets}`;
const gaugeHistogram = `gcount:${number},gsum:${number},${buckets}`;
const quantiles = String.raw`\[${list(`${real}:${number}`)}?\]`;
const summary = `count:${number},sum:${number},quantile:${quantiles}`;
const composite = String.raw`\{(?:${histogram}|${gaugeHistogram}|${summary})\}`;

const exemplar = ` # ${labels} ${number} ${real}`;
const sample = `${series} (?:${number}|${composite})(?: ${real})?(?: st@${real})?(?:${exemplar})*`;
const types = "counter|gauge|histogram|gaugehistogram|stateset|info|summary|unknown";
const metadata = `# (?:TYPE (?:${name}|${quoted}) (?:${types})|` +
  `UNIT (?:${name}|${quoted}) [a-zA-Z0-9_:]*|HELP (?:${name}|${quoted}) ${character}*)`;

const line = new RegExp(`^(?:${metadata}|${sample})$`, "u");

/** The lines of a page that the grammar does not allow. */
export function malformedLines(page: string): readonly string[] {
  const lines = page.split("\n");
  const end = lines.splice(-2).join("\n");
  return [...lines.filter((each) => !line.test(each)), ...(end === "# EOF\n" ? [] : [end])];
}

function list(element: string): string {
  return `(?:${element}(?:,${element})*)`;
}
