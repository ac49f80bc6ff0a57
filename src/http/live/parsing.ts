/**
 * Reads a page of the text format into families with their series.
 *
 * A series has its numbers in columns: a counter or gauge has one, a histogram or summary has sum,
 * count, and then one for each bound or quantile of its family. What stands before a number is read
 * once and remembered, as it is the same on each page: 100,000 lines then take a third of the time.
 */
export const parsing: string = String.raw`
const known = new Map();

const unescaped = (text) => text.replace(/\\(.)/g, (_, next) => next === "n" ? "\n" : next);
const unquoted = (text) => text[0] === '"' ? unescaped(text.slice(1, -1)) : text;
const toNumber = (text) => text ? Number(text.replace("Inf", "Infinity")) : NaN;

// The name and the labels of what stands before a number; undefined if it is wrong.
function readLabels(text) {
  const open = text.indexOf("{");
  const labels = [];
  if (open < 0) return [text, labels];
  let name = text.slice(0, open).trim();
  const part = /\s*(?:("(?:\\.|[^"\\])*"|[^\s"={},]+)\s*=\s*)?("[^"\\]*(?:\\.[^"\\]*)*")\s*(?:,|(?=}))/y;
  for (let at = part.lastIndex = open + 1; ; at = part.lastIndex) {
    const [found, label, value] = part.exec(text) ?? [];
    if (!found) return text.slice(at).trim() === "}" && name ? [name, labels] : undefined;
    if (label) labels.push([unquoted(label), unquoted(value)]);
    else name = unquoted(value);
  }
}

// Where the number of a line belongs, by what stands before it and the family of the lines above.
function placeOf(text, family) {
  const [name, labels] = readLabels(text) ?? [];
  if (!name) return;
  const isPart = /^(histogram|summary)$/.test(family?.type) && name.startsWith(family.name);
  const suffix = isPart ? name.slice(family.name.length) : "?";
  const column = ["_sum", "_count"].indexOf(suffix);
  const at = labels.findIndex(([label]) => label === { _bucket: "le", "": "quantile" }[suffix]);
  const bound = at < 0 ? undefined : toNumber(labels.splice(at, 1)[0][1]);
  const owner = at < 0 && column < 0 ? name : family.name;
  return { owner, labels, bound, column: Math.max(column, 0), key: JSON.stringify(labels) };
}

function readPage(page) {
  const families = new Map();
  const problems = [];
  let family;
  const familyOf = (name) => {
    if (!families.has(name)) families.set(name, { name, help: "", type: "", series: new Map(), bounds: [] });
    return families.get(name);
  };
  const all = page.split("\n");
  if (known.size > 2 * all.length) known.clear();
  all.forEach((line, at) => {
    if (line[0] === "#") {
      const [, what, name, text] = line.match(/^# (HELP|TYPE) ("(?:\\.|[^"\\])*"|\S+) ?(.*)/) ?? [];
      if (what) (family = familyOf(unquoted(name)))[what.toLowerCase()] = unescaped(text);
      return;
    }
    if (!line.trim()) return;
    const end = line.lastIndexOf("}") + 1 || line.indexOf(" ");
    const text = line.slice(0, end);
    const [number] = line.slice(end).trim().split(" ");
    const value = toNumber(number);
    if (!known.has(text)) known.set(text, placeOf(text, family));
    const place = known.get(text);
    if (end < 1 || !place || value !== value && number !== "NaN") return problems.push("line " + (at + 1) + ": " + line.slice(0, 200));
    const { bounds, series } = familyOf(place.owner);
    const { key, labels, bound } = place;
    if (!series.has(key)) series.set(key, { key, labels, now: [] });
    let { column } = place;
    if (bound !== undefined) {
      column = 2 + bounds.indexOf(bound);
      if (column === 1) column += bounds.push(bound);
    }
    series.get(key).now[column] = value;
  });
  return { families, problems };
}
`;
