import type { Exemplar } from "../model/exemplar.ts";

/**
 * Whether an exemplar is another than the one that was in its place: newer, or of other labels or
 * another value, as a clock may stand still.
 */
export function isNewExemplar(now: Exemplar | undefined, before: Exemplar | undefined): boolean {
  if (now === undefined || now === before) return false;
  return before === undefined || now.timestamp > before.timestamp ||
    !Object.is(now.value, before.value) || !hasSameLabels(now, before);
}

function hasSameLabels({ labels: one }: Exemplar, { labels: other }: Exemplar): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && one[name] === other[name]);
}
