/** What an open family shows: its text, its query, a chart or buckets, and its series. */
export const detail: string = String.raw`
function toggle(row) {
  const { family } = row;
  row.querySelector("button").ariaExpanded = !row.detail;
  // Removal gives nothing, which is then the detail.
  if (row.detail) return row.detail = row.detail.box.remove();
  const box = clone("detail");
  const detail = row.detail = { box, limit: 20, next: 0, lines: new Map() };
  put(box.querySelector("code"), promQl(family));
  prepareCopy(box, family);
  box.querySelector(".more").onclick = () => {
    detail.limit += 100;
    detail.words = undefined;
    drawRow(row);
  };
  row.append(box);
  drawRow(row);
}

function prepareCopy(box, family, labels) {
  box.querySelector("button").onclick = () => copy(promQl(family, labels));
}

function drawDetail(family, detail) {
  const { kind, unit, list, title, history } = family;
  const { box } = detail;
  const sizes = list[0]?.labels.map(([label], at) => label + ": " + new Set(list.map(({ labels }) => labels[at]?.[1])).size) ?? [];
  put(box.querySelector(".facts"), [unit || "no unit", list.length + " series", ...sizes].join(" · "));
  const range = drawLine(box.querySelector("svg"), history);
  const show = kind === "counter" ? perSecond : human;
  box.querySelectorAll(".chart small").forEach((node, at) => put(node, Number.isFinite(range[at]) ? show(range[at], unit) : ""));
  put(box.querySelector(".title"), title);
  if (kind === "histogram") drawBuckets(family, box.querySelector(".buckets"));
  drawSeries(family, detail);
}

function drawBuckets({ recent, total, bounds, unit, heat }, box) {
  const [labels, canvas, bars] = box.children;
  [["last minute", recent], ["since the start", total]].forEach(([name, columns], at) => {
    const quantiles = [0.5, 0.9, 0.99].map((share) => quantile(share, bounds, bucketsIn(columns)));
    const texts = [...quantiles, columns[0] / columns[1]].map((value) => human(value, unit));
    fill(box.parentNode.querySelectorAll(".figures tr")[at + 1], "td", [name, ...texts, human(columns[1])]);
  });
  // From the first to the last bucket with something in it, the highest at the top.
  const filled = own(bucketsIn(total));
  const shown = (list) => list.slice(filled.findIndex(Boolean), filled.findLastIndex(Boolean) + 1).reverse();
  const counts = shown(own(bucketsIn(recent)));
  fill(labels, "div", shown(bounds).map((bound) => bound === Infinity ? "more" : "≤ " + human(bound, unit).replace(/\.0+ /, " ")));
  fill(bars, "div", counts.map((count) => count > 0 ? human(count) : ""));
  counts.forEach((count, at) => bars.children[at].style.setProperty("--part", count / Math.max(1, ...counts)));
  drawHeat(canvas, heat.map(({ page, added }) => [moment.page - page, shown(own(bucketsIn(added)))]));
}

// A dot for each page and bucket, the newest at the right; it is stretched.
function drawHeat(canvas, columns) {
  canvas.width = roomFor(moment.page);
  canvas.height = columns.at(-1)[1].length;
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(canvas).color;
  // The list has a gap at first, which a loop would not pass over.
  const most = Math.max(1, ...columns.flatMap(([, counts]) => Math.max(...counts)));
  columns.forEach(([age, counts]) =>
    counts.forEach((count, at) => {
      pen.globalAlpha = (count / most) ** 0.3;
      pen.fillRect(canvas.width - 1 - age, at, 1, 1);
    })
  );
}

function newLine(family, { labels }) {
  const line = clone("line");
  line.labels = labels;
  // Each value is kept apart from the others, whatever direction its text has.
  put(line.firstChild, labels.map(([label, value]) => label + "=\u2068" + value.slice(0, 200) + "\u2069").join(", "));
  prepareCopy(line, family, labels);
  return line;
}

function drawSeries(family, detail) {
  const { unit, series } = family;
  const { box, lines } = detail;
  if (detail.words !== wanted || moment.page >= detail.next && !isInUse(box)) {
    detail.words = wanted;
    detail.next = moment.page + 5;
    const found = matching(family);
    const shown = found.slice().sort((a, b) => b.change - a.change).slice(0, detail.limit);
    detail.lines = new Map(shown.map((series) => [series.key, lines.get(series.key) ?? newLine(family, series)]));
    box.querySelector(".series tbody").replaceChildren(...detail.lines.values());
    const left = found.length - shown.length;
    put(box.querySelector(".more"), left ? left + " more series" : "");
  }
  for (const [key, line] of detail.lines) {
    const { value, rate, history } = series.get(key) ?? { history: nothing() };
    drawLine(line.querySelector("svg"), history);
    put(line.children[2], human(value, unit));
    put(line.children[3], perSecond(rate, isSpread(family) ? "" : unit));
  }
}
`;
