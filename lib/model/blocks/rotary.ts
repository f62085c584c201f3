/**
 * Rotary positions: pairs of a head's columns turn by an angle that grows with the position.
 *
 * Su et al., "RoFormer", 2021, https://arxiv.org/abs/2104.09864. The paper pairs neighbours;
 * the checkpoints of Llama and GPT-NeoX pair column `k` with `k + rotated / 2`.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import type { PositionKind } from "../architecture.ts";

type Rotary = Extract<PositionKind, { kind: "rotary" }>;

/** The cosines and sines of some positions, each `[position, rotated / 2]`. */
export interface RotaryTables {
  /** The cosines. */
  readonly cosines: tf.Tensor2D;
  /** The sines. */
  readonly sines: tf.Tensor2D;
  /** Which columns turn together. */
  readonly pairing: "half" | "interleaved";
}

/** Makes the tables of the positions from 0, in double precision before they are rounded once. */
export function rotaryTables(rotary: Rotary, positions: number): RotaryTables {
  const speeds = rotarySpeeds(rotary), half = speeds.length;
  const cosines = new Float32Array(positions * half), sines = new Float32Array(positions * half);
  for (let position = 0; position < positions; position++) {
    speeds.forEach((speed, pair) => {
      cosines[position * half + pair] = Math.cos(position * speed);
      sines[position * half + pair] = Math.sin(position * speed);
    });
  }
  return {
    cosines: tf.tensor2d(cosines, [positions, half]),
    sines: tf.tensor2d(sines, [positions, half]),
    pairing: rotary.pairing,
  };
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
