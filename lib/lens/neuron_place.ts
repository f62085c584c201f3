/**
 * Where a neuron stands, and the weights that are its own.
 *
 * @module
 */

import type { Site, Transformer } from "../model/mod.ts";
import { refuseUnknownOptions } from "../show/mod.ts";
import type { tf } from "../tensor/mod.ts";

/** A neuron: one column of `W_in` with its row of `W_out`. */
export interface NeuronPlace {
  /** The block; negative ones count from the last. */
  readonly layer: number;
  /** The neuron of the block; negative ones count from the last. */
  readonly neuron: number;
  /** The expert that it belongs to, in mixtures alone. */
  readonly expert?: number;
}

/**
 * Checks a place, and counts negative numbers from the end.
 *
 * @param purpose What is done with the neuron, as an error goes on after "Cannot".
 * @throws {RangeError} If there is no such layer, neuron or expert.
 * @throws {TypeError} If it is no object of these.
 */
export function checkNeuron(model: Transformer, place: NeuronPlace, purpose: string): NeuronPlace {
  if (typeof place !== "object" || place === null) {
    throw new TypeError(
      `Cannot ${purpose} as a neuron must be given as { layer, neuron }: current value is ${place}`,
    );
  }
  refuseUnknownOptions(`${purpose} of a neuron`, place, ["layer", "neuron", "expert"]);
  const { layers, neurons, mixture } = model.architecture;
  const layer = counted(place.layer, layers, `${purpose} of layer`);
  const neuron = counted(place.neuron, neurons, `${purpose} of neuron`);
  if (!mixture && place.expert === undefined) return { layer, neuron };
  if (!mixture) {
    throw new RangeError(
      `Cannot ${purpose} of expert ${place.expert} as only mixtures have experts: leave it out`,
    );
  }
  if (place.expert === undefined) {
    throw new RangeError(
      `Cannot ${purpose} of layer ${layer} as its neurons belong to experts: expert must be from 0 to ${
        mixture.experts - 1
      }`,
    );
  }
  return { layer, neuron, expert: counted(place.expert, mixture.experts, `${purpose} of expert`) };
}

function counted(index: number, size: number, what: string): number {
  const at = index < 0 ? size + index : index;
  if (Number.isInteger(at) && at >= 0 && at < size) return at;
  throw new RangeError(`Cannot ${what} ${index} as it must be from ${-size} to ${size - 1}`);
}

/** The name of a neuron, such as `3.17`, or `3.e2.17` of an expert. */
export function neuronName({ layer, neuron, expert }: NeuronPlace): string {
  return expert === undefined ? `${layer}.${neuron}` : `${layer}.e${expert}.${neuron}`;
}

/** The site of the activations of a block's neurons, or of an expert's. */
export function neuronSite({ layer, expert }: Pick<NeuronPlace, "layer" | "expert">): Site {
  return expert === undefined
    ? `blocks.${layer}.mlp.post`
    : `blocks.${layer}.moe.experts.${expert}.post`;
}

/** The weights of a block's neurons, or of an expert's, by name: `W_in`, `W_gate`, `W_out`, `b_in`, `b_gate`. */
export function neuronWeight(
  model: Transformer,
  { layer, expert }: Pick<NeuronPlace, "layer" | "expert">,
  name: "W_in" | "W_gate" | "W_out" | "b_in" | "b_gate",
): tf.Tensor | null {
  const all = model.layerWeight(layer, name);
  if (!all) return null;
  return (expert === undefined ? all : all.at({ expert })).tensor();
}

/** The experts of a block whose neurons are read one after another; undefined stands for a block without experts. */
export function networksOf({ architecture: { mixture } }: Transformer): (number | undefined)[] {
  return mixture ? Array.from({ length: mixture.experts }, (_, expert) => expert) : [undefined];
}
