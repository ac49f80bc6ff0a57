/** A child with one value. */
interface SingleValued {
  get(): number;
}

/** The values of single-valued children, as a column. */
export function readValues(children: readonly SingleValued[]): Float64Array {
  const values = new Float64Array(children.length);
  for (let row = 0; row < values.length; row++) values[row] = children[row].get();
  return values;
}

/** Whether a column holds the values of single-valued children. */
export function areValues(values: Float64Array, children: readonly SingleValued[]): boolean {
  for (let row = 0; row < children.length; row++) {
    if (!Object.is(values[row], children[row].get())) return false;
  }
  return true;
}
