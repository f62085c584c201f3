/**
 * What two heads, one reading what the other wrote, do together: a head of its own.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021.
 *
 * @module
 */

import { ovCircuit, type Prompt, type Transformer } from "../model/mod.ts";
import { checkModel, run, type RunResult, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import type { FactoredMatrix, tf } from "../tensor/mod.ts";
import { compositions } from "./head_factors.ts";
import { type HeadPlace, headPlace } from "./head_place.ts";
import { onePrompt } from "./one_prompt.ts";
import { readOnce } from "./read_once.ts";
import { type VirtualHead, VirtualHeads } from "./virtual_result.ts";

/** Options for {@linkcode virtualHeads}. */
export interface VirtualHeadsOptions {
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

const purpose = "put heads together";

/**
 * Puts pairs of heads together into virtual heads on a prompt: where a virtual head looks is A₂·A₁, the later head's pattern times
 * the earlier one's, and what it moves is OV₁·OV₂, the earlier first.
 *
 * Patterns are those of the run. Between the two stand the norm in front of the later head and, in a few families, one behind the
 * earlier; neither is counted in, nor are biases.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param pairs The pairs, the earlier head first.
 * @param options A signal.
 * @returns Patterns, and V-composition scores beside that of random heads; the promise draws itself.
 * @throws {RangeError} If a head does not exist, the second of a pair is not in a later layer, there is no pair, or more than one
 * prompt.
 *
 * @example
 * ```ts
 * import { load, virtualHeads } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const { heads: [virtual] } = await virtualHeads(model, "Once upon a time", [[
 *   { layer: 0, head: 3 },
 *   { layer: 2, head: 1 },
 * ]]);
 * if (virtual!.pattern[0] !== 1) throw new Error("the first token can only look at itself");
 * ```
 */
export function virtualHeads(
  model: Transformer,
  prompt: Prompt,
  pairs: readonly (readonly [first: HeadPlace, second: HeadPlace])[],
  options: VirtualHeadsOptions = {},
): DrawnPromise<VirtualHeads> {
  return drawn(() => together(model, prompt, pairs, options));
}

/**
 * Gives what a virtual head moves, OV₁·OV₂.
 *
 * @param model The model.
 * @param first The earlier head.
 * @param second The later head.
 * @returns The matrix `[width, width]`, whose inner axis is `head_width`; the caller's to dispose.
 * @throws {RangeError} If a head does not exist, or the second is not in a later layer.
 *
 * @example
 * ```ts
 * import { load, virtualOvCircuit } from "@innerworks/innerworks";
 * const circuit = virtualOvCircuit(await load("seedling"), { layer: 0, head: 3 }, { layer: 2, head: 1 });
 * if (circuit.inner !== 32) throw new Error("of low rank");
 * ```
 */
export function virtualOvCircuit(
  model: Transformer,
  first: HeadPlace,
  second: HeadPlace,
): FactoredMatrix {
  const [before, after] = orderedPair(model, [first, second]);
  const own = ovCircuit(model, before.layer, before.head);
  const next = ovCircuit(model, after.layer, after.head);
  const both = own.times(next);
  own.dispose();
  next.dispose();
  return both;
}

async function together(
  model: Transformer,
  prompt: Prompt,
  pairs: readonly (readonly [HeadPlace, HeadPlace])[],
  options: VirtualHeadsOptions,
): Promise<VirtualHeads> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["signal"]);
  if (!Array.isArray(pairs) || pairs.length === 0) {
    throw new RangeError(
      `Cannot ${purpose} as there must be a list of pairs of heads: current value is ${
        Deno.inspect(pairs, { depth: 0 })
      }`,
    );
  }
  const read = onePrompt(model, prompt, purpose);
  const places = pairs.map((pair) => orderedPair(model, pair)), { signal } = options;
  const layers = [...new Set(places.flat().map(({ layer }) => layer))];
  using result = await run(model, read.ids, {
    capture: layers.map((layer) => `blocks.${layer}.attn.pattern`),
    ...signal ? { signal } : {},
  });
  const heads = places.map(([first, second]): VirtualHead => ({
    first,
    second,
    pattern: patternOf(result, first, second),
    score: scoreOf(model, first, second),
  }));
  return withOrigin(
    new VirtualHeads(
      model.provenance.name,
      read,
      heads,
      1 / Math.sqrt(model.architecture.width),
    ),
    model,
    { name: "virtualHeads", given: { prompt: [read], pairs: places, options }, prompts: [read] },
  );
}

function orderedPair(
  model: Transformer,
  pair: readonly HeadPlace[],
): readonly [first: HeadPlace, second: HeadPlace] {
  const [first, second] = [0, 1].map((i) => headPlace(model, pair?.[i]!, purpose));
  if (first!.layer < second!.layer) return [first!, second!];
  throw new RangeError(
    `Cannot ${purpose} as the second must be in a later layer than the first: current value is layers ${
      first!.layer
    } and ${second!.layer}`,
  );
}

/** A₂·A₁, `[query, key]`. */
function patternOf({ cache }: RunResult, first: HeadPlace, second: HeadPlace): Float64Array {
  return readOnce(() => {
    const own = ({ layer, head }: HeadPlace) => {
      const all = cache.get(`blocks.${layer}.attn.pattern`), [, , query, key] = all.shape;
      return all.slice([head, 0, 0, 0], [1, 1, query!, key!]).squeeze([0, 1]);
    };
    return own(second).matMul(own(first));
  });
}

/** The V-composition of two heads. */
function scoreOf(model: Transformer, first: HeadPlace, second: HeadPlace): number {
  const circuits = [first, second].map(({ layer, head }) => ovCircuit(model, layer, head));
  const [score] = readOnce(() => {
    const [before, after] = circuits.map(({ A, B }) => ({
      left: A.expandDims<tf.Tensor3D>(0),
      right: B.expandDims<tf.Tensor3D>(0),
    }));
    return compositions(before!, after!);
  });
  for (const circuit of circuits) circuit.dispose();
  return score!;
}
