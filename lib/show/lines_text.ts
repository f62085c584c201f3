/**
 * Lines as text.
 *
 * @module
 */

import type { LineSeries, LinesOptions } from "./lines.ts";
import { axisTitle, valueText } from "./number_axis.ts";
import { formatNumber } from "./format_number.ts";
import { roundStep } from "./round_step.ts";
import { textTable } from "./text_table.ts";

/** The most rows of the text. */
const fewRows = 40;

/**
 * Writes the values of lines as text: side by side where all stand at the same places.
 *
 * @param options The lines.
 * @param cut Whether the chart leaves out some.
 * @returns A table, and how many rows it leaves out.
 */
export function linesText(options: LinesOptions, cut: boolean): string {
  const { series, x, y } = options;
  const at = ({ x, y }: LineSeries) => Array.from(y, (_, i) => x ? x[i]! : i);
  const cell = ({ y, low, high }: LineSeries, i: number) =>
    formatNumber(y[i]!) +
    (low && high ? ` (${formatNumber(low[i]!)} to ${formatNumber(high[i]!)})` : "");
  const names = series.map(({ name }) => name.replace(/\s+/g, " "));
  const places = series.map(at);
  const shared = places.every((list) =>
    list.length === places[0]!.length && list.every((value, i) => Object.is(value, places[0]![i]))
  );
  const head = shared ? [axisTitle(x), ...names] : ["line", axisTitle(x), axisTitle(y)];
  const rows = shared
    ? (places[0] ?? []).map((
      value,
      i,
    ) => [valueText(value, x), ...series.map((line) => cell(line, i))])
    : series.flatMap((line, s) =>
      places[s]!.map((value, i) => [names[s]!, valueText(value, x), cell(line, i)])
    );
  const every = roundStep(rows.length / fewRows);
  const some = rows.filter((_, i) => i % every === 0 || i === rows.length - 1);
  const said = every === 1 ? [] : [
    `one row in ${every} of ${rows.length}, and the last; the ${
      cut ? "rows in .csv are" : "chart has"
    } all`,
  ];
  const sides = head.map((_, i) => shared || i > 0 ? "right" as const : "left" as const);
  return [...(shared ? [`${axisTitle(y)}:`] : []), textTable([head, ...some], sides), ...said].join(
    "\n",
  );
}
