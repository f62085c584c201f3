/**
 * The numbers behind a drawing, as rows.
 *
 * @module
 */

import type { ShownToken } from "./display.ts";
import type { Axis } from "./axis.ts";
import type { CsvField } from "./csv_text.ts";
import { chartRows } from "./chart_rows.ts";
import { partsOf } from "./show_for.ts";

/** Rows of numbers, none rounded. */
export interface DrawnRows {
  /** The names of the columns. */
  readonly columns: readonly string[];
  /** Makes the rows, one field a column. */
  readonly fields: () => Iterable<readonly CsvField[]>;
}

/** The rows behind documents. */
export const documentRows: WeakMap<object, DrawnRows> = new WeakMap();

/** The drawings that leave out some of their rows. */
export const cutDrawings: WeakSet<object> = new WeakSet();

/** Puts all rows behind a drawing that leaves out some. */
export function withAllRows<T extends object>(drawing: T, rows: DrawnRows): T {
  documentRows.set(drawing, rows);
  cutDrawings.add(drawing);
  return drawing;
}

/**
 * Puts numbers behind a chart whose data, as JSON, cannot hold all of them, or holds only those that have a place in it.
 *
 * @param chart The chart.
 * @param rows Makes the rows when they are asked for.
 */
export function withNumbers<T extends object>(chart: T, rows: () => readonly object[]): T {
  documentRows.set(chart, rowsOfData(rows as () => readonly Cells[]));
  return chart;
}

type Cells = Readonly<Record<string, unknown>>;

/**
 * Finds the rows behind a drawing: those of a document, of a chart's data, or of all that was put together.
 *
 * @param drawing The drawing.
 * @param parts Whether parts that have no rows are refused, as they would be lost, or passed over, where the drawing itself is kept.
 * @returns The rows; null where what is drawn is no rows of numbers. Of several parts each row has the title of its part first.
 * @throws {RangeError} If some parts have rows and others, which are refused, have not.
 */
export function drawnRows(
  drawing: object & { readonly "text/plain": string },
  parts: "refuse" | "pass over" = "refuse",
): DrawnRows | null {
  const own = documentRows.get(drawing);
  if (own) return own;
  const chart = (drawing as Record<string, unknown>)["application/vnd.vegalite.v5+json"];
  if (chart) return rowsOfData(() => chartRows(chart as object));
  const list = partsOf.get(drawing) ?? [];
  const found = list.map((part) => ({ title: titleOf(part), rows: drawnRows(part, parts) }));
  const some = found.filter(({ rows }) => rows !== null), lost = found.find(({ rows }) => !rows);
  if (some.length === 0) return null;
  if (lost && parts === "refuse") {
    throw new RangeError(
      `Cannot save a drawing as csv as each of its parts must have rows: ${
        JSON.stringify(lost.title)
      } has none`,
    );
  }
  return joined(some as { title: string; rows: DrawnRows }[]);
}

const titleOf = (part: { readonly "text/plain": string }) => part["text/plain"].split("\n")[0]!;

function rowsOfData(rows: () => readonly Cells[]): DrawnRows {
  const columnsOf = (all: readonly Cells[]) => [...new Set(all.flatMap((row) => Object.keys(row)))];
  return {
    get columns() {
      return columnsOf(rows());
    },
    fields() {
      const all = rows(), columns = columnsOf(all);
      return all.map((row) => columns.map((name) => fieldOf(row[name])));
    },
  };
}

/** The rows of several parts, with all their columns. */
function joined(parts: readonly { title: string; rows: DrawnRows }[]): DrawnRows {
  if (parts.length === 1) return parts[0]!.rows;
  const columns = [...new Set(parts.flatMap(({ rows }) => rows.columns))];
  return {
    columns: ["part", ...columns],
    *fields() {
      for (const { title, rows } of parts) {
        const own = rows.columns, places = columns.map((name) => own.indexOf(name));
        for (const row of rows.fields()) yield [title, ...places.map((at) => row[at] ?? null)];
      }
    },
  };
}

/** A cell of a table or of a chart's data as a field: of a token its text. */
export function fieldOf(cell: unknown): CsvField {
  if (cell === undefined || cell === null) return null;
  if (typeof cell === "object") return (cell as Partial<ShownToken>).text ?? JSON.stringify(cell);
  return typeof cell === "number" || typeof cell === "boolean" ? cell : String(cell);
}

/**
 * The rows of a grid: one a cell, with the labels of its row and column. Where tokens stand, the place and the token's text.
 *
 * @param values The values, row by row.
 * @param axes The axis of the rows, then that of the columns.
 * @param name What the values are.
 */
export function gridRows(
  values: ArrayLike<number>,
  [rows, columns]: readonly [Axis, Axis],
  name: string,
): DrawnRows {
  const same = rows.name === columns.name;
  const names = [rows, columns].flatMap((axis, i) => {
    const own = same ? `${axis.name} of ${i === 0 ? "row" : "column"}` : axis.name;
    return isOfTokens(axis) ? [own, `${own} token`] : [own];
  });
  const labels = (axis: Axis, at: number): readonly CsvField[] => {
    const label = axis.labels[at]!;
    return typeof label === "string" ? [label] : [at, label.text];
  };
  const width = columns.labels.length;
  return {
    columns: [...names, name],
    *fields() {
      for (let i = 0; i < values.length; i++) {
        yield [...labels(rows, Math.floor(i / width)), ...labels(columns, i % width), values[i]!];
      }
    },
  };
}

/** The weights of attention of some layers, [head, query, key] each. */
export interface AttentionWeights {
  /** The layers. */
  readonly layers: readonly number[];
  /** The weights of each. */
  readonly patterns: readonly ArrayLike<number>[];
  /** How many heads a layer has. */
  readonly heads: number;
  /** The tokens. */
  readonly tokens: readonly ShownToken[];
  /** Those of the prompt that they are compared with. @default {none: there are no columns of them} */
  readonly others?: readonly ShownToken[];
}

/**
 * The rows of attention: of every layer and head each query with each key.
 *
 * @param weights The weights.
 * @param name What they are.
 */
export function attentionRows(weights: AttentionWeights, name = "weight"): DrawnRows {
  const { layers, patterns, heads, tokens, others } = weights, size = tokens.length;
  const places = ["query", "key"].flatMap((place) => [
    place,
    `${place}_token`,
    ...others ? [`other_${place}_token`] : [],
  ]);
  return {
    columns: ["layer", "head", ...places, name],
    *fields() {
      for (const [at, layer] of layers.entries()) {
        for (let i = 0; i < heads * size * size; i++) {
          const head = Math.floor(i / (size * size));
          const query = Math.floor(i / size) % size, key = i % size;
          const texts = [query, key].flatMap((place) => [
            place,
            tokens[place]!.text,
            ...others ? [others[place]!.text] : [],
          ]);
          yield [layer, head, ...texts, patterns[at]![i]!];
        }
      }
    },
  };
}

const isOfTokens = ({ labels }: Axis): boolean => typeof labels[0] === "object";
