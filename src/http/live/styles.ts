/** How the page looks: light or dark as the system says, on a desk or a phone. */
export const styles: string = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #12151a);
  --card: light-dark(#fff, #191d23);
  --text: light-dark(#1b2027, #e4e8ed);
  --soft: light-dark(#59626f, #9ba6b4);
  --edge: light-dark(#dfe3e9, #303743);
}
:root, li {
  --kind: oklch(from light-dark(#2a63a6, #85b6ee) l c var(--hue, 255));
  --wash: oklch(from var(--kind) l c h / .07);
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--ground); color: var(--text); font: 14px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
header, main { max-width: 1180px; margin: auto; padding: 12px 20px; }
header { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; background: var(--ground); }
h1 { font-size: 17px; }
p, small, i, th, label, .count { color: var(--soft); font-size: 13px; font-weight: 400; font-style: normal; }
#state::before { content: "● "; }
.live #state::before { color: light-dark(#2f9e63, #4cc483); }
#trouble { color: light-dark(#a12622, #ff9c94); }
#trouble { padding: 0 20px 12px; text-align: center; white-space: pre-line; }
#controls { display: flex; flex: 1; gap: 8px; align-items: center; justify-content: end; }
#search { flex: 0 1 300px; min-width: 0; }
#pause { width: 80px; }
input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: 6px; padding: 4px 10px; flex: none; white-space: nowrap; }
.head { display: grid; grid-template-columns: 1fr 170px 140px 80px; gap: 4px 20px; align-items: center; padding: 8px 16px; position: relative; }
a { color: inherit; }
.number, .count, .series :nth-child(n+3), .figures :nth-child(n+2), .buckets > :first-child { text-align: right; }
ul { padding: 0; list-style: none; background: var(--card); border-radius: 10px; border: 1px solid var(--edge); }
li { border-bottom: 1px solid var(--edge); }
.head:hover, .head:focus-within, canvas { background: var(--wash); }
.what { min-width: 0; }
.name { padding: 0; border: 0; background: none; text-align: left; flex: 0 1 auto; white-space: normal; }
.name::after { content: ""; position: absolute; inset: 0; }
.name, code, .series td:first-child { font: 600 13px ui-monospace, monospace; }
p, .name { unicode-bidi: isolate; }
h2 { display: flex; gap: 10px; }
i { flex: none; }
h2 i, path, canvas { color: var(--kind); }
.gauge { --hue: 155; }
.histogram { --hue: 310; }
.summary { --hue: 55; }
b, .head p { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
b { display: block; }
b { font-size: 15px; }
svg, canvas { display: block; width: 100%; height: 28px; }
path { vector-effect: non-scaling-stroke; stroke: currentcolor; stroke-width: 1.5; fill: none; }
.area { stroke: none; fill: currentcolor; opacity: .13; }
.detail { display: grid; gap: 12px; padding: 4px 16px 16px; }
.scroll, code { overflow: auto; }
.open .head p { position: relative; overflow: auto; max-height: 8em; white-space: pre-line; }
.query { display: flex; gap: 10px; align-items: center; }
code, .series td:first-child { font-weight: 400; }
.chart svg { height: 90px; }
li:not(.histogram) :is(.figures, .buckets), .histogram .chart, :is(p, .more):empty { display: none; }
.buckets { display: grid; grid-template-columns: 72px 1fr 24%; gap: 12px; }
canvas { height: 0; min-height: 100%; image-rendering: pixelated; }
.buckets div div { font-size: 11px; line-height: 16px; height: 16px; white-space: nowrap; }
.buckets :last-child div::before { content: ""; display: inline-block; vertical-align: middle; height: 12px; width: calc(60% * var(--part)); margin-right: 6px; background: var(--kind); }
table { width: 100%; border-spacing: 0; font-size: 13px; }
th, td { padding: 3px 0 3px 16px; text-align: left; border-bottom: 1px solid var(--edge); white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; white-space: normal; font-weight: 400; }
.series td + td { width: 110px; }
td svg { height: 20px; }
td button, .query button { padding: 0 8px; }
#empty { padding: 20px; text-align: center; }
#said { position: fixed; bottom: 20px; left: 5%; padding: 8px 16px; border-radius: 8px; background: var(--text); color: var(--ground); }
dialog { margin: auto; }
@media (max-width: 760px) {
  header, main { padding-inline: 10px; }
  #controls, #search { flex: 1 0 100%; flex-wrap: wrap; }
  .count, li:not(.open) p, .series tr > :nth-child(2) { display: none; }
  .head { grid-template-columns: 1fr auto; }
  .what { grid-column: 1 / 3; }
  .number { min-width: 100px; }
  .head, .detail { padding-inline: 10px; }
  .buckets { grid-template-columns: 56px 1fr 30%; }
  th, td { padding-left: 8px; }
  .series td + td { width: auto; }
}
`;
