/**
 * A logit as the sum of all paths through the model's heads.
 *
 * Veit, Wilber and Belongie, "Residual Networks Behave Like Ensembles of Relatively Shallow Networks", 2016; Elhage et al., "A
 * Mathematical Framework for Transformer Circuits", 2021. Of the framework's identity, biases, norms and feed-forward networks
 * are left out; here they are counted in, so that the paths add up to the logit.
 *
 * @module
 */

import type { Prompt, Site, Transformer } from "../model/mod.ts";
import { checkModel, greatest, run, shownToken, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { inSlices } from "../tensor/mod.ts";
import { FrozenRun, frozenSites, refuseClip } from "./frozen_run.ts";
import { onePosition, onePrompt, oneToken } from "./one_prompt.ts";
import { PathExpansion } from "./path_result.ts";
import { pathCount, pathValues } from "./path_streams.ts";

/** Options for {@linkcode pathExpansion}. */
export interface PathExpansionOptions {
  /** The tokens whose logits are taken apart, as text or ids. @default {the likeliest} */
  readonly targets?: readonly (string | number)[];
  /** The position after which they are expected; negative ones count from the end. @default {-1} */
  readonly position?: number;
  /** The most heads of a path; what goes through more is left together as the rest. @default {as many as there are layers} */
  readonly heads?: number;
  /**
   * Whether what feed-forward networks write begins paths of its own, or is left out and so falls into the rest.
   *
   * @default {"opaque"}
   */
  readonly feedForward?: "opaque" | "left out";
  /** The most paths. @default {20000} */
  readonly limit?: number;
  /** Stops the work between two layers. */
  readonly signal?: AbortSignal;
}

const purpose = "expand paths";

/**
 * Takes logits apart into paths: each begins at the embeddings, at a feed-forward network or at a layer's biases, goes through a
 * head in some of the layers after that, and ends at the logit. Where a model has attention alone there are (1 + heads)^layers
 * from the embeddings.
 *
 * Patterns and the scales of all norms are those of the run, held fixed; so each path is linear in where it begins, and the paths
 * add up to the logit before any soft cap, up to rounding, which the result shows. Feed-forward networks are opaque: a path begins
 * there, none goes through.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options Which tokens and position, and how many heads a path may have.
 * @returns The value of each path for each token; the promise draws itself.
 * @throws {RangeError} If there are more paths than the limit, more than one prompt, or no such token or position.
 * @throws {TypeError} If the model cuts values off, for then paths do not add up.
 *
 * @example
 * ```ts
 * import { load, pathExpansion } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const found = await pathExpansion(model, prompt, { targets: [" Mary"], heads: 1 });
 * const sum = found.values.reduce((sum, [value]) => sum + value!, 0) + found.rest[0]!;
 * if (Math.abs(sum - found.logits[0]!) > 1e-3) throw new Error("paths and the rest add up to the logit");
 * ```
 */
export function pathExpansion(
  model: Transformer,
  prompt: Prompt,
  options: PathExpansionOptions = {},
): DrawnPromise<PathExpansion> {
  return drawn(() => expand(model, prompt, options));
}

async function expand(
  model: Transformer,
  prompt: Prompt,
  options: PathExpansionOptions,
): Promise<PathExpansion> {
  const { heads, feedForward, limit } = checked(model, options), { signal, targets } = options;
  const read = onePrompt(model, prompt, purpose);
  const position = onePosition(read, options.position ?? -1, purpose);
  const given = targets?.map((token) => oneToken(model, token, purpose));
  const count = pathCount(model.architecture, heads, feedForward);
  if (count > limit) {
    throw new RangeError(
      `Cannot ${purpose} as there must be at most ${limit}: there are ${count}; give { heads: 1 } or 2 for paths through fewer heads, or a greater limit`,
    );
  }
  using result = await run(model, read.ids, {
    capture: capturedSites(model),
    ...signal ? { signal } : {},
  });
  const { vocabulary } = model.architecture;
  const start = position * vocabulary;
  const last = result.logits.dataSync<"float32">().subarray(start, start + vocabulary);
  const ids = given ?? greatest(last, 1);
  const frozen = new FrozenRun(model, result);
  const { paths, values, logits } = await inSlices(
    pathValues(frozen, { ids, position, heads, feedForward }),
    signal,
  );
  const facts = {
    model: model.provenance.name,
    prompt: read,
    position,
    targets: ids,
    tokens: ids.map((id) => shownToken(model, id)),
    heads,
    feedForward,
    capped: model.architecture.logitCap != null,
  };
  return withOrigin(new PathExpansion(facts, paths, values, logits), model, {
    name: "pathExpansion",
    given: { prompt: [read], options },
    prompts: [read],
  });
}

/** What paths are computed from. */
function capturedSites(model: Transformer): Site[] {
  const { embed, pos_embed, blocks, ln_final } = model.sites;
  return [
    ...frozenSites(model),
    embed,
    ...pos_embed ? [pos_embed] : [],
    ...blocks.map(({ mlp_out }) => mlp_out),
    ln_final?.normalized ?? blocks.at(-1)!.resid_post,
  ];
}

function checked(
  model: Transformer,
  options: PathExpansionOptions,
): { heads: number; feedForward: "opaque" | "left out"; limit: number } {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, [
    "targets",
    "position",
    "heads",
    "feedForward",
    "limit",
    "signal",
  ]);
  const { layers } = model.architecture;
  const { heads = layers, feedForward = "opaque", limit = 20_000, targets } = options;
  refuseClip(model, purpose);
  if (!Number.isInteger(heads) || heads < 0 || heads > layers) {
    throw new RangeError(
      `Cannot ${purpose} as heads must be a whole number from 0 to ${layers}, the layers: current value is ${heads}`,
    );
  }
  if (feedForward !== "opaque" && feedForward !== "left out") {
    throw new TypeError(
      `Cannot ${purpose} as feedForward must be "opaque" or "left out": current value is ${
        Deno.inspect(feedForward, { depth: 0 })
      }`,
    );
  }
  if (targets === undefined || (Array.isArray(targets) && targets.length > 0)) {
    return { heads, feedForward, limit };
  }
  throw new TypeError(
    `Cannot ${purpose} as targets must be a list of tokens: current value is ${
      Deno.inspect(targets, { depth: 0 })
    }`,
  );
}
