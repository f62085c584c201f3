/**
 * Rotary positions: pairs of a head's columns turn by an angle that grows with the position.
 *
 * Su et al., "RoFormer", 2021, https://arxiv.org/abs/2104.09864. The paper pairs neighbours;
 * the checkpoints of Llama and GPT-NeoX pair column `k` with `k + rotated / 2`.
 *
 * @module
 */

import { rotate, tf } from "../../tensor/mod.ts";
import type { PositionKind } from "../architecture.ts";

type Rotary = Extract<PositionKind, { kind: "rotary" }>;

/** The cosines and sines of some positions. */
export interface RotaryTables {
  /** The cosines, `[position, rotated / 2]`; where rows differ, `[batch · position, rotated / 2]`. */
  readonly cosines: tf.Tensor2D;
  /** The sines, of the same shape. */
  readonly sines: tf.Tensor2D;
  /** Whether each row of the batch has positions of its own. */
  readonly byRow: boolean;
  /** Which columns turn together. */
  readonly pairing: "half" | "interleaved";
}

/**
 * Makes the tables of some positions, in double precision before the backend rounds them once.
 *
 * @param rotary The wave lengths.
 * @param places The position of each column: one list for all rows, or a list for each.
 * @param columns How many columns there are.
 */
export function rotaryTables(
  rotary: Rotary,
  places: readonly (readonly number[])[],
  columns: number,
): RotaryTables {
  const speeds = rotarySpeeds(rotary), half = speeds.length, rows = places.length * columns;
  const cosines = new Float64Array(rows * half), sines = new Float64Array(rows * half);
  places.flat().forEach((position, row) => {
    speeds.forEach((speed, pair) => {
      cosines[row * half + pair] = Math.cos(position * speed);
      sines[row * half + pair] = Math.sin(position * speed);
    });
  });
  return {
    cosines: tf.tensor2d(cosines, [rows, half]),
    sines: tf.tensor2d(sines, [rows, half]),
    byRow: places.length > 1,
    pairing: rotary.pairing,
  };
}

/** Turns queries or keys `[head, batch, position, head_width]` by their positions. */
export function turned(x: tf.Tensor, { cosines, sines, byRow, pairing }: RotaryTables): tf.Tensor {
  if (!byRow) return rotate(x, cosines, sines, { pairing });
  const [heads, batch, columns, width] = x.shape as [number, number, number, number];
  return rotate(x.reshape([heads, batch * columns, width]), cosines, sines, { pairing })
    .reshape(x.shape);
}

/** The angle by which each pair turns from one position to the next. */
export function rotarySpeeds({ base, rotated, scaling }: Rotary): number[] {
  return Array.from({ length: rotated / 2 }, (_, pair) => {
    const speed = base ** (-2 * pair / rotated);
    if (scaling.kind === "default") return speed;
    if (scaling.kind === "linear") return speed / scaling.factor;
    const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } =
      scaling;
    const turns = originalPositions * speed / (2 * Math.PI);
    if (turns < low) return speed / factor;
    if (turns > high) return speed;
    const smooth = (turns - low) / (high - low);
    return (1 - smooth) * speed / factor + smooth * speed;
  });
}
