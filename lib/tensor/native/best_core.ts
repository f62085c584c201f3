/**
 * A BLAS with the fastest of its kernels that this processor can use and that are right.
 *
 * @module
 */

import { type Blas, openBlas } from "./blas.ts";
import { betterCores, mayChooseCore, processorFlags, withCore } from "./core_type.ts";
import { multiplyByLoops, sample } from "./trial.ts";

/** What opens libraries, for tests. */
export interface BestCoreOptions {
  /** Opens a library. @default {openBlas} */
  readonly open?: (path: string) => Blas;
  /** The instructions of the processor. @default {those of this one} */
  readonly flags?: ReadonlySet<string>;
}

/**
 * Opens a library, and once more with other kernels where it chose those of an old processor though this one can do more. Kernels
 * that give wrong products in any of many shapes are passed over. OPENBLAS_CORETYPE, where it is set, stands.
 *
 * @param path The library.
 * @param options What opens it.
 * @returns The library, untried.
 * @throws {Error} If it cannot be opened.
 */
export function openBestCore(path: string, options: BestCoreOptions = {}): Blas {
  const { open = openBlas } = options, first = open(path);
  if (!first.core || !first.close || !mayChooseCore()) return first;
  let current = first;
  for (const core of betterCores(first.core, options.flags ?? processorFlags())) {
    current.close!();
    current = withCore(core, () => open(path));
    // A library that was built without these kernels chooses for itself again.
    if (current.core?.toUpperCase() === core && isRight(current)) return current;
  }
  if (current === first) return first;
  current.close!();
  return open(path);
}

/** Whether products of many shapes, odd ones among them, are those of plain loops, transposed or not. */
function isRight({ multiply }: Blas): boolean {
  const shapes = [[1, 1, 1], [1, 65, 129], [3, 5, 7], [16, 16, 16], [17, 33, 65], [48, 31, 96], [
    65,
    127,
    33,
  ], [128, 96, 257]] as const;
  return shapes.every(([rows, columns, inner], seed) => {
    const a = sample(rows * inner, seed), b = sample(inner * columns, seed + 1);
    return [[false, false], [true, false], [false, true], [true, true]].every(
      ([transposeA, transposeB]) => {
        const product = { a, b, rows, columns, inner, transposeA, transposeB } as const;
        const [c, expected] = [0, 1].map(() => new Float32Array(rows * columns)) as [
          Float32Array<ArrayBuffer>,
          Float32Array<ArrayBuffer>,
        ];
        multiply({ ...product, transposeA: !!transposeA, transposeB: !!transposeB, c });
        multiplyByLoops({
          ...product,
          transposeA: !!transposeA,
          transposeB: !!transposeB,
          c: expected,
        });
        return c.every((value, i) => Math.abs(value - expected[i]!) <= 1e-3);
      },
    );
  });
}
