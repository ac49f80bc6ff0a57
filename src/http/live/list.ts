/** The families as rows, of which only those on the screen are drawn. */
export const list: string = String.raw`
let families = new Map();
const moment = { page: 0, time: 0, step: 0 };
const rows = new Map();
const visible = new Set();
let wanted = [];
let sorting = "name";
let limit = 300;
let order = [];

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    visible[isIntersecting ? "add" : "delete"](target);
    if (isIntersecting) drawRow(target);
  }
});

const byName = (a, b) => a.name < b.name ? -1 : 1;
const sorts = {
  "name": byName,
  "change": (a, b) => b.change - a.change || byName(a, b),
  "series": (a, b) => b.list.length - a.list.length || byName(a, b),
};

// The series that have all words, in their labels or in what their family says.
function matching({ text, list }) {
  const words = wanted.filter((word) => !text.includes(word));
  return words.length > 0 ? list.filter(({ key }) => words.every((word) => key.toLowerCase().includes(word))) : list;
}

function newRow(family) {
  const row = clone("row");
  const button = row.querySelector("button");
  row.family = family;
  put(button, family.name);
  button.onclick = () => toggle(row);
  watcher.observe(row);
  return row;
}

// The number that matters, and a note below it.
function summaryOf({ name, kind, unit, title, value, rate, list }) {
  if (kind === "counter") return [perSecond(rate, unit), human(value, unit) + " in all"];
  if (kind === "info" || kind === "stateset") {
    const labels = list.filter(({ now }) => now[0] === 1).flatMap(({ labels }) => labels);
    const values = labels.filter(([label]) => kind === "info" || label === name).map(([, value]) => value);
    return [[...new Set(values)].join(", ").slice(0, 80) || "none", ""];
  }
  return [human(value, unit), isSpread({ kind }) ? title + " · " + perSecond(rate) : list.length > 1 ? "maximum" : ""];
}

function drawRow(row) {
  const { family, detail } = row;
  const { help, kind, list, history } = family;
  const texts = row.firstChild.querySelectorAll("i, p, b, small, .count");
  [kind, detail ? help : help.slice(0, 300), ...summaryOf(family), list.length + " series"].forEach((text, at) => put(texts[at], text));
  row.className = detail ? kind + " open" : kind;
  drawLine(row.querySelector("svg"), history);
  if (detail) drawDetail(family, detail);
}

const focused = () => document.activeElement;

// Whether somebody is about to use a part of the page, which then must not move.
const isInUse = (node) => node.matches(":hover, :focus-within");

// Puts the rows into their order.
function arrange() {
  const found = [...families.values()]
    .filter((family) => matching(family).length > 0 || wanted.every((word) => family.text.includes(word)));
  order = found.sort(sorts[sorting]).slice(0, limit);
  const shown = order.map((family) => {
    const { name } = family;
    if (!rows.has(name)) rows.set(name, newRow(family));
    return rows.get(name);
  });
  // What is moved loses the focus.
  const before = focused();
  $("list").replaceChildren(...shown);
  before.focus({ preventScroll: true });
  const left = found.length - shown.length;
  put($("more"), left ? left + " more families" : "");
  put($("empty"), found.length > 0 ? "" : "No family matches.");
}
`;
