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
    const panels = linesOf(groups).flatMap((line, number) =>
      line.map(({ key, panel: { type, ...rest } }, at): GrafanaPanel => {
        const w = columns / line.length;
        const position = { h: height, w, x: at * w, y: y + number * height };
        return { type, id: ids.of(key), ...rest, gridPos: position };
      })
    );
    // Those of a closed row take no room until it is opened, which moves what follows.
    if (!collapsed) y += linesOf(groups).length * height;
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

/** Lines of panels: a group is a line, and panels that are alone share one. */
function linesOf(groups: readonly (readonly Draft[])[]): readonly (readonly Draft[])[] {
  const lines: Draft[][] = [];
  let open: Draft[] | undefined;
  for (const group of groups) {
    if (group.length > 1) {
      lines.push([...group]);
      open = undefined;
    } else if (group.length === 1 && open !== undefined && open.length < perLine) {
      open.push(...group);
    } else if (group.length === 1) {
      open = [...group];
      lines.push(open);
    }
  }
  return lines;
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
