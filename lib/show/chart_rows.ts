/**
 * The rows of data that a chart was drawn from.
 *
 * @module
 */

type Row = Readonly<Record<string, unknown>>;

/**
 * Finds the rows in a Vega-Lite specification: those of the whole chart, or of its layers one after another.
 *
 * @param specification The specification, data included.
 * @returns The rows; none where the chart has no data of its own.
 */
export function chartRows(specification: object): readonly Row[] {
  const { data, ...parts } = specification as { data?: { values?: readonly Row[] } };
  if (Array.isArray(data?.values)) return data.values;
  return ["layer", "hconcat", "vconcat", "concat", "spec"].flatMap((name) => {
    const inner = (parts as Record<string, unknown>)[name];
    return inner === undefined ? [] : [inner].flat().flatMap((part) => chartRows(part as object));
  });
}
