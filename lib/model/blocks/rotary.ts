/**
 * Rotary positions: pairs of a head's columns turn by an angle that grows with the position.
 *
 * Su et al., "RoFormer", 2021, https://arxiv.org/abs/2104.09864. The paper pairs neighbours;
 * the checkpoints of Llama and GPT-NeoX pair column `k` with `k + rotated / 2`.
 *
 * @module
 */

import { rotate, tf } from "../../tensor/mod.ts";
import type { Law } from "../law.ts";
import { rotaryOf } from "../sites.ts";
import type { Architecture, RotaryKind, RotaryScaling } from "../architecture.ts";

type Rotary = Omit<RotaryKind, "layers">;

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
 * @param lengths How many tokens each row has, or all of them, where the angles depend on it.
 */
export function rotaryTables(
  rotary: Rotary,
  places: readonly (readonly number[])[],
  columns: number,
  lengths: readonly number[] = [0],
): RotaryTables {
  const byLength = dependsOnLength(rotary.scaling);
  const rows = byLength && lengths.some((length) => length !== lengths[0])
    ? lengths.map((length, row) => ({ length, places: places[row] ?? places[0]! }))
    : places.map((own) => ({ length: lengths[0]!, places: own }));
  const half = rotary.rotated / 2, factor = attentionFactor(rotary.scaling);
  const cosines = new Float64Array(rows.length * columns * half), sines = cosines.slice();
  let at = 0;
  for (const { length, places } of rows) {
    const speeds = rotarySpeeds(rotary, length);
    for (const position of places) {
      for (const speed of speeds) {
        cosines[at] = factor * Math.cos(position * speed);
        sines[at++] = factor * Math.sin(position * speed);
      }
    }
  }
  return {
    cosines: tf.tensor2d(cosines, [rows.length * columns, half]),
    sines: tf.tensor2d(sines, [rows.length * columns, half]),
    byRow: rows.length > 1,
    pairing: rotary.pairing,
  };
}

/** Whether a longer text turns by other angles, from its first token on. */
function dependsOnLength({ kind }: RotaryScaling): boolean {
  return kind === "dynamic" || kind === "longrope";
}

/**
 * Whether keys of a text that grows stay what they were. Where its length turns all of its tokens by other angles, nothing
 * that was computed of it can be gone on from.
 *
 * @param architecture What the model computes.
 * @param before How many tokens the text had.
 * @param after How many it has now.
 */
export function keysStay(
  { position }: Pick<Architecture, "position">,
  before: number,
  after: number,
): boolean {
  if (position.kind !== "rotary") return true;
  return [position, ...position.layers ?? []].every((rotary) => {
    if (!rotary || !dependsOnLength(rotary.scaling)) return true;
    const { originalPositions } = rotary.scaling as { originalPositions: number };
    return rotary.scaling.kind === "dynamic"
      ? Math.max(before, originalPositions) === Math.max(after, originalPositions)
      : before > originalPositions === after > originalPositions;
  });
}

/** Turns queries or keys `[head, batch, position, head_width]` by their positions. */
export function turned(x: tf.Tensor, { cosines, sines, byRow, pairing }: RotaryTables): tf.Tensor {
  if (!byRow) return rotate(x, cosines, sines, { pairing });
  const [heads, batch, columns, width] = x.shape as [number, number, number, number];
  return rotate(x.reshape([heads, batch * columns, width]), cosines, sines, { pairing })
    .reshape(x.shape);
}

/**
 * The angle by which each pair turns from one position to the next.
 *
 * Stretched angles: Chen et al., 2023, https://arxiv.org/abs/2306.15595 (linear); Peng et al., "YaRN", 2023,
 * https://arxiv.org/abs/2309.00071; Ding et al., "LongRoPE", 2024, https://arxiv.org/abs/2402.13753.
 *
 * @param rotary The wave lengths.
 * @param length How many tokens the text has.
 */
export function rotarySpeeds({ base, rotated, scaling }: Rotary, length = 0): number[] {
  const plain = (base: number) =>
    Array.from({ length: rotated / 2 }, (_, pair) => base ** (-2 * pair / rotated));
  switch (scaling.kind) {
    case "default":
      return plain(base);
    case "linear":
      return plain(base).map((speed) => speed / scaling.factor);
    case "dynamic": {
      const { factor, originalPositions } = scaling;
      const beyond = factor * Math.max(length, originalPositions) / originalPositions -
        (factor - 1);
      return plain(base * beyond ** (rotated / (rotated - 2)));
    }
    case "longrope": {
      const { shortFactors, longFactors, originalPositions } = scaling;
      const factors = length > originalPositions ? longFactors : shortFactors;
      return plain(base).map((speed, pair) => speed / factors[pair]!);
    }
    case "yarn":
      return yarnSpeeds(plain(base), base, rotated, scaling);
    case "llama3": {
      const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } =
        scaling;
      return plain(base).map((speed) => {
        const turns = originalPositions * speed / (2 * Math.PI);
        if (turns < low) return speed / factor;
        if (turns > high) return speed;
        const smooth = (turns - low) / (high - low);
        return (1 - smooth) * speed / factor + smooth * speed;
      });
    }
  }
}

function yarnSpeeds(
  plain: readonly number[],
  base: number,
  rotated: number,
  scaling: Extract<RotaryScaling, { kind: "yarn" }>,
): number[] {
  const { factor, originalPositions, fastTurns, slowTurns, truncated } = scaling;
  /** The pair, not a whole one, that makes so many turns within the original positions. */
  const pairOf = (turns: number) =>
    rotated * Math.log(originalPositions / (turns * 2 * Math.PI)) / (2 * Math.log(base));
  const fast = pairOf(fastTurns), slow = pairOf(slowTurns);
  const low = Math.max(truncated ? Math.floor(fast) : fast, 0);
  const high = Math.min(truncated ? Math.ceil(slow) : slow, rotated - 1);
  const span = low === high ? 0.001 : high - low;
  return plain.map((speed, pair) => {
    const stretched = Math.min(1, Math.max(0, (pair - low) / span));
    return speed / factor * stretched + speed * (1 - stretched);
  });
}

function attentionFactor(scaling: RotaryScaling): number {
  return "attentionFactor" in scaling ? scaling.attentionFactor : 1;
}

/** Splits off the columns that turn, pair by pair: `[first of each pair, second of each pair, the rest]`. */
function pairs(x: tf.Tensor, { rotated, pairing }: Rotary): tf.Tensor[] {
  const columns = tf.unstack(x, x.rank - 1), half = rotated / 2;
  const first = (i: number) => pairing === "half" ? i : 2 * i;
  const second = (i: number) => pairing === "half" ? i + half : 2 * i + 1;
  const all = Array.from({ length: half }, (_, i) => i);
  const rest = columns.slice(rotated);
  return [
    tf.stack(all.map((i) => columns[first(i)]!)),
    tf.stack(all.map((i) => columns[second(i)]!)),
    ...rest.length > 0 ? [tf.stack(rest)] : [],
  ];
}

/** What turning leaves as it is, and how far: the length of each pair, and the angle from each position to the next. */
export const rotaryLaws: readonly Law[] = (["q", "k"] as const).flatMap((name): Law[] => {
  const before = ({ at, architecture }: Parameters<Law["sides"]>[0]) => {
    const { queryKeyNorm, clip } = architecture;
    return at(`attn.${name}${queryKeyNorm ? "_normed" : clip ? "_clipped" : ""}` as "attn.q");
  };
  const turns = (architecture: Architecture, layer: number) =>
    rotaryOf(architecture, layer) !== null;
  return [
    {
      name: `rot_${name}: pairs keep their length, other columns their numbers`,
      scope: "block",
      applies: turns,
      sides: (values) => {
        const rotary = rotaryOf(values.architecture, values.layer)!;
        const lengths = (x: tf.Tensor, factor: number) => {
          const [a, b, rest] = pairs(x, rotary) as [tf.Tensor, tf.Tensor, tf.Tensor?];
          const length = a.square().add(b.square()).mul(factor ** 2);
          return rest ? tf.concat([length, rest]) : length;
        };
        const factor = attentionFactor(rotary.scaling);
        return [lengths(values.at(`attn.rot_${name}`), 1), lengths(before(values), factor)];
      },
    },
    {
      name: `rot_${name}: position 0 does not turn`,
      scope: "block",
      applies: turns,
      sides: (values) => {
        const rotary = rotaryOf(values.architecture, values.layer)!;
        const factor = attentionFactor(rotary.scaling);
        const first = (x: tf.Tensor) => {
          const [heads, batch, , width] = x.shape as [number, number, number, number];
          return tf.slice(x, [0, 0, 0, 0], [heads, batch, 1, width]);
        };
        const scaled = first(before(values));
        const [own, rest] = [rotary.rotated, scaled.shape[3]! - rotary.rotated];
        const [turning, still] = tf.split(scaled, [own, rest], 3) as [tf.Tensor, tf.Tensor];
        return [
          first(values.at(`attn.rot_${name}`)),
          rest > 0 ? tf.concat([turning.mul(factor), still], 3) : turning.mul(factor),
        ];
      },
    },
  ];
});
