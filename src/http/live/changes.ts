/**
 * What two pages say together: rates, the buckets of the last minute, and the numbers of the last
 * minutes. A counter that fell was reset, and has counted what it shows now.
 */
export const changes: string = String.raw`
const kept = 150;

const sumOf = (list, pick) => list.reduce((sum, item) => sum + (pick(item) || 0), 0);
const nothing = () => new Float32Array(kept).fill(NaN);
const sumsOf = ({ bounds }, lists) => [0, 1, ...bounds].map((_, at) => sumOf(lists, (list) => list?.[at]));

// The text format has neither infos nor state sets: they are gauges.
function kindOf({ type, name, list }) {
  if (/^(counter|histogram|summary)$/.test(type)) return type;
  if (/_info$/.test(name) && list.every(({ now }) => now[0] === 1)) return "info";
  const isState = ({ labels, now }) => labels.some(([label]) => label === name) && now[0] * (now[0] - 1) === 0;
  return list.length > 0 && list.every(isState) ? "stateset" : "gauge";
}

// The buckets of a family in its columns; on a page between two moments one may be less than before.
function bucketsIn(columns) {
  let least = 0;
  return columns.slice(2).map((count) => least = Math.max(least, count || 0));
}

const isSpread = ({ kind }) => kind === "histogram" || kind === "summary";

// What the number of columns that matters is called, and how it is found.
function titleOf({ kind, bounds }) {
  if (kind === "histogram" && bounds.length > 1) return "p99";
  if (kind === "summary" && bounds.length > 0) return "p" + Number((bounds.at(-1) * 100).toPrecision(6));
  return isSpread({ kind }) ? "mean" : kind === "counter" ? "total" : "value";
}

function numberIn({ kind, bounds, title }, columns) {
  if (title === "mean") return columns[0] / columns[1];
  if (kind === "histogram") return quantile(0.99, bounds, bucketsIn(columns));
  return title[0] === "p" ? columns.at(-1) : columns[0];
}

function updateSeries(family, series, old, { step, page }) {
  const { kind, title } = family;
  const { now } = series;
  const counted = isSpread(family) ? 1 : 0;
  const isReset = kind !== "gauge" && now[counted] < old?.now[counted];
  series.added = old && now.map((value, at) => isReset ? value : value - (old.now[at] ?? 0));
  series.rate = old ? series.added[counted] / step : NaN;
  const isKept = isSpread(family) && (kind !== "summary" || title === "mean");
  if (!isKept) series.value = numberIn(family, now);
  else if (series.added?.[1] > 0) series.value = numberIn(family, series.added);
  else series.value = old?.value ?? numberIn(family, now);
  series.change = (old?.change ?? 0) * 0.8 + Math.abs(series.rate || 0);
  series.history = old?.history ?? nothing();
  series.history[page % kept] = kind === "counter" ? series.rate : series.value;
}

function updateFamily(family, old, moment) {
  const { page, time, step } = moment;
  const list = family.list = [...family.series.values()];
  const kind = family.kind = kindOf(family);
  family.unit = unitOf(family);
  family.title = titleOf(family);
  family.text = (family.name + " " + family.help).toLowerCase();
  for (const series of list) updateSeries(family, series, old?.series.get(series.key), moment);
  family.rate = list.some(({ rate }) => rate === rate) ? sumOf(list, ({ rate }) => rate) : NaN;
  family.value = list.reduce((most, { value }) => most > value || value !== value ? most : value, NaN);
  if (kind === "counter") family.value = sumOf(list, ({ value }) => value);
  if (kind === "histogram") {
    family.heat = old?.heat ?? [];
    family.heat[page % kept] = { page, time, added: sumsOf(family, list.map(({ added }) => added)) };
    const last = family.heat.filter((one) => one.time > time - 60);
    family.recent = sumsOf(family, last.map(({ added }) => added));
    family.total = sumsOf(family, list.map(({ now }) => now));
    family.value = numberIn(family, family.recent[1] > 0 ? family.recent : family.total);
  }
  family.history = old?.history ?? nothing();
  const main = kind === "counter" ? family.rate : family.value;
  family.history[page % kept] = main;
  // By how much of itself it changes, lately.
  const part = Math.abs(1 - family.history[(page - 1) % kept] / main);
  family.change = (old?.change ?? 0) * 0.8 + Math.min(part || 0, 1);
}

// For how many pages a picture has room: for a minute at first, then for all that are kept.
const roomFor = (page) => Math.min(Math.max(page, 30), kept);

// The numbers of a history from the oldest to the newest.
const inOrder = (history, page) =>
  Array.from({ length: roomFor(page) }, (_, at) => history[(page + 1 + at + kept - roomFor(page)) % kept]);
`;
