/**
 * The numbers of a sweep as rows, for spreadsheets, data frames and other languages.
 *
 * @module
 */

import {
  type CsvOptions,
  csvText,
  display,
  type Document,
  inspect,
  table,
} from "../../show/mod.ts";
import { effectsOf, normalisedOf } from "./sweep_effects.ts";
import type { SweepAxis, SweepValues } from "./sweep_values.ts";

/** A row of a {@linkcode SweepTable}: text and numbers by the names of the columns. */
export type SweepRow = Readonly<Record<string, string | number>>;

/** The most rows that are drawn. */
const drawnRows = 20;

/**
 * A row for each variant, example and metric. Its columns are the axes, of heads called `layer.head` two columns of numbers, of
 * positions a number (as it was asked for: negative ones count from the end) and the token there, of pairs both prompts' tokens; then `variant`, `example`, `metric`, `value`,
 * `baseline`, `effect`, and of pairs `reference` and `normalised` (by the example's own gap). What is undefined is NaN.
 */
export class SweepTable {
  /** What was swept over. */
  readonly title: string;
  /** The names of the columns. */
  readonly columns: readonly string[];
  /** The rows: variants in order, of each all examples, of each all metrics. */
  readonly rows: readonly SweepRow[];

  readonly #source: string;

  /** Makes the rows of a sweep. */
  constructor(data: SweepValues) {
    const { axes, variants, examples, metrics, values, baseline, reference } = data;
    const effects = effectsOf(data), shares = reference && normalisedOf(data, "example");
    this.title = data.title;
    this.#source = data.source ?? data.model;
    this.rows = variants.flatMap((variant, cell) => {
      const place = placeOf(data, cell);
      return Array.from({ length: examples * metrics.length }, (_, i) => {
        const at = cell * examples * metrics.length + i;
        return {
          ...place,
          variant,
          example: Math.floor(i / metrics.length),
          metric: metrics[i % metrics.length]!.label,
          value: values[at]!,
          baseline: baseline[i]!,
          effect: effects[at]!,
          ...(shares && { reference: reference[i]!, normalised: shares[at]! }),
        };
      });
    });
    this.columns = [
      ...axes.flatMap(axisColumns),
      ..."variant example metric value baseline effect".split(" "),
      ...shares ? ["reference", "normalised"] : [],
    ];
  }

  /**
   * Writes the rows as comma-separated values, as `csvText` does: text that looks like a formula, such as a token `=1+1`,
   * gets an apostrophe before it; undefined numbers are `NaN`.
   *
   * @param options Whether texts are left as they are, for readers that run no formulas.
   * @returns The text of the file.
   * @throws {TypeError} If an option has another name.
   */
  csv(options: CsvOptions = {}): string {
    return csvText(
      this.columns,
      this.rows.map((row) => this.columns.map((name) => row[name]!)),
      options,
    );
  }

  /** Draws the first rows. */
  [display](): Document {
    const { rows, columns } = this;
    return table({
      title: `${rows.length} rows: ${this.title}`,
      columns: columns.map((name) => ({ name })),
      rows: rows.slice(0, drawnRows).map((row) => columns.map((name) => row[name]!)),
      caption: [
        this.#source,
        ...rows.length > drawnRows ? [`the first ${drawnRows} are shown`] : [],
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The rows; JSON has null for what is undefined. */
  toJSON(): readonly SweepRow[] {
    return this.rows;
  }
}

/** The columns that an axis has in rows. */
export function axisColumns(axis: SweepAxis): readonly string[] {
  return headColumns(axis) ?? tokenColumns(axis) ?? [axis.name];
}

/**
 * The columns of an axis of heads called `layer.head`, null of any other: a reader of the file would take 3.1 and 3.10 for one number.
 */
function headColumns({ name, labels }: SweepAxis): readonly [layer: string, head: string] | null {
  if (!labels.every((label) => /^\d+\.\d+$/.test(label))) return null;
  return name === "head" ? ["layer", "head"] : [`${name} layer`, `${name} head`];
}

/** A position, and the token there in JSON, where all prompts have the same. */
const numbered = /^(-?\d+)(?: (".*"))?$/s;

/** The columns of an axis of positions, null of any other: a reader of the file wants numbers. */
function tokenColumns({ name, labels, cleanLabels }: SweepAxis): readonly string[] | null {
  const places = [...labels, ...cleanLabels ?? []].map((label) => numbered.exec(label));
  if (!places.every((found) => found) || !places.some((found) => found![2])) return null;
  const token = name === "position" ? "token" : `${name}_token`;
  return [name, token, ...cleanLabels ? [`clean_${token}`] : []];
}

/** What stands in those columns. */
function tokenPlace({ labels, cleanLabels }: SweepAxis, at: number): (string | number)[] {
  const [own, clean] = [labels, cleanLabels].map((list) => list && numbered.exec(list[at]!)!);
  const text = (found: RegExpExecArray) => found[2] ? JSON.parse(found[2]) as string : "";
  return [Number(own![1]), text(own!), ...clean ? [text(clean)] : []];
}

/** What stands in the columns of all axes of a cell. A label that another place of the axis has too is preceded by its number. */
export function placeOf(
  { axes, shape }: Pick<SweepValues, "axes" | "shape">,
  cell: number,
): SweepRow {
  const place: Record<string, string | number> = {};
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const { name, labels } = axes[axis]!, at = cell % shape[axis]!, label = labels[at]!;
    const alone = labels.indexOf(label) === labels.lastIndexOf(label);
    const columns = headColumns(axes[axis]!);
    const ofTokens = columns ? null : tokenColumns(axes[axis]!);
    if (columns) label.split(".").forEach((number, i) => place[columns[i]!] = Number(number));
    else if (ofTokens) {
      tokenPlace(axes[axis]!, at).forEach((value, i) => place[ofTokens[i]!] = value);
    } else place[name] = alone ? label : `${at} ${label}`;
    cell = Math.floor(cell / shape[axis]!);
  }
  return place;
}
