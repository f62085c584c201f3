/**
 * Which node each cell of a sweep patched.
 *
 * @module
 */

import type { SweepResult } from "../run/mod.ts";

/** The cells of a sweep as nodes. */
export interface CellPlaces {
  /** The axes of the nodes. */
  readonly axes: readonly string[];
  /** The number of a cell along each of these axes. */
  readonly of: (cell: number) => Readonly<Record<string, number>>;
}

const purpose = "hold estimates beside a sweep";

/**
 * Reads off the labels of a sweep which node each cell is: a number at their beginning, negative ones of positions from
 * the prompt's end; heads may be called `layer.head`, and are then of two axes.
 *
 * @param result The sweep.
 * @param tokens How many tokens the prompts have, for negative positions.
 * @throws {RangeError} If a label is no number, such as the name of a span.
 */
export function cellPlaces({ data: { axes, shape } }: SweepResult, tokens: number): CellPlaces {
  const tables = axes.map(({ name, labels }) =>
    labels.map((label) => placesOf(name, label, tokens))
  );
  return {
    axes: [...new Set(tables.flatMap((table) => Object.keys(table[0]!)))],
    of(cell) {
      let place = {};
      for (let axis = axes.length - 1; axis >= 0; axis--) {
        place = { ...tables[axis]![cell % shape[axis]!]!, ...place };
        cell = Math.floor(cell / shape[axis]!);
      }
      return place;
    },
  };
}

/** What one label says. */
function placesOf(name: string, label: string, tokens: number): Record<string, number> {
  const both = name === "head" ? /^(\d+)\.(\d+)$/.exec(label) : null;
  if (both) return { layer: Number(both[1]), head: Number(both[2]) };
  const found = /^-?\d+(?= |$)/.exec(label);
  if (!found) {
    throw new RangeError(
      `Cannot ${purpose} as each place of its ${name} axis must be a number, for estimates are of single nodes: current value is ${
        JSON.stringify(label)
      }`,
    );
  }
  const number = Number(found[0]);
  return { [name]: number < 0 && name === "position" ? tokens + number : number };
}
