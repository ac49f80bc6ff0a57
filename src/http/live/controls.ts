/** Polling, and what people do: search, sort, pause, copy, and the keys. */
export const controls: string = String.raw`
const source = location.pathname.replace(/\/live\/?$/, "") + document.body.dataset.end || "/";
let timer;
let failures = 0;
let isPaused = false;
let isAsking = false;

async function poll() {
  clearTimeout(timer);
  if (isAsking || isPaused || document.hidden) return;
  isAsking = true;
  try {
    const headers = { Accept: "text/plain;version=1.0.0;escaping=allow-utf-8,text/plain;q=0.5" };
    const response = await fetch(location.origin + source, { headers, cache: "no-store", signal: AbortSignal.timeout(15000) });
    const text = await response.text();
    if (!response.ok) throw new Error("HTTP " + response.status + ": " + text.slice(0, 200));
    failures = 0;
    if (!isPaused) show(text);
  } catch (error) {
    failures++;
    warn([error.message]);
  }
  isAsking = false;
  timer = setTimeout(poll, Math.min(2000 * 2 ** failures, 30000));
  tell();
}

function show(text) {
  const time = performance.now() / 1000;
  const { families: next, problems } = readPage(text);
  moment.page++;
  moment.step = time - moment.time;
  moment.time = time;
  for (const [name, family] of next) updateFamily(family, families.get(name), moment);
  const isNew = families.size !== next.size || [...next.keys()].some((name) => !families.has(name));
  families = next;
  for (const [name, row] of rows) {
    row.family = families.get(name);
    if (!row.family) rows.delete(name) && visible.delete(row);
  }
  // What moves would be in the way of those who are about to use it.
  if (isNew || sorting !== "name" && moment.page % 5 === 0 && !isInUse($("list"))) arrange();
  visible.forEach(drawRow);
  const failed = families.get("edgeprom_scrape_errors_total")?.list.filter(({ change }) => change > 0.01) ?? [];
  warn([
    ...problems.slice(0, 3).map((problem) => "Not understood: " + problem),
    ...failed.map(({ labels, value }) => "Scrape errors: " + value + " by " + labels[0]?.[1]),
  ]);
}

const warn = (texts) => put($("trouble"), texts.join("\n"));

function tell() {
  put($("state"), document.body.className = isPaused ? "paused" : failures > 0 ? "failing" : "live");
  put($("sizes"), families.size + " families · " + sumOf([...families.values()], ({ list }) => list.length) + " series");
}

function pause() {
  isPaused = !isPaused;
  put($("pause"), isPaused ? "Resume" : "Pause");
  tell();
  poll();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    put($("said"), "Copied " + text.slice(0, 200));
    setTimeout(put, 2500, $("said"), "");
  } catch {
    // Without TLS there is no clipboard.
    prompt("PromQL", text);
  }
}

const focusedRow = () => focused().closest("li");

function move(by) {
  const names = order.map(({ name }) => name);
  const at = names.indexOf(focusedRow()?.family.name);
  rows.get(names[at < 0 ? 0 : at + by])?.querySelector("button").focus();
}

const help = () => $("help").showModal();
const down = () => move(1);
const up = () => move(-1);
const keys = {
  "/": () => $("search").focus(),
  "j": down,
  "k": up,
  "ArrowDown": down,
  "ArrowUp": up,
  " ": pause,
  "c": () => focusedRow() && copy(promQl(focusedRow().family, focused().closest("tr")?.labels)),
  "?": help,
};

document.onkeydown = (event) => {
  const { key, target } = event;
  if (key === "Escape") target.blur();
  // Some have a use for the key themselves.
  const isTaken = target.matches("input, select") || key === " " && target.matches("button:not(.name)");
  if (isTaken || event.ctrlKey || event.metaKey || $("help").open || !keys[key]) return;
  event.preventDefault();
  keys[key]();
};

// A button is pressed when the space bar comes up.
document.onkeyup = ({ key, target }) => key !== " " || !target.matches(".name");
document.onvisibilitychange = poll;
put($("source"), document.title = location.host + " metrics");
$("source").href = source;
$("search").oninput = () => {
  wanted = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  limit = 300;
  arrange();
  visible.forEach(drawRow);
};
$("sort").onchange = () => {
  sorting = $("sort").value;
  arrange();
};
$("pause").onclick = pause;
$("keys").onclick = help;
$("more").onclick = () => {
  limit += 300;
  arrange();
};
poll();
`;
