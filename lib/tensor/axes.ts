/**
 * Names for the axes of tensors, checked where a public function begins.
 *
 * @module
 */

import type * as tf from "./tfjs.ts";

/**
 * Checks tensors against named axes and returns the size of each name.
 *
 * @param tensors Each tensor with the names of its axes, outermost first.
 * @returns The size bound to each axis name.
 * @throws {TypeError} If a tensor has another rank than it has names, or one name stands for two
 * sizes.
 *
 * @example Usage
 * ```ts
 * import { axes, tf } from "@innerworks/innerworks";
 *
 * const query = tf.zeros([5, 8]);
 * const keys = tf.zeros([7, 8]);
 * const size = axes({ query: [query, "query width"], keys: [keys, "key width"] });
 * console.log(size); // { query: 5, width: 8, key: 7 }
 * ```
 */
export function axes(
  tensors: Record<string, readonly [tensor: tf.Tensor, names: string]>,
): Record<string, number> {
  const size: Record<string, number> = {};
  const owner: Record<string, string> = {};
  for (const [title, [{ shape }, text]] of Object.entries(tensors)) {
    const names = text === "" ? [] : text.split(" ");
    if (names.length !== shape.length) {
      throw new TypeError(
        `Cannot read ${title} as [${names.join(", ")}]: its shape is [${shape.join(", ")}]`,
      );
    }
    names.forEach((name, i) => {
      const n = shape[i]!;
      if (n !== (size[name] ??= n)) {
        throw new TypeError(
          `Cannot match ${title} with ${owner[name]}: axis "${name}" is ${n} in ${title} and ${
            size[name]
          } in ${owner[name]}`,
        );
      }
      owner[name] ??= title;
    });
  }
  return size;
}
