/**
 * Whether what heads do to directions of the stream, or to tokens, is to copy them or to take them away.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021: Σλ / Σ|λ| of a head's circuit, 1 where it only
 * copies. Dao et al., "An Adversarial Example for Direct Logit Attribution", 2023: heads with negative eigenvalues of OV clear
 * memory. Some count positive eigenvalues instead; both are given here.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { FactoredMatrix, inSlices, readNumbers, tf } from "../tensor/mod.ts";
import { EigenvalueScores, type ScoredCircuit } from "./eigenvalue_result.ts";
import { eigenvalueSummaries, randomEigenvalues } from "./random_eigenvalues.ts";
import { headFactors, through } from "./head_factors.ts";
import { vocabularyProduct } from "./token_products.ts";

/**
 * A circuit of a head: in the space of the stream (`OV` = W_V · W_O, `QK` = W_Q · W_Kᵀ), or in that of tokens (`fullOV` =
 * W_E · OV · W_U, `fullQK` = W_E · QK · W_Eᵀ).
 */
export type EigenvalueCircuit = "OV" | "QK" | "fullOV" | "fullQK";

/** Options for {@linkcode eigenvalueScores}. */
export interface EigenvalueScoresOptions {
  /** Which circuits are scored. @default {OV and fullOV} */
  readonly circuits?: readonly EigenvalueCircuit[];
  /** How many positions the key stands before the query; needed for QK circuits where positions turn. */
  readonly offset?: number;
  /** How many random heads the baseline is drawn from. @default {64} */
  readonly samples?: number;
  /** The seed of these. @default {0} */
  readonly seed?: number;
  /** Stops the work between two layers. */
  readonly signal?: AbortSignal;
}

const purpose = "score eigenvalues";

/**
 * Takes the eigenvalues of each head's circuits, of which at most head_width are not zero, and two scores of them: the copying
 * score Σλ / Σ|λ| from −1 to 1, and the share of eigenvalues whose real part is positive.
 *
 * Neither width × width nor vocabulary × vocabulary numbers are formed: the eigenvalues of A·B are those of B·A. Heads
 * of a positive score in the space of tokens raise what they look at; a negative score of OV in the space of the stream marks a
 * head that takes away what it reads. The baseline is heads of normal numbers of the same shape, seen through the same
 * embedding and unembedding. Gains of norms, biases, positions and the first feed-forward network are left out, unless the
 * model was made by `foldNorms`.
 *
 * @param model The model.
 * @param options Which circuits, and the offset where positions turn.
 * @returns Eigenvalues and scores of all heads, with their baseline; the promise draws itself.
 * @throws {RangeError} If a QK circuit is asked for without an offset where positions turn.
 * @throws {TypeError} If a QK circuit is asked for where queries and keys have a norm.
 *
 * @example
 * ```ts
 * import { eigenvalueScores, load } from "@innerworks/innerworks";
 * const scores = await eigenvalueScores(await load("seedling"), { circuits: ["OV"], samples: 8 });
 * if (scores.of("OV").copying.length !== 32) throw new Error("a score for each head");
 * ```
 */
export function eigenvalueScores(
  model: Transformer,
  options: EigenvalueScoresOptions = {},
): DrawnPromise<EigenvalueScores> {
  return drawn(() => score(model, options));
}

async function score(
  model: Transformer,
  options: EigenvalueScoresOptions,
): Promise<EigenvalueScores> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["circuits", "offset", "samples", "seed", "signal"]);
  const { circuits = ["OV", "fullOV"], offset, samples = 64, seed = 0, signal } = options;
  checkCircuits(circuits, samples);
  const { layers, heads, headWidth } = model.architecture, found: ScoredCircuit[] = [];
  for (const circuit of circuits) {
    const between = await tokensBetween(model, circuit, signal);
    try {
      const real: number[] = [], imaginary: number[] = [];
      for (let layer = 0; layer < layers; layer++) {
        const factors = tf.tidy(() => {
          const kind = circuit.endsWith("OV") ? "OV" : "QK";
          const { left, right } = headFactors(model, layer, kind, offset);
          return [left, between ? through(right, between) : right];
        });
        using circuits = disposing(new FactoredMatrix(factors[0]!, factors[1]!));
        const values = await circuits.matrix.eigenvalues(signal ? { signal } : {});
        real.push(...readNumbers(values.real));
        imaginary.push(...readNumbers(values.imaginary));
        values.dispose();
      }
      const baseline = await randomEigenvalues(model, { between, samples, seed, signal });
      const eigenvalues = {
        real: Float64Array.from(real),
        imaginary: Float64Array.from(imaginary),
      };
      const rank = real.length / (layers * heads);
      found.push({
        circuit,
        ...eigenvalueSummaries(eigenvalues, rank),
        eigenvalues,
        rank,
        baseline,
      });
    } finally {
      between?.dispose();
    }
  }
  const facts = { model: model.provenance.name, layers, heads, headWidth, offset: offset ?? null };
  return withOrigin(new EigenvalueScores(facts, found), model, {
    name: "eigenvalueScores",
    given: { options },
    seed,
  });
}

/** What stands between the two ends of a circuit in the space of tokens: W_U · W_E, or W_Eᵀ · W_E; null in that of the stream. */
async function tokensBetween(
  model: Transformer,
  circuit: EigenvalueCircuit,
  signal: AbortSignal | undefined,
): Promise<tf.Tensor2D | null> {
  if (!circuit.startsWith("full")) return null;
  const left = circuit === "fullOV" ? "unembedding" : "embedding";
  return await inSlices(vocabularyProduct(model, left), signal);
}

/** Frees a factored matrix at the end of a `using` block. */
function disposing(matrix: FactoredMatrix): Disposable & { readonly matrix: FactoredMatrix } {
  return { matrix, [Symbol.dispose]: () => matrix.dispose() };
}

function checkCircuits(circuits: readonly EigenvalueCircuit[], samples: number): void {
  if (!Array.isArray(circuits) || circuits.length === 0) {
    throw new TypeError(
      `Cannot ${purpose} as circuits must be a list of OV, QK, fullOV, fullQK: current value is ${
        Deno.inspect(circuits, { depth: 0 })
      }`,
    );
  }
  for (const circuit of circuits) {
    refuseUnknownWord(purpose, "circuits", circuit, ["OV", "QK", "fullOV", "fullQK"]);
  }
  if (Number.isSafeInteger(samples) && samples >= 2) return;
  throw new RangeError(
    `Cannot ${purpose} as samples must be a whole number from 2 on: current value is ${samples}`,
  );
}
