/**
 * Patchscopes: a state of one text, put into another text that makes the model say what is in it.
 *
 * @module
 */

import type { Prompt, PromptTokens, Transformer } from "../model/mod.ts";
import {
  type Cache,
  checkModel,
  type Edit,
  generate,
  type NextToken,
  ofCache,
  replace,
  run,
  withOrigin,
} from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { refuseOddSignal, tf } from "../tensor/mod.ts";
import { rowsAtOnce } from "./lens_rows.ts";
import { type PatchedText, Patchscope } from "./patchscope_result.ts";
import { readOut } from "./read_out.ts";
import { onePrompt, positionIn, streamNumber, streamSite } from "./stream_site.ts";

/** Where the state comes from. */
export interface PatchSource {
  /** The text, or its token ids. */
  readonly prompt: Prompt;
  /** The position of the state; negative ones count from the end. @default {-1} */
  readonly position?: number;
  /**
   * The stream, or several: 0 enters the first block, as many as there are blocks is the last; negative ones count from
   * there. @default {all}
   */
  readonly layer?: number | readonly number[];
  /** What is changed in the run that the state is taken from. @default {nothing} */
  readonly edits?: readonly Edit[];
}

/** Where the state is put, and what is read there. */
export interface PatchTarget {
  /** The text, or its token ids. @default {the identity prompt, "cat -> cat; 1135 -> 1135; hello -> hello; ?"} */
  readonly prompt?: Prompt;
  /** The position, or several that all get the state (SelfIE's placeholders). @default {-1} */
  readonly position?: number | readonly number[];
  /** The stream, or several. @default {the layer of the source, for each} */
  readonly layer?: number | readonly number[];
  /** What the state `[width]` goes through before it is put in. @default {nothing} */
  readonly map?: (state: tf.Tensor1D, layers: PatchLayers) => tf.Tensor;
  /** How many tokens are written after the target; 0 reads the next token alone. @default {5} */
  readonly tokens?: number;
  /** How many of the likeliest next tokens are listed. @default {5} */
  readonly top?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/** From which stream a state goes into which. */
export interface PatchLayers {
  /** The stream that it comes from. */
  readonly source: number;
  /** The stream that it is put into. */
  readonly target: number;
}

/** The prompt of Ghandeharioun et al. that makes a model repeat what stands at its end. */
export const identityPrompt = "cat -> cat; 1135 -> 1135; hello -> hello; ?";

const PURPOSE = "use a patchscope";
const targetOptions = ["prompt", "position", "layer", "map", "tokens", "top", "signal"];

/**
 * Puts a state of the residual stream of one text into another text, and reads what the model then says (Ghandeharioun et
 * al. 2024, "Patchscopes"; with several positions, as SelfIE, Chen et al. 2024).
 *
 * The logit lens is the case of the last stream put at the last position of anything; an activation patch is the case of one
 * layer and no map; source and target alike are no change at all. Layers are counted by streams here, from 0 to the number of
 * blocks: the last is that before the last norm, so that nothing is normalised twice (in the paper's code the last hidden
 * state is normalised already). The target's keys and values are computed with the state in its place. Between layers far
 * apart states differ in size, which `map` may mend.
 *
 * @param model The model.
 * @param source The text, position and layers of the state.
 * @param target The text, position and layers that it is put into, and how much is read.
 * @returns For each pair of layers the likeliest next tokens and the text that is written on, beside those without a patch.
 * The promise draws itself.
 * @throws {RangeError} If a layer or position does not exist; or tokens are written, and the state would be put on the
 * beginning-of-text token: all later tokens lean on what stands there, so what they say would tell of that loss.
 *
 * @example
 * ```ts
 * import { load, patchscope } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const source = { prompt: "When Mary and John went to the store, John gave a key to", layer: 4 };
 * const { patches } = await patchscope(model, source, { prompt: "The capital of France is", tokens: 1 });
 * if (patches[0]!.text !== " Mary") throw new Error("the last stream decides, wherever it stands");
 * ```
 */
export function patchscope(
  model: Transformer,
  source: PatchSource,
  target: PatchTarget = {},
): DrawnPromise<Patchscope> {
  return drawn(() => patch(model, source, target));
}

async function patch(
  model: Transformer,
  source: PatchSource,
  target: PatchTarget,
): Promise<Patchscope> {
  checkModel(model, PURPOSE);
  refuseUnknownOptions("take a state", source, ["prompt", "position", "layer", "edits"]);
  refuseUnknownOptions("put a state", target, targetOptions);
  const { tokens = 5, signal } = target;
  refuseOddSignal(signal);
  const from = onePrompt(model.tokenize(source.prompt), "take a state");
  const into = onePrompt(model.tokenize(target.prompt ?? identityPrompt), "put a state");
  const position = positionIn(from, source.position ?? -1, "take a state");
  const positions = ([target.position ?? -1].flat() as number[])
    .map((one) => positionIn(into, one, "put a state"));
  refuseBeginning(into, positions, tokens);
  const layers = pairsOf(model, source, target);
  using given = await run(model, [...from.ids], {
    capture: [...new Set(layers.map(({ source }) => streamSite(model, source)))],
    stop: model.architecture.layers,
    edits: source.edits ?? [],
    ...signal ? { signal } : {},
  });
  const baseline = (await readPatched(model, into, [[]], target))[0]!;
  const patches: PatchedText[] = [];
  const step = Math.max(1, Math.floor(rowsAtOnce(model) / into.ids.length));
  for (let at = 0; at < layers.length; at += step) {
    const made: tf.Tensor[] = [], some = layers.slice(at, at + step);
    try {
      const edits = some.map((pair, row) => {
        const value = stateOf(model, given.cache, { ...target, pair, position });
        if (value instanceof tf.Tensor) made.push(value);
        return [replace(streamSite(model, pair.target), value, { positions, examples: row })];
      });
      const read = await readPatched(model, into, edits, target);
      some.forEach((pair, row) => patches.push({ ...pair, ...read[row]! }));
    } finally {
      tf.dispose(made);
    }
  }
  const facts = { model: model.provenance.name, source: from, position, target: into, positions };
  return withOrigin(new Patchscope(facts, patches, baseline), model, {
    name: "patchscope",
    given: { source: { ...source, prompt: from }, target },
    prompts: [from, into],
  });
}

/** What the model says after the target, for each row of edits. */
async function readPatched(
  model: Transformer,
  into: PromptTokens,
  rows: readonly (readonly Edit[])[],
  { tokens = 5, top = 5, signal }: PatchTarget,
): Promise<{ next: readonly NextToken[]; text: string }[]> {
  const prompts = rows.map(() => [...into.ids]), edits = rows.flat();
  const rest = signal ? { signal } : {}, { layers } = model.architecture;
  const site = streamSite(model, layers);
  using result = await run(model, prompts, { edits, capture: [site], stop: layers, ...rest });
  const stream = result.cache.get(site),
    [, length, width] = stream.shape as [number, number, number];
  const last = tf.tidy(() => tf.slice(stream, [0, length - 1, 0], [rows.length, 1, width]));
  try {
    const { rows: read } = await readOut(model, last, { top, ...rest });
    const texts = tokens > 0 ? (await written(model, prompts, edits, { tokens, ...rest })) : [];
    return read.map(({ top }, row) => ({ next: top, text: texts[row] ?? "" }));
  } finally {
    last.dispose();
  }
}

async function written(
  model: Transformer,
  prompts: readonly (readonly number[])[],
  edits: readonly Edit[],
  options: { readonly tokens: number; readonly signal?: AbortSignal },
): Promise<string[]> {
  using generation = await generate(model, prompts, { edits, ...options });
  // An aborted generation is a result for those who stream; here it is half a table.
  options.signal?.throwIfAborted();
  return generation.texts.map(({ text }) => text);
}

/** The state: what the cache holds, or what the map made of it, the caller's to free. */
function stateOf(
  model: Transformer,
  cache: Cache,
  { pair, position, map }: Pick<PatchTarget, "map"> & {
    readonly pair: PatchLayers;
    readonly position: number;
  },
): ReturnType<typeof ofCache> | tf.Tensor {
  const site = streamSite(model, pair.source), { width } = model.architecture;
  if (!map) return ofCache(cache, { at: site, positions: position, examples: 0 });
  return tf.tidy(() => {
    const state = tf.slice(cache.get(site), [0, position, 0], [1, 1, width]).reshape<tf.Tensor1D>([
      width,
    ]);
    const made = map(state, pair);
    if (made instanceof tf.Tensor && made.size === width && made.shape.at(-1) === width) {
      return made.reshape([width]).clone();
    }
    throw new TypeError(
      `Cannot put a state that a map made as it must be a tensor [${width}]: it is ${
        made instanceof tf.Tensor ? `[${made.shape.join(", ")}]` : typeof made
      }`,
    );
  });
}

/** Which streams go into which: each with each, or each into its own. */
function pairsOf(model: Transformer, source: PatchSource, target: PatchTarget): PatchLayers[] {
  const all = Array.from({ length: model.architecture.layers + 1 }, (_, layer) => layer);
  const listed = (wanted: number | readonly number[], purpose: string) => {
    const list = [wanted].flat() as number[];
    if (list.length > 0) return list.map((layer) => streamNumber(model, layer, purpose));
    throw new RangeError(`Cannot ${purpose} as there must be a layer: there is none`);
  };
  const from = listed(source.layer ?? all, "take a state");
  if (target.layer === undefined) return from.map((layer) => ({ source: layer, target: layer }));
  const into = listed(target.layer, "put a state");
  return from.flatMap((source) => into.map((target) => ({ source, target })));
}

/** Refuses to write on after the token that all others lean on was overwritten. */
function refuseBeginning(
  { beginning, tokens: [first] }: PromptTokens,
  positions: readonly number[],
  tokens: number,
): void {
  if (tokens === 0 || !beginning || !positions.includes(0)) return;
  throw new RangeError(
    `Cannot write on after a state was put at position 0 as it must not replace the beginning-of-text token ${
      JSON.stringify(first!.text)
    }: heads rest on it in every later token, so that the text would tell of its loss and not of the state; give another position, or tokens: 0 to read the next token alone`,
  );
}
