/** The values of single-valued children, as a column. */
export function readValues(children: readonly { get(): number }[]): Float64Array {
  const values = new Float64Array(children.length);
  for (let row = 0; row < values.length; row++) values[row] = children[row].get();
  return values;
}
