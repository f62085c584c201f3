/**
 * What becomes of predictions and of attention sinks once the darkest directions of the stream are suppressed.
 *
 * Cancedda, "Spectral Filters, Dark Signals, and Attention Sinks", 2024, https://arxiv.org/abs/2402.09221, sections 4 and 5.
 *
 * @module
 */

import { PromptsMark, type PromptTokens, type Transformer } from "../model/mod.ts";
import {
  checkModel,
  type Edit,
  exampleBatches,
  type Examples,
  project,
  run,
  type RunResult,
  type SiteName,
  withOrigin,
} from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import { qr, readNumbers, tf } from "../tensor/mod.ts";
import { DarkSignals, type DarkSignalsRow, type SignalNumbers } from "./dark_signals_result.ts";
import { spectroscopy } from "./spectroscopy.ts";
import type { Spectrum } from "./spectrum.ts";

/** Options for {@linkcode darkSignals}. */
export interface DarkSignalsOptions {
  /** The spectrum whose bands are suppressed. @default {that of W_U in 20 bands, the last norm's gain counted in} */
  readonly spectrum?: Spectrum;
  /** Which bands are suppressed together, one list after the other. @default {the darkest, the two darkest, … up to five} */
  readonly sets?: readonly (readonly number[])[];
  /** Where they are suppressed. @default {"blocks.*.resid_post"} */
  readonly at?: SiteName;
  /** How many positions at the start of each example are left alone, so that a sink there survives. @default {1} */
  readonly skip?: number;
  /** What the directions of chance are drawn by, of which as many are suppressed for comparison. @default {0} */
  readonly seed?: number;
  /** The most examples of one pass. @default {as many as hold 256 tokens} */
  readonly batch?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
  /** Called after every batch. */
  readonly onProgress?: (progress: { readonly examples: number }) => void;
}

/** What {@linkcode DarkSignalsOptions} may hold. */
const OPTIONS = ["spectrum", "sets", "at", "skip", "seed", "batch", "signal", "onProgress"];

/**
 * Suppresses bands of the spectrum and measures the loss of each token and the attention to the first.
 *
 * The attention is each head's weight on position 0, averaged over the queries after it. Beside each set of bands stands what
 * the suppression of as many directions drawn by chance does. Suppression at the sink's own position (`skip: 0`) destroys the
 * sink itself.
 *
 * @param model The model.
 * @param texts Prompts, a `TokenDataset`, or anything that brings texts or token ids one after another; of two tokens at least.
 * @param options Which bands, where.
 * @returns For each set the loss and the attention, beside those without suppression and those of chance. The promise draws
 * itself.
 * @throws {RangeError} If there is no such band, no example, or one is not longer than what is skipped.
 *
 * @example
 * ```ts
 * import { darkSignals, load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const texts = ["The capital of France is Paris.", "One day, Emma went to the park."];
 * const { rows, plain } = await darkSignals(model, texts, { sets: [[-1]] });
 * if (!(rows[0]!.loss !== plain.loss)) throw new Error("the darkest band does something");
 * ```
 */
export function darkSignals(
  model: Transformer,
  texts: Examples,
  options: DarkSignalsOptions = {},
): DrawnPromise<DarkSignals> {
  return drawn(() => measure(model, texts, options));
}

async function measure(
  model: Transformer,
  texts: Examples,
  options: DarkSignalsOptions,
): Promise<DarkSignals> {
  const purpose = "measure dark signals";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, OPTIONS);
  const { at = "blocks.*.resid_post", skip = 1, seed = 0, signal } = options;
  if (!Number.isInteger(skip) || skip < 0) {
    throw new RangeError(
      `Cannot ${purpose} as skip must be a whole number from 0 on: current value is ${skip}`,
    );
  }
  const spectrum = options.spectrum ?? await spectroscopy(model, signal ? { signal } : {});
  const sets = options.sets ?? tails(spectrum), where = { positions: { from: skip } };
  const bases = sets.map((bands) => spectrum.directions(bands));
  const edits: (Edit | null)[] = [null];
  for (const [i, bands] of sets.entries()) {
    edits.push(spectrum.suppress(bands, at, where));
    edits.push(project(at, await chance(spectrum.width, bases[i]!.length, seed), where));
  }
  const mark = new PromptsMark();
  const { examples, sums } = await sumUp(model, texts, { edits, skip, mark, options });
  const [plain, ...found] = sums.map((sum) => sum.numbers());
  const rows = sets.map((bands, i): DarkSignalsRow => ({
    bands: bands.map((band) => spectrum.band(band).band),
    directions: bases[i]!.length,
    ...found[2 * i]!,
    chance: found[2 * i + 1]!,
  }));
  const { of, gains } = spectrum;
  const facts = { model: model.provenance.name, of, gains, at: String(at), skip, seed, examples };
  return withOrigin(new DarkSignals({ ...facts, plain: plain!, rows }), model, {
    name: "darkSignals",
    given: { texts, options },
    prompts: mark,
  });
}

/** Runs all examples with each of the edits, null for none, and adds up what is measured. */
async function sumUp(
  model: Transformer,
  texts: Examples,
  { edits, skip, mark, options: { batch, signal, onProgress } }: {
    edits: readonly (Edit | null)[];
    mark: PromptsMark;
    skip: number;
    options: DarkSignalsOptions;
  },
): Promise<{ examples: number; sums: readonly SignalSum[] }> {
  const sums = edits.map(() => new SignalSum(model)), rest = signal ? { signal } : {};
  let examples = 0;
  const sized = batch === undefined ? {} : { batch };
  for await (const prompts of exampleBatches(model, texts, { ...sized, ...rest, mark })) {
    checkLength(prompts, skip);
    for (const [i, edit] of edits.entries()) {
      using result = await run(model, prompts.map(({ ids }) => ids), {
        capture: ["blocks.*.attn.pattern"],
        edits: edit ? [edit] : [],
        ...rest,
      });
      sums[i]!.add(result);
    }
    examples += prompts.length;
    onProgress?.({ examples });
  }
  signal?.throwIfAborted();
  if (examples > 0) return { examples, sums };
  throw new RangeError("Cannot measure dark signals as the data must hold an example: it is empty");
}

/** The darkest bands, one, two and so on. */
function tails({ bands }: Spectrum): number[][] {
  return Array.from(
    { length: Math.min(5, bands) },
    (_, i) => Array.from({ length: i + 1 }, (_, j) => -1 - j),
  );
}

/** As many orthonormal directions drawn by chance. */
async function chance(width: number, count: number, seed: number): Promise<number[][]> {
  const draws = new RandomStream(seed, `directions of chance ${count}`).normals(width * count);
  const rows = tf.tensor2d(draws, [width, count]), { Q, R } = await qr(rows);
  const numbers = readNumbers(Q);
  tf.dispose([rows, Q, R]);
  return Array.from(
    { length: count },
    (_, column) => Array.from({ length: width }, (_, i) => numbers[i * count + column]!),
  );
}

function checkLength(prompts: readonly PromptTokens[], skip: number): void {
  const { length } = prompts[0]!.ids;
  if (length > Math.max(1, skip)) return;
  throw new RangeError(
    `Cannot measure dark signals as an example must have more than ${
      Math.max(1, skip)
    } tokens: one has ${length}`,
  );
}

/** Losses and attention to the first token, added up. */
class SignalSum {
  #loss = 0;
  #losses = 0;
  #queries = 0;
  readonly #layers: number;
  readonly #heads: number;
  readonly #attention: Float64Array;

  constructor({ architecture: { layers, heads } }: Transformer) {
    this.#layers = layers;
    this.#heads = heads;
    this.#attention = new Float64Array(layers * heads);
  }

  /** Takes in prompts of one length. */
  add(result: RunResult): void {
    const batch = result.tokens.length, length = result.tokens[0]!.ids.length;
    for (const loss of result.loss.flatMap((row) => [...row])) {
      if (Number.isNaN(loss)) continue;
      this.#loss += loss;
      this.#losses++;
    }
    this.#queries += batch * (length - 1);
    for (let layer = 0; layer < this.#layers; layer++) {
      const pattern = result.cache.get(`blocks.${layer}.attn.pattern`).dataSync();
      for (let head = 0; head < this.#heads; head++) {
        for (let example = 0; example < batch; example++) {
          for (let query = 1; query < length; query++) {
            const at = ((head * batch + example) * length + query) * length;
            this.#attention[layer * this.#heads + head]! += pattern[at]!;
          }
        }
      }
    }
  }

  numbers(): SignalNumbers {
    const attention = Array.from(
      { length: this.#layers },
      (_, layer) =>
        [...this.#attention.subarray(layer * this.#heads, (layer + 1) * this.#heads)]
          .map((sum) => sum / this.#queries),
    );
    const all = attention.flat();
    return {
      loss: this.#loss / this.#losses,
      attention,
      meanAttention: all.reduce((sum, x) => sum + x, 0) / all.length,
    };
  }
}
