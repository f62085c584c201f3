/**
 * How much each component changes the stream: by length, by direction, and by its share in what comes out.
 *
 * Kobayashi et al., "Incorporating Residual and Normalization Layers into Analysis of Masked Language Models", 2021, measure a
 * mixing ratio; the share here is signed, and shares sum to 1.
 *
 * @module
 */

import { PromptsMark, type Site, type Transformer } from "../model/mod.ts";
import { checkModel, exampleBatches, type Examples, run, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";
import { type ContributionValues, ResidualContributions } from "./contributions_result.ts";
import { FrozenRun, frozenSites, refuseClip } from "./frozen_run.ts";
import { readOnce } from "./read_once.ts";

/** Options for {@linkcode residualContributions}. */
export interface ResidualContributionsOptions {
  /** Whether attention is split into its heads, and what is left of it: b_O and other biases. @default {"whole"} */
  readonly attention?: "whole" | "heads";
  /** The most examples of one pass. @default {as many as hold 256 tokens} */
  readonly batch?: number;
  /** Stops the work between two batches. */
  readonly signal?: AbortSignal;
}

const purpose = "measure contributions to the stream";

/**
 * Measures for each block what each component adds to the stream: with x the stream as it enters the block, Δ what a component
 * writes and x' = x + ΣΔ the stream as it leaves, the length ratio ‖Δ‖/‖x‖, the cosine of Δ and x, and the share (Δ·x')/‖x'‖².
 *
 * Shares of the entering stream and of all components sum to 1 at every position. Both ratios depend on the position, so that
 * medians are taken over positions from 1 on, and position 0 stands apart.
 *
 * @param model The model.
 * @param examples Prompts, a data set, or anything that brings texts or token ids.
 * @param options Whether attention is split into heads.
 * @returns Medians and quartiles by block and component; the promise draws itself.
 * @throws {TypeError} If the model normalises the stream itself, for then it is no sum of what was written; or heads are asked for
 * where values are cut off.
 * @throws {RangeError} If there are no examples.
 *
 * @example
 * ```ts
 * import { load, residualContributions } from "@innerworks/innerworks";
 * const found = await residualContributions(await load("seedling"), ["Once upon a time there was a girl"]);
 * if (found.components.length !== 4 * 3) throw new Error("the entering stream, attention and neurons of four blocks");
 * ```
 */
export function residualContributions(
  model: Transformer,
  examples: Examples,
  options: ResidualContributionsOptions = {},
): DrawnPromise<ResidualContributions> {
  return drawn(() => measure(model, examples, options));
}

async function measure(
  model: Transformer,
  examples: Examples,
  options: ResidualContributionsOptions,
): Promise<ResidualContributions> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["attention", "batch", "signal"]);
  const { attention = "whole", batch, signal } = options, { layers } = model.architecture;
  refuseOdd(model, attention);
  const capture: Site[] = [
    ...model.sites.blocks.flatMap(({ resid_pre, resid_post, attn_out, mlp_out }) => [
      resid_pre,
      resid_post,
      attn_out,
      mlp_out,
    ]),
    ...attention === "heads" ? frozenSites(model) : [],
  ];
  const values = new Map<string, ContributionValues>();
  const mark = new PromptsMark();
  let count = 0;
  const batches = exampleBatches(model, examples, {
    mark,
    ...batch === undefined ? {} : { batch },
    ...signal ? { signal } : {},
  });
  for await (const prompts of batches) {
    using result = await run(model, prompts.map(({ ids }) => ids), {
      capture,
      ...signal ? { signal } : {},
    });
    prompts.forEach((_, example) => {
      const frozen = new FrozenRun(model, result, example);
      for (let layer = 0; layer < layers; layer++) gather(frozen, layer, attention, values);
    });
    count += prompts.length;
  }
  signal?.throwIfAborted();
  if (count === 0) {
    throw new RangeError(`Cannot ${purpose} as there must be an example: there is none`);
  }
  return withOrigin(new ResidualContributions(model.provenance.name, count, values), model, {
    name: "residualContributions",
    given: { examples, options },
    prompts: mark,
  });
}

function refuseOdd(model: Transformer, attention: "whole" | "heads"): void {
  if (attention !== "whole" && attention !== "heads") {
    throw new TypeError(
      `Cannot ${purpose} as attention must be "whole" or "heads": current value is ${
        Deno.inspect(attention, { depth: 0 })
      }`,
    );
  }
  if (model.architecture.norms === "stream") {
    throw new TypeError(
      `Cannot ${purpose} as the stream must be a sum of what was written: ${model.provenance.name} normalises the stream itself`,
    );
  }
  if (attention === "heads") refuseClip(model, purpose);
}

/** Adds the numbers of a block of one example. */
function gather(
  frozen: FrozenRun,
  layer: number,
  attention: "whole" | "heads",
  all: Map<string, ContributionValues>,
): void {
  const { heads } = frozen.model.architecture;
  const numbers = readOnce(() => measuresOf(frozen, layer, attention));
  const names = [
    "entering stream",
    ...attention === "whole"
      ? ["attention"]
      : [...Array.from({ length: heads }, (_, head) => `head ${head}`), "attention biases"],
    "feed-forward",
  ];
  const length = frozen.prompt.ids.length;
  names.forEach((name, component) => {
    const key = `${layer} ${name}`;
    const own = all.get(key) ?? { layer, name, lengths: [], cosines: [], shares: [] };
    all.set(key, own);
    for (let position = 0; position < length; position++) {
      const [ratio, cosine, share] = numbers.slice((component * length + position) * 3);
      for (
        const [list, value] of [[own.lengths, ratio], [own.cosines, cosine], [
          own.shares,
          share,
        ]] as const
      ) {
        (list[position] ??= []).push(value!);
      }
    }
  });
}

/** Length ratio, cosine and share of each component at each position, `[component, position, 3]`. */
function measuresOf(frozen: FrozenRun, layer: number, attention: "whole" | "heads"): tf.Tensor {
  const at = (name: string) => frozen.value(`blocks.${layer}.${name}`);
  const before = at("resid_pre"), after = at("resid_post"), parts: tf.Tensor[] = [before];
  if (attention === "whole") parts.push(at("attn_out"));
  else {
    const written = tf.unstack(frozen.headWrites(layer, before));
    parts.push(...written, at("attn_out").sub(tf.addN(written)));
  }
  parts.push(at("mlp_out"));
  const stack = tf.stack(parts); // [component, position, width]
  const dot = (other: tf.Tensor) => stack.mul(other).sum(2);
  const length = (x: tf.Tensor) => x.square().sum(-1).sqrt();
  const own = length(stack), entering = length(before);
  return tf.stack([
    own.div(entering),
    dot(before).div(own).div(entering),
    dot(after).div(after.square().sum(1)),
  ], 2); // [component, position, 3]
}
