/**
 * Attribution patching: what patching each part of a model would do, all parts at once, to first order.
 *
 * @module
 */

import type { Site, Transformer } from "../model/mod.ts";
import {
  checkModel,
  type Metric,
  PromptPair,
  type PromptPairs,
  type Rules,
  withOrigin,
} from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { inSlices } from "../tensor/mod.ts";
import { AttributionPatching } from "./attribution_patching_result.ts";
import { type NodeScores, nodeScores, nodeSites } from "./node_scores.ts";
import { type TwoRuns, twoRuns } from "./two_runs.ts";

/** Options for {@linkcode attributionPatching}. */
export interface AttributionPatchingOptions {
  /**
   * The kinds of nodes: sites such as `resid_pre` (a node at each position), `z` (a node for each head and position) or
   * `mlp.post` (a node for each neuron, its positions together).
   *
   * @default {["resid_pre", "attn_out", "mlp_out", "z", "mlp.post"], as far as the model has them}
   */
  readonly nodes?: readonly string[];
  /**
   * Which run is edited, and has the gradients: `denoising` puts values of the clean run into the corrupt one, `noising`
   * those of the corrupt run into the clean one.
   *
   * @default {"denoising"}
   */
  readonly direction?: "denoising" | "noising";
  /** How gradients run through norms and patterns. @default {"exact"} */
  readonly rules?: Rules;
  /** The bytes that the values of each run may take. @default {2 GiB} */
  readonly captureLimit?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/** What is scored, where nothing is said. */
const usual = ["resid_pre", "attn_out", "mlp_out", "z", "mlp.post"];

/** What {@linkcode AttributionPatchingOptions} may hold. */
const known = ["nodes", "direction", "rules", "captureLimit", "signal"];

const purpose = "attribute to nodes";

/**
 * Estimates what replacing each node's value by that of the other run of a pair does to a metric:
 * `(value in the other run − value) · gradient`, summed over what the node holds with its sign, by two forward passes and
 * one backward for all nodes and all pairs (attribution patching; Nanda 2023; Syed et al. 2023,
 * https://arxiv.org/abs/2310.10348; Kramár et al. 2024, https://arxiv.org/abs/2403.00745). The gradient is that of the
 * run that is edited. By default that is the corrupt run (denoising, as TransformerLens has it), so a positive score says
 * that the clean value raises the metric; Kramár et al. begin at the clean run, which is `direction: "noising"`.
 *
 * The estimate is exact where the metric is linear in the node, and off by the square of the difference elsewhere: least
 * right where a pattern is saturated and for streams of early layers. Hold it against a sweep with
 * {@linkcode AttributionPatching.beside}.
 *
 * @param model The model.
 * @param pairs A pair of prompts, or several.
 * @param metric What is measured; one that moves in jumps, such as `rank`, is refused.
 * @param options Which nodes, and which run is edited.
 * @returns The estimates of all nodes, `[axes of the nodes…, example]`, in the metric's unit, with both runs' values.
 * The promise draws itself.
 * @throws {RangeError} If the model has no such nodes, or the values are over their limit.
 * @throws {TypeError} If the pairs are none, the metric has no gradient or an option has another name.
 *
 * @example
 * ```ts
 * import { attributionPatching, load, logitDifference, promptPair } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const pair = promptPair(model, {
 *   clean: "When Mary and John went to the store, John gave a key to",
 *   corrupt: "When Mary and John went to the store, Mary gave a key to",
 *   answer: " Mary",
 *   wrong: " John",
 * });
 * const found = await attributionPatching(model, pair, logitDifference(" Mary", " John"));
 * console.log(found.grid("z", ["layer", "head"]).data.shape); // [4, 8]
 * ```
 */
export function attributionPatching(
  model: Transformer,
  pairs: PromptPair | PromptPairs,
  metric: Metric,
  options: AttributionPatchingOptions = {},
): DrawnPromise<AttributionPatching> {
  return drawn(() => attribute(model, pairs, metric, options));
}

async function attribute(
  model: Transformer,
  pairs: PromptPair | PromptPairs,
  metric: Metric,
  options: AttributionPatchingOptions,
): Promise<AttributionPatching> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, known);
  refuseUnknownWord(purpose, "direction", options.direction, ["denoising", "noising"]);
  const { direction = "denoising", rules = "exact", captureLimit, signal } = options;
  const list = pairsOf(pairs), denoising = direction === "denoising";
  const kinds = kindsOf(model, options.nodes);
  const sites = [...new Set(kinds.flatMap(({ sites }) => sites))];
  const rest = { ...captureLimit !== undefined && { captureLimit }, ...signal && { signal } };
  const sides = [list.map(({ corrupt }) => corrupt.ids), list.map(({ clean }) => clean.ids)];
  const [edited, other] = denoising ? [sides[0]!, sides[1]!] : [sides[1]!, sides[0]!];
  using runs = await twoRuns(model, { edited, other, metric, sites, rules, ...rest });
  const lengths = list.map(({ length }) => length);
  const { baseline, reference, prompts, references } = runs;
  const result = new AttributionPatching({
    model: model.provenance.name,
    metric: { label: metric.label, unit: metric.unit },
    direction,
    rules: runs.rules,
    baseline,
    reference,
    prompts,
    references,
    nodes: await inSlices(allScores(kinds, runs, lengths), signal),
  });
  return withOrigin(result, model, {
    name: "attributionPatching",
    given: { pairs, metric, options },
    prompts: [...prompts, ...references],
  });
}

/** A kind of nodes and its sites. */
interface Kind {
  readonly at: string;
  readonly sites: readonly Site[];
}

function* allScores(
  kinds: readonly Kind[],
  runs: TwoRuns,
  lengths: readonly number[],
): Generator<void, NodeScores[]> {
  const found: NodeScores[] = [];
  for (const { at, sites } of kinds) {
    const summed = runs.model.axesOf(sites[0]!).includes("neuron");
    found.push(yield* nodeScores(at, sites, { runs, lengths, summed }));
  }
  return found;
}

/** The pairs, however they were given. */
function pairsOf(pairs: PromptPair | PromptPairs): readonly PromptPair[] {
  if (pairs instanceof PromptPair) return [pairs];
  const list = (pairs as Partial<PromptPairs> | null)?.pairs;
  if (Array.isArray(list) && list.length > 0) return list;
  throw new TypeError(
    `Cannot ${purpose} as there must be a pair of prompts, or several, as promptPair and promptPairs make them: current value is ${
      typeof pairs === "string" ? JSON.stringify(pairs) : list ? "an empty list" : typeof pairs
    }`,
  );
}

/** The kinds that are asked for, or the usual ones that the model has. */
function kindsOf(model: Transformer, nodes: readonly string[] | undefined): Kind[] {
  if (nodes === undefined) {
    return usual.flatMap((at) => {
      try {
        return [{ at, sites: nodeSites(model, at) }];
      } catch (error) {
        if (error instanceof RangeError) return [];
        throw error;
      }
    });
  }
  if (!Array.isArray(nodes) || nodes.length === 0) {
    throw new TypeError(
      `Cannot ${purpose} as nodes must be a list of sites, at least one: current value is ${
        Array.isArray(nodes) ? "an empty list" : JSON.stringify(nodes)
      }`,
    );
  }
  return nodes.map((at) => ({ at, sites: nodeSites(model, at) }));
}
