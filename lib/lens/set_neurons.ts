/**
 * Edits of neurons' coefficients, as one makes them in LM-Debugger.
 *
 * Geva et al., 2022, https://arxiv.org/abs/2204.12130: the coefficient of a value vector is the neuron's activation.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, type Edit, replace, scale, type Where } from "../run/mod.ts";
import { givenValue, refuseUnknownOptions } from "../show/mod.ts";
import { checkNeuron, type NeuronPlace, neuronSite } from "./neuron_place.ts";

/** A neuron with what becomes of its activation: a value, or a factor. */
export interface NeuronSetting extends NeuronPlace {
  /** What the activation is set to. */
  readonly value?: number;
  /** What the activation is multiplied by. */
  readonly factor?: number;
}

/** Where activations are set. @default {everywhere} */
export type SetNeuronsOptions = Pick<Where, "positions" | "examples" | "steps">;

/**
 * Makes the edits that set neurons' activations, or multiply them; neurons of one block with one value share an edit.
 *
 * `nextTokens(model, prompt, { edits })` shows what they do to the next token. In the last block of a model without a last
 * norm the logits change by exactly the change of the activation times its row of W_out · W_U; elsewhere later blocks and
 * norms answer to it. In a mixture an edit reaches those tokens alone that use the expert.
 *
 * @param model The model, for its blocks.
 * @param neurons The neurons, each with a `value` or a `factor`.
 * @param options At which positions, examples and steps.
 * @returns Edits for `run`, `nextTokens`, `generate` and all else that takes edits.
 * @throws {RangeError} If there is no such neuron, or one has neither a value nor a factor, or both.
 *
 * @example
 * ```ts
 * import { load, nextTokens, setNeurons } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const edits = setNeurons(model, [{ layer: 3, neuron: 17, value: 10 }], { positions: -1 });
 * const { tokens } = await nextTokens(model, "The capital of France is", { edits });
 * if (tokens[0]!.change === undefined) throw new Error("the change is shown");
 * ```
 */
export function setNeurons(
  model: Transformer,
  neurons: readonly NeuronSetting[],
  options: SetNeuronsOptions = {},
): Edit[] {
  checkModel(model, "set neurons");
  refuseUnknownOptions("set neurons", options, ["positions", "examples", "steps"]);
  const given: unknown = neurons;
  if (!Array.isArray(given)) {
    throw new TypeError(
      `Cannot set neurons as they must be a list of { layer, neuron, value }: current value is ${
        givenValue(given)
      }`,
    );
  }
  const together = new Map<
    string,
    { site: ReturnType<typeof neuronSite>; setting: NeuronSetting; neurons: number[] }
  >();
  for (const { value, factor, ...place } of neurons) {
    const known = checkNeuron(model, place, "set a neuron");
    if ((value === undefined) === (factor === undefined)) {
      throw new RangeError(
        `Cannot set a neuron of layer ${known.layer} as it must have a value or a factor, and not both: current value is ${
          Deno.inspect({ value, factor })
        }`,
      );
    }
    const site = neuronSite(known), key = `${site} ${value} ${factor}`;
    const group = together.get(key) ??
      {
        site,
        setting: { ...known, ...value === undefined ? { factor: factor! } : { value } },
        neurons: [],
      };
    together.set(key, group);
    group.neurons.push(known.neuron);
  }
  return [...together.values()].map(({ site, setting: { value, factor }, neurons }) => {
    const where = { neurons, ...options };
    return value === undefined ? scale(site, factor!, where) : replace(site, value, where);
  });
}
