/**
 * Weights as people write them on paper, with named axes, whatever the layout of the file.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { all, display, type Document, table, tensorView } from "../show/mod.ts";
import { type WeightPlace, weightPlace } from "./weight_places.ts";
import type { Weights } from "./weights.ts";

/** A weight with named axes; its numbers are made when they are asked for. */
export class Weight {
  /** The name, such as `W_Q`. */
  readonly name: string;
  /** The names of the axes, outermost first. */
  readonly axes: readonly string[];
  /** The sizes of the axes. */
  readonly shape: readonly number[];
  /** Whether the model holds it, in some layer if it is one of all layers; a bias that it lacks reads as zeros. */
  readonly stored: boolean;
  /** Says where the numbers come from, in one line. */
  readonly source: (() => string) | undefined;
  readonly #make: () => tf.Tensor;
  readonly #part: ((axis: string, index: number) => Weight | null) | undefined;

  /** Describes a weight; `part` picks one index of the first axis without making the rest. */
  constructor(
    name: string,
    axes: readonly string[],
    shape: readonly number[],
    make: () => tf.Tensor,
    options: Partial<Pick<Weight, "stored" | "source">> & {
      readonly part?: (axis: string, index: number) => Weight | null;
    } = {},
  ) {
    this.name = name;
    this.axes = axes;
    this.shape = shape;
    this.stored = options.stored ?? true;
    this.source = options.source;
    this.#make = make;
    this.#part = options.part;
  }

  /** Makes the weight a tensor, which is the caller's to free and shares no memory with the model. */
  tensor(): tf.Tensor {
    return tf.tidy(() => this.#make());
  }

  /** Reads the numbers, row by row. */
  async data(): Promise<Float32Array> {
    const tensor = this.tensor();
    try {
      return (await tensor.data<"float32">()).slice();
    } finally {
      tensor.dispose();
    }
  }

  /**
   * Picks one index of some axes: `model.W_Q.at({ layer: 3, head: 1 })` is `[width, head_width]`.
   *
   * @throws {RangeError} If the weight has no such axis or the axis no such index; negative ones count from the end.
   */
  at(indices: Readonly<Record<string, number>>): Weight {
    return Object.entries(indices).reduce<Weight>(
      (weight, [axis, index]) => weight.#pick(axis, index),
      this,
    );
  }

  #pick(axis: string, index: number): Weight {
    const place = this.axes.indexOf(axis);
    if (place < 0) {
      throw new RangeError(
        `Cannot pick ${axis} ${index} of ${this.name} as its axes are ${this.axes.join(", ")}`,
      );
    }
    const size = this.shape[place]!, at = index < 0 ? size + index : index;
    if (!Number.isInteger(at) || at < 0 || at >= size) {
      throw new RangeError(
        `Cannot pick ${axis} ${index} of ${this.name} as it must be from ${-size} to ${size - 1}`,
      );
    }
    const known = this.#part?.(axis, at);
    if (known) return known;
    const without = <T>(list: readonly T[]) => list.filter((_, i) => i !== place);
    return new Weight(
      `${this.name}[${axis} ${at}]`,
      without(this.axes),
      without(this.shape),
      () => {
        const whole = this.#make();
        const begin = this.shape.map((_, i) => i === place ? at : 0);
        const size = this.shape.map((n, i) => i === place ? 1 : n);
        return tf.slice(whole, begin, size).reshape(without(this.shape));
      },
      { stored: this.stored, source: this.source },
    );
  }

  /** Draws the name, the axes, a few figures and the numbers. */
  async [display](): Promise<Document> {
    const numbers = await this.data();
    let sum = 0, square = 0, least = Infinity, greatest = -Infinity;
    for (const x of numbers) {
      sum += x;
      square += x * x;
      least = Math.min(least, x);
      greatest = Math.max(greatest, x);
    }
    const caption = this.source?.();
    const mean = sum / numbers.length, deviation = Math.sqrt(square / numbers.length - mean ** 2);
    const facts = table({
      title: `${this.name}${this.stored ? "" : " (not in the checkpoint: zeros)"}`,
      columns: [
        { name: "axes" },
        ...["mean", "deviation", "least", "greatest"].map((name) => ({ name })),
      ],
      rows: [[this.#axesText(), mean, deviation, least, greatest]],
      ...caption && { caption },
    });
    const axes = this.axes.map((name, i) => ({ name, size: this.shape[i]! }));
    return all([
      facts,
      tensorView({
        values: numbers,
        axes,
        label: this.name,
        code: this.#code(),
        ...caption && { caption },
      }),
    ])
      [display]();
  }

  /** Shows the name and the axes in a terminal. */
  [Symbol.for("Deno.customInspect")](): string {
    return `${this.name} [${this.#axesText()}]`;
  }

  /** Describes the weight without its numbers. */
  toJSON(): { name: string; axes: readonly string[]; shape: readonly number[]; stored: boolean } {
    return { name: this.name, axes: this.axes, shape: this.shape, stored: this.stored };
  }

  /** The expression of a number, with the names of the axes in braces. */
  #code(): string {
    const [name] = this.name.split("[");
    const picked = [...this.name.matchAll(/\[(\w+) (\d+)\]/g)].map(([, axis, at]) =>
      `${axis}: ${at}`
    );
    const view = /^[Wb]_\w+$/.test(name!) ? `model.${name}` : `model.weight("${name}")`;
    const places = [...picked, ...this.axes.map((axis) => `${axis}: {${axis}}`)];
    return `(await ${view}.at({ ${places.join(", ")} }).data())[0]`;
  }

  #axesText(): string {
    return this.axes.map((axis, i) => `${axis} ${this.shape[i]}`).join(", ");
  }
}

/** A weight by its place. */
export function placedWeight(weights: Weights, place: WeightPlace): Weight {
  const { name, axes, shape, slot, whole, cut } = place;
  const stored = weights.has(slot);
  const read = () => cut(stored ? weights.copy(slot) : tf.zeros([...whole]));
  return new Weight(name, axes, shape, read, { stored, source: weights.source });
}

/**
 * A weight of one layer by its name, such as `W_Q` or `b_in`, in mixtures with an axis of experts; null where the
 * architecture has none.
 */
export function layerWeight(weights: Weights, layer: number, name: string): Weight | null {
  const ofNeurons = /in|out|gate/.test(name), { mixture } = weights.architecture;
  if (ofNeurons && mixture) {
    const each = (expert: number) =>
      placeView(weights, `blocks.${layer}.moe.experts.${expert}.${name}`);
    return stackOf(each, mixture.experts, `blocks.${layer}.moe.${name}`, "expert");
  }
  return placeView(weights, `blocks.${layer}.${ofNeurons ? "mlp" : "attn"}.${name}`);
}

function placeView(weights: Weights, name: string): Weight | null {
  const place = weightPlace(weights, name);
  return place && placedWeight(weights, place);
}

/** A weight of every layer, stacked. */
export function stackedWeight(weights: Weights, name: string): Weight | null {
  const { layers } = weights.architecture;
  return stackOf((layer) => layerWeight(weights, layer, name), layers, name, "layer");
}

/** Weights of one shape, one above the other; null where there are none. */
function stackOf(
  each: (index: number) => Weight | null,
  count: number,
  name: string,
  axis: string,
): Weight | null {
  const first = each(0);
  if (!first) return null;
  const all = Array.from({ length: count }, (_, index) => index);
  return new Weight(
    name,
    [axis, ...first.axes],
    [count, ...first.shape],
    () => tf.stack(all.map((index) => each(index)!.tensor())),
    {
      stored: all.some((index) => each(index)!.stored),
      source: first.source,
      part: (picked, index) => picked === axis ? each(index) : null,
    },
  );
}
