import type { Draft } from "./drafts.ts";
import type { GrafanaPanel, GrafanaRow } from "./grafana_types.ts";

/** A row whose panels have no place yet: what belongs together is a list of its own. */
export interface RowDraft {
  readonly title: string;
  readonly collapsed: boolean;
  readonly groups: readonly (readonly Draft[])[];
}

/** Columns of Grafana's grid. */
const columns = 24;
/** Panels beside each other at most, unless more belong together. */
const perLine = 3;
const height = 8;

/** Gives every panel its place and its id. */
export function arranged(rows: readonly RowDraft[]): readonly (GrafanaRow | GrafanaPanel)[] {
  const ids = new PanelIds();
  let y = 0;
  return rows.flatMap(({ title, collapsed, groups }) => {
    const gridPos = { h: 1, w: columns, x: 0, y };
    const id = ids.of(`row ${title}`);
    y += 1;
    const lines = linesOf(groups);
    const panels = lines.flatMap((line, number) =>
      line.map(({ key, panel: { type, ...rest } }, at): GrafanaPanel => {
        const w = columns / line.length;
        const position = { h: height, w, x: at * w, y: y + number * height };
        return { type, id: ids.of(key), ...rest, gridPos: position };
      })
    );
    // Those of a closed row take no room until it is opened, which moves what follows.
    if (!collapsed) y += lines.length * height;
    const row: GrafanaRow = {
      type: "row",
      id,
      title,
      collapsed,
      gridPos,
      panels: collapsed ? panels : [],
    };
    return collapsed ? [row] : [row, ...panels];
  });
}

/** Lines of panels: a group is a line, and panels that are alone share lines with their neighbours. */
function linesOf(groups: readonly (readonly Draft[])[]): readonly (readonly Draft[])[] {
  const lines: (readonly Draft[])[] = [];
  let alone: Draft[] = [];
  const close = () => {
    lines.push(...shared(alone));
    alone = [];
  };
  for (const group of groups) {
    if (group.length <= 1) {
      alone.push(...group);
      continue;
    }
    close();
    lines.push(group);
  }
  close();
  return lines;
}

/** As few lines as there must be, of about the same length: four panels are two and two. */
function shared(panels: readonly Draft[]): readonly (readonly Draft[])[] {
  const count = Math.ceil(panels.length / perLine);
  const start = (line: number) => Math.ceil(line * panels.length / count);
  return Array.from({ length: count }, (_, line) => panels.slice(start(line), start(line + 1)));
}

/**
 * The ids of panels. They follow from what a panel shows, so that a link to it, or an annotation of
 * an alert, lasts if panels are added before it.
 */
class PanelIds {
  readonly #taken = new Set<number>();

  of(key: string): number {
    // 24 bits are far from the limit of any database, and rarely the same for two of 100 panels.
    let id = hash(key) >>> 8;
    while (id === 0 || this.#taken.has(id)) id++;
    this.#taken.add(id);
    return id;
  }
}

/** FNV-1a, over 32 bits. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193);
  }
  return value >>> 0;
}
