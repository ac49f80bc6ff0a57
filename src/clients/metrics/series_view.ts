import type { LabelSet } from "../../model/family/labels.ts";

/**
 * Takes what a program has put in the place of a series; nothing is there any more if that is no
 * object. Gives a copy of what the series is now.
 */
type PutSeries = (key: string, entry: unknown) => object | undefined;

/**
 * Copies of series by their keys, which pass on what a program changes in them: it deletes a series,
 * puts one there, or gives one another number or label. Exporters do so to have no more of a series,
 * or to have those from before a restart.
 *
 * @param isPresent Whether the series is still that of which there is a copy.
 */
export function seriesView(
  copies: Record<string, object>,
  put: PutSeries,
  isPresent: (key: string) => boolean,
): Record<string, object> {
  const keep = (key: string, entry: unknown) => {
    const copy = put(key, entry);
    if (copy === undefined) delete copies[key];
    else copies[key] = copy;
    return true;
  };
  return new Proxy(copies, {
    get: (_, key) => {
      if (typeof key === "symbol" || !Object.hasOwn(copies, key)) return Reflect.get(copies, key);
      const copy = copies[key]!;
      return watched(copy, () => {
        // What was taken out of the metric is the program's alone.
        if (copies[key] === copy && isPresent(key)) put(key, copy);
      });
    },
    set: (_, key, entry) =>
      typeof key === "symbol" ? Reflect.set(copies, key, entry) : keep(key, entry),
    deleteProperty: (_, key) =>
      typeof key === "symbol" ? Reflect.deleteProperty(copies, key) : keep(key, undefined),
  });
}

/** An object that tells of changes, also of those in objects in it. */
function watched<Watched extends object>(object: Watched, tell: () => void): Watched {
  return new Proxy(object, {
    get: (_, name) => {
      const value = Reflect.get(object, name);
      return typeof value === "object" && value !== null ? watched(value, tell) : value;
    },
    set: (_, name, value) => {
      const isSet = Reflect.set(object, name, value);
      tell();
      return isSet;
    },
    deleteProperty: (_, name) => {
      const isDeleted = Reflect.deleteProperty(object, name);
      tell();
      return isDeleted;
    },
  });
}

/** A number that a program has put in an entry; 0 if it is none. */
export function numberIn(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** The key of a series, such as `method:GET,status:200,`. */
export function seriesKey(labels: LabelSet, names: readonly string[]): string {
  let key = "";
  for (const name of names) {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (value !== undefined) key += `${name}:${value},`;
  }
  return key;
}
