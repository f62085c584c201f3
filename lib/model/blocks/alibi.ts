/**
 * Scores that fall with the distance of a key, in place of positions in the stream.
 *
 * Press et al., "Train Short, Test Long", 2021, https://arxiv.org/abs/2108.12409.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import type { AlibiKind } from "../architecture.ts";

/**
 * Makes what is added to scores. It rises with the position of the key instead of falling with its distance from the
 * query: the two differ by one number in each row, which a softmax does not see.
 *
 * @param alibi The slope of each head.
 * @param starts The column of each row's first token, or one for all rows.
 * @param end The column after the last key.
 * @returns The bias, `[head, batch, 1, key]`, or with a batch of 1 where all rows begin alike.
 */
export function alibiBias(alibi: AlibiKind, starts: readonly number[], end: number): tf.Tensor4D {
  const { slopes, rounded = false, scale = 1 } = alibi;
  const round = rounded ? toBfloat16 : (x: number) => x;
  const values = slopes.flatMap((slope) =>
    starts.flatMap((start) =>
      Array.from({ length: end }, (_, key) => {
        // What stands in the padding is never seen.
        return scale * round(round(slope) * round(Math.max(0, key - start)));
      })
    )
  );
  return tf.tensor4d(Float64Array.from(values), [slopes.length, starts.length, 1, end]);
}

/**
 * The slopes of the paper: a geometric series for powers of two, and for other numbers of heads that of the power of two
 * below, followed by every other one of that above.
 *
 * @param heads The number of heads.
 * @param greatest Two to the power of minus this is the least slope.
 */
export function alibiSlopes(heads: number, greatest = 8): number[] {
  const below = 2 ** Math.floor(Math.log2(heads));
  const series = (count: number, step: number) =>
    Array.from({ length: count }, (_, i) => 2 ** (-greatest * step * (i + 1)));
  const first = series(below, 1 / below);
  const between = series(2 * below, 0.5 / below).filter((_, i) => i % 2 === 0);
  return [...first, ...between].slice(0, heads);
}

/** The nearest number of bfloat16, ties to even. */
function toBfloat16(x: number): number {
  const bits = new Uint32Array(Float32Array.of(x).buffer);
  const whole = bits[0]!;
  bits[0] = ((whole + 0x7FFF + (whole >>> 16 & 1)) >>> 16) << 16;
  return new Float32Array(bits.buffer)[0]!;
}
