/**
 * Copies of rows from places at one distance to places at another, over vectors, where they stand.
 *
 * @module
 */

import type { Values } from "../blas.ts";
import { arenaMemory, placeInArena } from "./arena.ts";
import { wasmBytes, type WrittenFunction } from "./wasm_bytes.ts";
import { Writer } from "./writer.ts";

/** Where rows stand in an array, in numbers. */
export interface RowPlaces {
  /** The numbers among which they stand. */
  readonly values: Values;
  /** Where the first row of the first block begins. */
  readonly first: number;
  /** How far blocks are apart. */
  readonly block: number;
  /** How far rows of a block are apart. */
  readonly row: number;
}

/** How much is copied. */
export interface RowCounts {
  /** How many blocks there are. */
  readonly blocks: number;
  /** How many rows each has. */
  readonly rows: number;
  /** How many numbers a row has. */
  readonly width: number;
}

type Run = (...integers: number[]) => void;

let compiled: Run | undefined;

/** Compiles the function at the first use. */
function vectorRows(): Run {
  if (compiled) return compiled;
  const module = new WebAssembly.Module(wasmBytes([copyFunction()]));
  const { exports } = new WebAssembly.Instance(module, { env: { memory: arenaMemory() } });
  return compiled = exports["copy"] as Run;
}

/**
 * Copies rows. No two of the places that are written may touch, nor may one that is read.
 *
 * @param from Where they are read.
 * @param to Where they are written.
 * @param counts How many there are.
 */
export function copyRows(from: RowPlaces, to: RowPlaces, { blocks, rows, width }: RowCounts): void {
  const places = [from, to].map(({ values }) => placeInArena(values));
  if (width % 4 === 0 && places.every((place) => place >= 0)) {
    // After the last row of a block the next one begins so far behind it.
    const sides = [from, to].map(({ first, block, row }, i) => [
      places[i]! + 4 * first,
      4 * (row - width),
      4 * (block - rows * row),
    ]);
    vectorRows()(blocks, rows, 4 * width, ...sides.flat());
    return;
  }
  for (let block = 0; block < blocks; block++) {
    for (let row = 0; row < rows; row++) {
      const p = from.first + block * from.block + row * from.row;
      const q = to.first + block * to.block + row * to.row;
      // A typed array's own `set` costs more to call than a few numbers do.
      for (let i = 0; i < width; i++) to.values[q + i] = from.values[p + i]!;
    }
  }
}

function copyFunction(): WrittenFunction {
  const w = new Writer("copy", 9), parameters = Array.from({ length: 9 }, (_, i) => w.parameter(i));
  const [blocks, rows, width, from, fromRow, fromBlock, to, toRow, toBlock] = parameters;
  const block = w.integer(0), row = w.integer(0), at = w.integer(0);
  w.loop(block, blocks!, 1, () => {
    w.set(row, "subtract", row, row);
    w.loop(row, rows!, 1, () => {
      w.set(at, "subtract", at, at);
      w.loop(at, width!, 16, () => {
        w.store(to!, w.load(from!));
        for (const place of [from!, to!]) w.set(place, "add", place, 16);
      });
      w.set(from!, "add", from!, fromRow!);
      w.set(to!, "add", to!, toRow!);
    });
    w.set(from!, "add", from!, fromBlock!);
    w.set(to!, "add", to!, toBlock!);
  });
  return w.written();
}
