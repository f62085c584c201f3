/**
 * The attention lens: what each head writes, read in the vocabulary.
 *
 * @module
 */

import {
  exactMechanisms,
  lastScale,
  type Prompt,
  readLogits,
  type Transformer,
} from "../model/mod.ts";
import { type Cache, checkModel, type Edit, run, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { inSlices, numbers, refuseOddSignal, tf } from "../tensor/mod.ts";
import { AttentionLens, type LayerReading } from "./attention_lens_result.ts";
import { type Contributions, layerReading } from "./head_contributions.ts";
import { checkTop, trackedTokens } from "./read_out.ts";
import { rowReading } from "./row_reading.ts";
import { onePrompt, positionIn, streamSite } from "./stream_site.ts";
import { tokenIds, type TokenName } from "./token_ids.ts";

/** Options for {@linkcode attentionLens}. */
export interface AttentionLensOptions {
  /** The layers; negative ones count from the last. @default {all} */
  readonly layers?: number | readonly number[];
  /** The heads that are listed; the sums are of all heads. @default {all} */
  readonly heads?: number | readonly number[];
  /** The position at which heads are read; negative ones count from the end. @default {-1} */
  readonly position?: number;
  /** How many tokens are listed on either side, promoted and suppressed. @default {5} */
  readonly top?: number;
  /** Tokens whose contributions are listed whatever their size. @default {none} */
  readonly track?: TokenName | readonly TokenName[];
  /** Whether what heads write goes through the last norm, at the scale of the last stream, or not. @default {"frozen"} */
  readonly norm?: "frozen" | "none";
  /** What is changed in the run. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

const known = ["layers", "heads", "position", "top", "track", "norm", "edits", "signal"];
const PURPOSE = "use an attention lens";

/**
 * Reads what each head writes at a position as contributions to the logits: one linear map from the stream to the vocabulary
 * for each head, which begins as W_U (Sakarvadia et al. 2023, "Attention Lens"). They train these maps, so that the sum
 * over a layer's heads predicts what the model predicts; here they stay what they begin as, W_U behind the last norm, and
 * how far the sum of a layer is from the model's prediction is given beside that of no prediction at all.
 *
 * Without training the heads' contributions add up to what attention as a whole contributes, less its bias. Norms behind
 * attention are frozen at their scale in this run. Contributions are before any soft cap. A number that a head adds to all
 * tokens changes no prediction: each contribution stands beside the mean of all tokens.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options Which heads, where, and how many tokens.
 * @returns For each head the tokens that it raises and lowers most, in logits. The promise draws itself.
 * @throws {RangeError} If a layer, head or position does not exist, there are several prompts, or norms stand on the stream,
 * where no head writes to the logits directly.
 *
 * @example
 * ```ts
 * import { attentionLens, load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const { layers } = await attentionLens(model, prompt, { layers: 3 });
 * const best = layers[0]!.heads.map(({ promoted }) => promoted[0]!.token.text);
 * if (!best.includes(" Mary")) throw new Error("some head writes Mary");
 * ```
 */
export function attentionLens(
  model: Transformer,
  prompt: Prompt,
  options: AttentionLensOptions = {},
): DrawnPromise<AttentionLens> {
  return drawn(() => look(model, prompt, options));
}

async function look(
  model: Transformer,
  prompt: Prompt,
  options: AttentionLensOptions,
): Promise<AttentionLens> {
  const asked = checked(model, prompt, options), { layers, heads, position, tracked, norm } = asked;
  const { top = 5, edits = [], signal } = options, { layers: count } = model.architecture;
  const last = streamSite(model, count);
  using result = await run(model, prompt, {
    capture: [last, ...layers.flatMap((layer) => writtenSites(model, layer))],
    stop: count,
    edits,
    ...signal ? { signal } : {},
  });
  const final = at(result.cache, last, position), scale = lastScale(model.weights, final);
  const how = { norm, linear: true, ...norm === "frozen" ? { scale } : {} } as const;
  try {
    const { end } = await numbers(() => ({ end: readLogits(model.weights, final) }));
    const readings: LayerReading[] = [];
    for (const layer of layers) {
      const logits = await contributions(model, result.cache, { layer, position, how });
      const work = layerReading(model, logits, { layer, heads, top, tracked, end });
      readings.push(await inSlices(work, signal));
    }
    const { entropy } = rowReading(model, end, { top: 0, tracked: [] });
    return withOrigin(
      new AttentionLens({
        model: result.model,
        prompt: asked.tokens,
        position,
        norm,
        tracked: trackedTokens(model, tracked),
        edits,
        uniform: Math.log(end.length) - entropy,
      }, readings),
      model,
      {
        name: "attentionLens",
        given: { prompt: [asked.tokens], options },
        prompts: [asked.tokens],
      },
    );
  } finally {
    tf.dispose([final, scale]);
  }
}

/** What is asked for, with everything that cannot be meant refused. */
function checked(model: Transformer, prompt: Prompt, options: AttentionLensOptions) {
  checkModel(model, PURPOSE);
  refuseUnknownOptions(PURPOSE, options, known);
  const { top = 5, track = [], norm = "frozen", signal } = options;
  refuseUnknownWord(PURPOSE, "norm", norm, ["frozen", "none"]);
  refuseOddSignal(signal);
  checkTop(model, top, PURPOSE, 1);
  refuseStreamNorms(model);
  const tokens = onePrompt(model.tokenize(prompt), PURPOSE);
  return {
    tokens,
    norm,
    position: positionIn(tokens, options.position ?? -1, PURPOSE),
    layers: chosen(options.layers, model.architecture.layers, "layer"),
    heads: chosen(options.heads, model.architecture.heads, "head"),
    tracked: tokenIds(model, track, "track a token"),
  };
}

/** The sites of a layer that say what its heads write. */
function writtenSites(
  { architecture: { norms = "before" } }: Transformer,
  layer: number,
): string[] {
  const sites = ["attn.result", "attn_out", ...norms === "before" ? [] : ["ln1_post.scale"]];
  return sites.map((site) => `blocks.${layer}.${site}`);
}

async function contributions(
  model: Transformer,
  cache: Cache,
  { layer, position, how }: {
    readonly layer: number;
    readonly position: number;
    readonly how: Parameters<typeof readLogits>[2];
  },
): Promise<Contributions> {
  return await numbers(() => {
    const results = at(cache, `blocks.${layer}.attn.result`, position); // [head, width]
    const out = at(cache, `blocks.${layer}.attn_out`, position);
    const written = throughPostNorm(model, cache, { layer, position }, results);
    const bias = biasOf(model, cache, { layer, position });
    return {
      heads: readLogits(model.weights, written, how),
      whole: readLogits(model.weights, out.sub(bias), how),
    };
  });
}

/** A site's vectors at a position, `[row, width]`: a row for each head, or one. */
function at(cache: Cache, site: string, position: number): tf.Tensor2D {
  const value = cache.get(site), [length, width] = value.shape.slice(-2) as [number, number];
  return tf.tidy(() =>
    tf.slice(value.reshape([-1, length, width]), [0, position, 0], [-1, 1, width])
      .reshape([-1, width])
  );
}

/** What a norm behind attention makes of parts of what is written, at the scale that the whole had; without its bias. */
function throughPostNorm(
  model: Transformer,
  cache: Cache,
  { layer, position }: { readonly layer: number; readonly position: number },
  parts: tf.Tensor,
): tf.Tensor {
  const { weights, architecture } = model, { norms = "before", norm } = architecture;
  if (norms === "before") return parts;
  const value = cache.get(`blocks.${layer}.ln1_post.scale`);
  const scale = tf.slice(value.reshape([-1, 1]), [position, 0], [1, 1]);
  const divided = exactMechanisms.normalize(parts, scale, { centre: norm.kind === "layer" });
  return divided.mul(weights.norm(`blocks.${layer}.ln1_post`).gain);
}

/** What attention adds whatever its heads do, `[1, width]`. */
function biasOf(
  model: Transformer,
  cache: Cache,
  place: { readonly layer: number; readonly position: number },
): tf.Tensor {
  const { writingScale = 1, norms = "before", width } = model.architecture;
  const own = model.layerWeight(place.layer, "b_O")!.tensor().reshape([1, width]).mul(writingScale);
  const through = throughPostNorm(model, cache, place, own);
  const bias = norms === "before"
    ? null
    : model.weights.norm(`blocks.${place.layer}.ln1_post`).bias;
  return bias ? through.add(bias) : through;
}

function refuseStreamNorms({ architecture: { norms }, provenance }: Transformer): void {
  if (norms !== "stream") return;
  throw new RangeError(
    `Cannot ${PURPOSE} of ${provenance.name} as heads must write to the stream past all norms: its norms stand on the stream itself`,
  );
}

/** Layers or heads, counted from 0, in the order given. */
function chosen(
  wanted: number | readonly number[] | undefined,
  count: number,
  what: "layer" | "head",
): number[] {
  if (wanted === undefined) return Array.from({ length: count }, (_, i) => i);
  const list = [wanted].flat() as number[];
  if (list.length === 0) {
    throw new RangeError(`Cannot ${PURPOSE} as there must be a ${what}: there is none`);
  }
  return list.map((one) => {
    const from = one < 0 ? count + one : one;
    if (Number.isInteger(from) && from >= 0 && from < count) return from;
    throw new RangeError(
      `Cannot ${PURPOSE} of ${what} ${one} as it must be from ${-count} to ${count - 1}`,
    );
  });
}
