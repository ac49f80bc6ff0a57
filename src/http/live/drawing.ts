/** Lines, bars and heat, without a library. */
export const drawing: string = String.raw`
const $ = (id) => document.getElementById(id);
const clone = (id) => $(id).content.firstElementChild.cloneNode(true);
const put = (node, text) => node.textContent === text || (node.textContent = text);

// As many children as texts, each with its own.
function fill(parent, tag, texts) {
  while (parent.children.length > texts.length) parent.lastChild.remove();
  texts.forEach((text, at) => put(parent.children[at] ?? parent.appendChild(document.createElement(tag)), text));
}

// A line through those of the numbers that are finite, in a box of 100 by 30.
function outline(values) {
  const finite = values.filter(Number.isFinite);
  const least = Math.min(...finite);
  const most = Math.max(...finite);
  // Noise of a few percent is no mountain.
  const range = Math.max(most - least, Math.abs(most) * 0.05) || 1;
  // What is not below 0 stands on 0, or above it.
  const base = Math.max(most - range, least < 0 ? -Infinity : 0);
  const points = values.flatMap((value, at) => Number.isFinite(value)
    ? [(at * 100 / (values.length - 1)).toFixed(1) + " " + (29 - (value - base) / range * 28).toFixed(1)]
    : []);
  const line = points.length > 0 ? "M" + points.join("L") + "h.1" : "";
  return { line, area: line && line + "V30H" + points[0].split(" ")[0], least, most };
}

function drawLine(svg, history) {
  const { line, area, least, most } = outline(inOrder(history, moment.page));
  svg.firstChild.setAttribute("d", area);
  svg.lastChild.setAttribute("d", line);
  return [most, least];
}

const own = (buckets) => buckets.map((count, at) => count - (buckets[at - 1] ?? 0));
`;
