/**
 * A model in which a weight is replaced by its leading singular directions, or by all but them.
 *
 * Eckart and Young, 1936: no matrix of rank k is nearer. Sharma, Ash and Misra, "The Truth is in There: Improving Reasoning
 * in Language Models with Layer-Selective Rank Reduction", 2023, https://arxiv.org/abs/2312.13558, for what it shows.
 *
 * @module
 */

import { type Transformer, withWeights } from "../model/mod.ts";
import { checkModel, sourceOf, withOrigin } from "../run/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  formatNumber,
  formatPercent,
  inspect,
  refuseUnknownOptions,
  table,
} from "../show/mod.ts";
import { readNumbers, svd, tf } from "../tensor/mod.ts";
import { type FoldedFactor, foldedFactor, pickedWeight } from "./folded_factor.ts";
import { checkGains, type Gains } from "./vocabulary_basis.ts";

/** Options for {@linkcode lowRank}. */
export interface LowRankOptions {
  /** How many directions, those of the greatest singular values, are kept or left out. */
  readonly rank: number;
  /** Whether these are kept, or all but these. @default {"leading"} */
  readonly keep?: "leading" | "rest";
  /**
   * Whether the weight is cut with the gain of the norm in front of it counted in, or as it stands: the two give different
   * models, as the gain stretches some inputs more than others. What writes to the stream has no norm in front.
   *
   * @default {"raw"}
   */
  readonly gains?: Gains;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a model whose weight has a lower rank.
 *
 * A weight of several heads is cut head by head. With `gains: "folded"` it is `diag(γ)·W` that is cut, centred where the norm
 * subtracts the mean, and γ is taken out of it again, so that the model's norms stay as they are; what the norm's bias gives
 * through the whole weight is kept, in the bias. The error is that of the folded weight then. It computes what the same cut
 * computes in a model whose norms are folded.
 *
 * @param model The model, which stays as it is.
 * @param name The weight, as `withWeights` names it: `"blocks.3.mlp.W_out"`, `"W_U"`, or `"blocks.3.attn.W_V[head 1]"`.
 * @param options The rank, and what is kept.
 * @returns The changed model, with the singular values and the error. The promise draws itself.
 * @throws {RangeError} If there is no such weight, the rank is outside what there is, or a gain of zero cannot be taken out.
 * @throws {TypeError} If the weight is no matrix.
 *
 * @example
 * ```ts
 * import { load, lowRank } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * using cut = await lowRank(model, "blocks.3.mlp.W_out", { rank: 20 });
 * if (!(cut.error > 0 && cut.share < 1)) throw new Error("something was left out");
 * ```
 */
export function lowRank(
  model: Transformer,
  name: string,
  options: LowRankOptions,
): DrawnPromise<LowRank> {
  return drawn(() => cut(model, name, options));
}

async function cut(model: Transformer, name: string, options: LowRankOptions): Promise<LowRank> {
  const purpose = "lower the rank of a weight";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["rank", "keep", "gains", "signal"]);
  const { rank, keep = "leading", gains = "raw" } = options;
  checkGains(gains, purpose);
  if (keep !== "leading" && keep !== "rest") {
    throw new RangeError(
      `Cannot ${purpose} as keep must be "leading" or "rest": current value is ${
        JSON.stringify(keep)
      }`,
    );
  }
  const whole = matrixOf(model, name);
  const factor = gains === "folded" ? foldedFactor(model, name) : null;
  try {
    checkRank(whole, name, rank);
    const { changed, values, each } = await cutWeight(whole, factor, options);
    const bias = factor?.bias(whole, changed) ?? null;
    try {
      const edited = withWeights(model, { [name]: changed, ...bias ? { [bias[0]]: bias[1] } : {} });
      const matrices = values.length / each, folded = factor !== null;
      return withOrigin(
        new LowRank(edited, { weight: name, rank, keep, gains, folded, matrices, values }),
        model,
        { name: "lowRank", given: { name, options } },
      );
    } finally {
      tf.dispose([changed, ...bias ? [bias[1]] : []]);
    }
  } finally {
    whole.dispose();
    factor?.dispose();
  }
}

/** The cut weight, the singular values before the cut, and how many each matrix has. */
async function cutWeight(
  whole: tf.Tensor,
  factor: FoldedFactor | null,
  { rank, keep = "leading", signal }: LowRankOptions,
): Promise<{ changed: tf.Tensor; values: Float64Array; each: number }> {
  const folded = tf.tidy(() => factor ? factor.put(whole) : whole.clone());
  try {
    const parts = await svd(folded, signal ? { signal } : {}), each = parts.S.shape.at(-1)!;
    const changed = tf.tidy(() => {
      const [from, size] = keep === "leading" ? [0, rank] : [rank, each - rank];
      const own = rebuilt(parts, from, size);
      return factor ? factor.take(own) : own;
    });
    const values = readNumbers(parts.S);
    parts.dispose();
    return { changed, values, each };
  } finally {
    folded.dispose();
  }
}

/** The sum of some of the outer products. */
function rebuilt(
  { U, S, V }: { U: tf.Tensor; S: tf.Tensor; V: tf.Tensor },
  from: number,
  size: number,
): tf.Tensor {
  const some = (x: tf.Tensor) =>
    tf.slice(x, [...x.shape.slice(1).map(() => 0), from], [...x.shape.slice(0, -1), size]);
  const left = some(U), right = some(V);
  // Not even a zero direction is left.
  if (size === 0) return tf.zeros([...U.shape.slice(0, -1), V.shape.at(-2)!]);
  return tf.matMul(left.mul(some(S).expandDims(-2)), right, false, true);
}

function matrixOf(model: Transformer, name: string): tf.Tensor {
  const tensor = pickedWeight(model, name);
  if (tensor.rank >= 2) return tensor;
  tensor.dispose();
  throw new TypeError(`Cannot lower the rank of ${name} as it must be a matrix: it is a vector`);
}

function checkRank(whole: tf.Tensor, name: string, rank: number): void {
  const most = Math.min(...whole.shape.slice(-2));
  if (Number.isInteger(rank) && rank >= 0 && rank <= most) return;
  throw new RangeError(
    `Cannot lower the rank of ${name} as rank must be from 0 to ${most}: current value is ${rank}`,
  );
}

/** The numbers of a {@linkcode LowRank}. */
export interface LowRankFacts {
  /** The weight. */
  readonly weight: string;
  /** How many directions are kept or left out, of each matrix. */
  readonly rank: number;
  /** Whether these are kept, or all but these. */
  readonly keep: "leading" | "rest";
  /** What was asked for. */
  readonly gains: Gains;
  /** Whether a gain was counted in: not where the weight has no norm in front. */
  readonly folded: boolean;
  /** How many matrices the weight holds, one a head. */
  readonly matrices: number;
  /** The singular values before the cut, descending, matrix by matrix. */
  readonly values: Float64Array;
}

/** A model with a weight of lower rank; it owns that weight until it is disposed. */
export class LowRank implements LowRankFacts {
  /** The changed model, which shares all other weights with the first. */
  readonly model: Transformer;
  /** The weight. */
  readonly weight: string;
  /** How many directions are kept or left out, of each matrix. */
  readonly rank: number;
  /** Whether these are kept, or all but these. */
  readonly keep: "leading" | "rest";
  /** What was asked for. */
  readonly gains: Gains;
  /** Whether a gain was counted in. */
  readonly folded: boolean;
  /** How many matrices the weight holds. */
  readonly matrices: number;
  /** The singular values before the cut. */
  readonly values: Float64Array;
  /** ‖W − W_k‖²: the sum of the squares of the singular values that were left out, of all matrices. */
  readonly error: number;
  /** That as a share of ‖W‖². */
  readonly share: number;

  /** Takes over the changed model. */
  constructor(model: Transformer, facts: LowRankFacts) {
    this.model = model;
    this.weight = facts.weight;
    this.rank = facts.rank;
    this.keep = facts.keep;
    this.gains = facts.gains;
    this.folded = facts.folded;
    this.matrices = facts.matrices;
    this.values = facts.values;
    const each = this.values.length / this.matrices;
    const out = (i: number) => (i % each < this.rank) === (this.keep === "rest");
    const whole = this.values.reduce((sum, value) => sum + value ** 2, 0);
    this.error = this.values.reduce((sum, value, i) => out(i) ? sum + value ** 2 : sum, 0);
    this.share = this.error / whole;
  }

  /** Frees the changed weight. */
  dispose(): void {
    this.model.dispose();
  }

  /** Frees the changed weight at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws what was kept and what it costs. */
  [display](): Document {
    const each = this.values.length / this.matrices;
    return table({
      title: `${this.weight} with ${
        this.keep === "leading" ? `its ${this.rank} leading` : `all but its ${this.rank} leading`
      } of ${each} directions`,
      columns: ["figure", "value"].map((name) => ({ name })),
      rows: [
        ["error ‖W − W_k‖²", formatNumber(this.error, 4)],
        ["of ‖W‖²", formatPercent(this.share)],
        ["greatest singular value", formatNumber(Math.max(...this.values), 4)],
        ["least singular value", formatNumber(Math.min(...this.values), 4)],
      ],
      caption: [
        sourceOf(this, this.model.provenance.name),
        this.folded ? "cut with the gain of the norm in front" : "cut as the weight stands",
        ...this.matrices > 1 ? [`${this.matrices} matrices, each cut alone`] : [],
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): Omit<LowRankFacts, "values"> & { error: number; share: number; values: number[] } {
    const { model: _, ...facts } = this;
    return { ...facts, values: [...this.values] };
  }
}
