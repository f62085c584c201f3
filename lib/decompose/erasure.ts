/**
 * Whether later heads take away what an earlier component wrote.
 *
 * Dao et al., "An Adversarial Example for Direct Logit Attribution: Memory Management in GELU-4L", 2023: a head that erases writes
 * about −1 times the projection onto what was written. Then the writer's direct attribution misleads, for what it wrote never
 * reaches the logits; Janiak et al., 2024.
 *
 * @module
 */

import { PromptsMark, type Site, type Transformer } from "../model/mod.ts";
import { checkModel, exampleBatches, type Examples, run, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { einsum, tf } from "../tensor/mod.ts";
import { Erasure, type ErasureValues } from "./erasure_result.ts";
import { FrozenRun, frozenSites, linearNorm, refuseClip } from "./frozen_run.ts";
import { type HeadPlace, headPlace } from "./head_place.ts";
import { readOnce } from "./read_once.ts";
import { unembeddingOf } from "./token_products.ts";

/** What writes to the stream: a head, a feed-forward network, or the embeddings with their positions. */
export type StreamWriter =
  | HeadPlace
  | { readonly layer: number; readonly part: "feed-forward" }
  | "embeddings";

/** Options for {@linkcode erasure}. */
export interface ErasureOptions {
  /** The most examples of one pass. @default {as many as hold 256 tokens} */
  readonly batch?: number;
  /** Stops the work between two batches. */
  readonly signal?: AbortSignal;
}

const purpose = "look for erasure";

/**
 * Compares what each head of the later layers writes with what an earlier component wrote at the same position.
 *
 * The projection ratio of a head's write a on the earlier write b is (a·b)/‖b‖²: about −1 where the head takes away all of b. Were
 * a of no particular direction, the ratio would be 0 with the deviation ‖a‖/(‖b‖·√width), which stands beside it. The correlation
 * is that between the writer's direct attribution to the logit of the token that follows, and the negative attribution of the
 * head, over all positions; it is 1 where one always undoes the other, and 0 ± 1/√(n − 1) by chance. Heads write without biases
 * here, through any norm behind attention, and attribution holds the last norm's scale fixed.
 *
 * @param model The model.
 * @param examples Prompts, a data set, or anything that brings texts or token ids.
 * @param writer What wrote: `{ layer, head }`, `{ layer, part: "feed-forward" }` or `"embeddings"`.
 * @param options How many examples a pass takes.
 * @returns Ratios and correlations by later head, position 0 apart, with their baselines; the promise draws itself.
 * @throws {RangeError} If there is no such writer, no later head, or no example of two tokens.
 * @throws {TypeError} If values are cut off, or the stream itself is normalised.
 *
 * @example
 * ```ts
 * import { erasure, load } from "@innerworks/innerworks";
 * const found = await erasure(await load("seedling"), ["Once upon a time there was"], { layer: 0, head: 2 });
 * if (found.heads.length !== 24) throw new Error("the heads of three later layers");
 * ```
 */
export function erasure(
  model: Transformer,
  examples: Examples,
  writer: StreamWriter,
  options: ErasureOptions = {},
): DrawnPromise<Erasure> {
  return drawn(() => look(model, examples, writer, options));
}

async function look(
  model: Transformer,
  examples: Examples,
  writer: StreamWriter,
  options: ErasureOptions,
): Promise<Erasure> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["batch", "signal"]);
  const place = checkedWriter(model, writer), from = place.layer + 1, { signal } = options;
  const { architecture: { layers, width, heads }, sites, provenance } = model;
  const capture: Site[] = [
    ...frozenSites(model),
    ...sites.blocks.map(({ resid_pre }) => resid_pre),
    ...place.sites,
  ];
  const found: ErasureValues[] = Array.from({ length: (layers - from) * heads }, (_, i) => ({
    layer: from + Math.floor(i / heads),
    head: i % heads,
    ratios: [],
    first: [],
    chance: [],
    attributions: [],
  }));
  const written: number[] = [], mark = new PromptsMark();
  for await (const prompts of exampleBatches(model, examples, { ...options, mark })) {
    using result = await run(model, prompts.map(({ ids }) => ids), {
      capture,
      ...signal ? { signal } : {},
    });
    for (const example of prompts.keys()) {
      gather(new FrozenRun(model, result, example), place, { found, written, from });
    }
  }
  signal?.throwIfAborted();
  if (written.length === 0) {
    throw new RangeError(`Cannot ${purpose} as an example must have at least three tokens`);
  }
  return withOrigin(
    new Erasure({ model: provenance.name, writer: place.text, width }, found, written),
    model,
    { name: "erasure", given: { examples, writer, options }, prompts: mark },
  );
}

/** Refuses what cannot be compared. */
function checkedWriter(model: Transformer, writer: StreamWriter): Writer {
  refuseClip(model, purpose);
  const { norms, layers } = model.architecture;
  if (norms === "stream") {
    throw new TypeError(
      `Cannot ${purpose} as the stream must be a sum of what was written: ${model.provenance.name} normalises the stream itself`,
    );
  }
  const place = writerOf(model, writer);
  if (place.layer + 1 < layers) return place;
  throw new RangeError(
    `Cannot ${purpose} as the writer must stand before the last layer, ${
      layers - 1
    }: current value is layer ${place.layer}`,
  );
}

/** A writer as it is read from a run. */
interface Writer {
  readonly text: string;
  /** Its layer; −1 for the embeddings. */
  readonly layer: number;
  readonly sites: readonly Site[];
  /** What it wrote, `[position, width]`. */
  readonly write: (frozen: FrozenRun) => tf.Tensor;
}

function writerOf(model: Transformer, writer: StreamWriter): Writer {
  const { sites } = model;
  if (writer === "embeddings") {
    const names = [sites.embed, ...sites.pos_embed ? [sites.pos_embed] : []];
    const write = (frozen: FrozenRun) => tf.addN(names.map((site) => frozen.value(site)));
    return { text: "the embeddings", layer: -1, sites: names, write };
  }
  if (typeof writer === "object" && writer !== null && "part" in writer) {
    const { layer } = headPlace(model, { layer: writer.layer, head: 0 }, purpose);
    if (writer.part !== "feed-forward") {
      throw new RangeError(
        `Cannot ${purpose} as the part of a layer must be "feed-forward": current value is ${
          Deno.inspect(writer.part, { depth: 0 })
        }`,
      );
    }
    const site = sites.blocks[layer]!.mlp_out;
    const write = (frozen: FrozenRun) => frozen.value(site);
    return { text: `feed-forward ${layer}`, layer, sites: [site], write };
  }
  const { layer, head } = headPlace(model, writer as HeadPlace, purpose);
  const write = (frozen: FrozenRun) => tf.unstack(headsOf(frozen, layer))[head]!;
  return { text: `head ${layer}.${head}`, layer, sites: [], write };
}

/** What the heads of a layer wrote, `[head, position, width]`. */
function headsOf(frozen: FrozenRun, layer: number): tf.Tensor {
  return frozen.headWrites(layer, frozen.value(`blocks.${layer}.resid_pre`));
}

/** Adds the numbers of one example. */
function gather(
  frozen: FrozenRun,
  writer: Writer,
  { found, written, from }: { found: ErasureValues[]; written: number[]; from: number },
): void {
  const { model, prompt: { ids } } = frozen, length = ids.length;
  const { heads, layers, width } = model.architecture;
  if (length < 3) return;
  const next = ids.slice(1), parts = 3 * heads + 1;
  for (let layer = from; layer < layers; layer++) {
    const numbers = readOnce(() => {
      const b = writer.write(frozen), a = headsOf(frozen, layer), square = b.square().sum(1);
      const towards = tf.transpose(unembeddingOf(model, next)), last = frozen.norm("ln_final");
      const attribution = (x: tf.Tensor) => {
        const read = tf.slice(linearNorm(x.expandDims(0), last), [0, 0, 0], [1, length - 1, width]);
        return tf.pad(read.squeeze([0]).mul(towards).sum(1), [[0, 1]]).expandDims(0);
      };
      return tf.concat([
        einsum("hpw,pw->hp", a, b).div(square),
        a.square().sum(2).div(square.mul(width)).sqrt(),
        tf.concat(tf.unstack(a).map(attribution)),
        attribution(b),
      ]); // [3 heads + 1, position]
    });
    const at = (row: number, position: number) => numbers[row * length + position]!;
    for (let head = 0; head < heads; head++) {
      const own = found[(layer - from) * heads + head]!;
      own.first.push(at(head, 0));
      for (let position = 1; position < length; position++) {
        own.ratios.push(at(head, position));
        own.chance.push(at(heads + head, position));
        if (position < length - 1) own.attributions.push(at(2 * heads + head, position));
      }
    }
    if (layer > from) continue;
    for (let position = 1; position < length - 1; position++) written.push(at(parts - 1, position));
  }
}
