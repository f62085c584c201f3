/**
 * How much each head reads of what earlier heads write, by their weights alone.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021. Scores are ‖A·B‖ / (‖A‖·‖B‖) in Frobenius norms;
 * the framework subtracts what random matrices give, here that stands beside the scores.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { inSlices, tf } from "../tensor/mod.ts";
import { CompositionScores } from "./composition_result.ts";
import { compositions, type HeadFactors, headFactors } from "./head_factors.ts";
import { readOnce } from "./read_once.ts";
import { randomComposition } from "./random_composition.ts";

/** Which input of the later head is meant: its queries, keys or values. */
export type CompositionKind = "Q" | "K" | "V";

/** Options for {@linkcode compositionScores}. */
export interface CompositionScoresOptions {
  /** Which kinds are scored. @default {all three} */
  readonly kinds?: readonly CompositionKind[];
  /**
   * How many positions the key of the later head stands before its query. Where positions turn queries and keys, Q and K
   * scores are those of one offset and it must be given.
   */
  readonly offset?: number;
  /** How many pairs of random heads the baseline is drawn from. @default {64} */
  readonly samples?: number;
  /** The seed of these. @default {0} */
  readonly seed?: number;
  /** Stops the work between two layers. */
  readonly signal?: AbortSignal;
}

const purpose = "score compositions";

/**
 * Scores how much of each head's write later heads read: V-composition ‖OV₁·OV₂‖, Q-composition ‖OV₁·QK₂‖ and K-composition
 * ‖OV₁·QK₂ᵀ‖, each over the product of both norms, by products of the small factors alone.
 *
 * Scores lie from 0 to 1, and do not change when a head's inner basis does. A random head scores 1/√width: that is exact for
 * the root mean square over all rotations of one of the two against the other, and drawn by a seed for heads of normal
 * numbers. A query head of a group counts with the key and value head of the group. Gains of norms are not counted in unless
 * the model was made by `foldNorms`, nor are norms behind attention.
 *
 * @param model The model.
 * @param options Which kinds, and the offset where positions turn.
 * @returns Scores for all pairs of heads, NaN where the second does not come after the first, with their baseline; the promise
 * draws itself.
 * @throws {RangeError} If Q or K are asked for without an offset where positions turn, or there is but one layer.
 * @throws {TypeError} If Q or K are asked for where queries and keys have a norm.
 *
 * @example
 * ```ts
 * import { compositionScores, load } from "@innerworks/innerworks";
 * const scores = await compositionScores(await load("seedling"), { kinds: ["K"] });
 * const [strongest] = scores.top("K", 1);
 * if (!(strongest!.score > scores.baseline.expected)) throw new Error("some head reads another's write");
 * ```
 */
export function compositionScores(
  model: Transformer,
  options: CompositionScoresOptions = {},
): DrawnPromise<CompositionScores> {
  return drawn(() => score(model, options));
}

async function score(
  model: Transformer,
  options: CompositionScoresOptions,
): Promise<CompositionScores> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["kinds", "offset", "samples", "seed", "signal"]);
  const { kinds = ["Q", "K", "V"], offset, samples = 64, seed = 0, signal } = options;
  checkKinds(kinds);
  const { layers, heads, width, headWidth } = model.architecture;
  if (layers < 2) {
    throw new RangeError(`Cannot ${purpose} as there must be two layers: there is ${layers}`);
  }
  const found = new Map(
    kinds.map((kind) => [kind, new Float64Array((layers * heads) ** 2).fill(NaN)]),
  );
  await inSlices(scorePairs(model, found, offset), signal);
  const baseline = await inSlices(randomComposition({ width, headWidth, samples, seed }), signal);
  return withOrigin(
    new CompositionScores(
      { model: model.provenance.name, layers, heads, offset: offset ?? null },
      found,
      baseline,
    ),
    model,
    { name: "compositionScores", given: { options }, seed },
  );
}

/** Fills in the scores of each earlier layer with all later ones. */
function* scorePairs(
  model: Transformer,
  found: ReadonlyMap<CompositionKind, Float64Array>,
  offset: number | undefined,
): Generator<void, void> {
  const { layers, heads } = model.architecture, all = layers * heads;
  for (let later = 1; later < layers; later++) {
    for (const [kind, scores] of found) {
      const second = tf.tidy(() => readerOf(model, later, kind, offset));
      try {
        for (let earlier = 0; earlier < later; earlier++, yield) {
          const values = readOnce(() => compositions(headFactors(model, earlier, "OV"), second));
          values.forEach((value, i) => {
            const row = earlier * heads + Math.floor(i / heads);
            scores[row * all + later * heads + i % heads] = value;
          });
        }
      } finally {
        tf.dispose([second.left, second.right]);
      }
    }
  }
}

/** What stands on the right of OV₁ for a kind: OV₂, QK₂ or QK₂ᵀ. */
function readerOf(
  model: Transformer,
  layer: number,
  kind: CompositionKind,
  offset: number | undefined,
): HeadFactors {
  const factors = headFactors(model, layer, kind === "V" ? "OV" : "QK", offset);
  if (kind !== "K") return factors;
  const turned = (x: tf.Tensor3D) => tf.transpose(x, [0, 2, 1]);
  return { left: turned(factors.right), right: turned(factors.left) };
}

function checkKinds(kinds: readonly CompositionKind[]): void {
  if (!Array.isArray(kinds) || kinds.length === 0) {
    throw new TypeError(
      `Cannot ${purpose} as kinds must be a list of Q, K, V: current value is ${
        Deno.inspect(kinds, { depth: 0 })
      }`,
    );
  }
  for (const kind of kinds) refuseUnknownWord(purpose, "kinds", kind, ["Q", "K", "V"]);
}
