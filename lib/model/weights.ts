/**
 * The weights of a model as a forward pass reads them: matrices in the layout of their file, made tensors at first use.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import type { Architecture } from "./architecture.ts";
import type { Family } from "./family.ts";
import type { StoredTensor } from "./files/mod.ts";

/** A linear map in the layout of its file. */
export interface LinearMap {
  /** The matrix, `[in, out]`, or `[out, in]` where it is transposed. */
  readonly matrix: tf.Tensor2D;
  /** Whether the rows are outputs. */
  readonly transposed: boolean;
  /** What is added to each output. */
  readonly bias: tf.Tensor1D | null;
}

/** Gain and bias of a norm. */
export interface NormWeights {
  /** The factor of each column. */
  readonly gain: tf.Tensor1D;
  /** What is added to each column. */
  readonly bias: tf.Tensor1D | null;
}

/** Where the heads of queries, keys or values lie among the outputs of a linear map. */
export interface HeadColumns {
  /** The linear map. */
  readonly slot: string;
  /** The number of heads. */
  readonly heads: number;
  /** The first column of head 0. */
  readonly offset: number;
  /** The columns from one head to the next. */
  readonly stride: number;
}

/** Holds the weights of a model. */
export class Weights {
  /** The shape of the model. */
  readonly architecture: Architecture;
  readonly #family: Family;
  readonly #stored: ReadonlyMap<string, StoredTensor>;
  readonly #tensors = new Map<string, tf.Tensor>();
  #disposed = false;

  /** Wraps the stored tensors of every slot. */
  constructor(
    architecture: Architecture,
    family: Family,
    stored: ReadonlyMap<string, StoredTensor>,
  ) {
    this.architecture = architecture;
    this.#family = family;
    this.#stored = stored;
  }

  /** The embedding, `[vocabulary, width]`. */
  get embed(): tf.Tensor2D {
    return this.#tensor("embed") as tf.Tensor2D;
  }

  /** The learned positions, `[position, width]`. */
  get positions(): tf.Tensor2D {
    return this.#tensor("positions") as tf.Tensor2D;
  }

  /** The map from the last stream to logits; where the model ties them, the embedding itself. */
  get unembed(): LinearMap {
    const slot = this.architecture.tied ? "embed" : "unembed";
    return { ...this.#matrix(slot, "out in"), bias: null };
  }

  /** A linear map by its slot. */
  linear(slot: string): LinearMap {
    return {
      ...this.#matrix(`${slot}.matrix`, this.#family.layout),
      bias: this.#vector(`${slot}.bias`),
    };
  }

  /** A norm by its slot. */
  norm(slot: string): NormWeights {
    return {
      gain: this.#tensor(`${slot}.gain`) as tf.Tensor1D,
      bias: this.#vector(`${slot}.bias`),
    };
  }

  /** Where the heads of a layer's queries, keys or values lie. */
  headColumns(layer: number, part: "query" | "key" | "value"): HeadColumns {
    const { heads, keyValueHeads, headWidth } = this.architecture;
    const count = part === "query" ? heads : keyValueHeads;
    const { attention } = this.#family.modules;
    const block = `blocks.${layer}.attn`;
    if (!("fused" in attention)) {
      return { slot: `${block}.${part}`, heads: count, offset: 0, stride: headWidth };
    }
    const place = ["query", "key", "value"].indexOf(part);
    const slot = `${block}.fused`;
    return attention.arrangement === "heads"
      ? { slot, heads: count, offset: place * headWidth, stride: 3 * headWidth }
      : {
        slot,
        heads: count,
        offset: [0, heads, heads + keyValueHeads][place]! * headWidth,
        stride: headWidth,
      };
  }

  /** The bytes that the weights take in their files. */
  get bytes(): number {
    return [...this.#stored.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The number of weights, tied ones counted once. */
  get count(): number {
    return [...this.#stored].filter(([slot]) => slot !== "unembed" || !this.architecture.tied)
      .reduce((sum, [, { shape }]) => sum + shape.reduce((product, size) => product * size, 1), 0);
  }

  /** How the weights are stored, such as "BF16". */
  get storedTypes(): readonly string[] {
    return [...new Set([...this.#stored.values()].map(({ dtype }) => dtype))].sort();
  }

  /** Frees the tensors; the weights cannot be used afterwards. */
  dispose(): void {
    tf.dispose([...this.#tensors.values()]);
    this.#tensors.clear();
    this.#disposed = true;
  }

  #vector(slot: string): tf.Tensor1D | null {
    return this.#stored.has(slot) ? this.#tensor(slot) as tf.Tensor1D : null;
  }

  #matrix(slot: string, layout: "in out" | "out in"): { matrix: tf.Tensor2D; transposed: boolean } {
    if (layout === "in out") {
      return { matrix: this.#tensor(slot) as tf.Tensor2D, transposed: false };
    }
    // tfjs' wasm kernel takes 12 to 16 times as long for a transposed factor, so there a transposed copy is kept.
    if (tf.getBackend() === "wasm") {
      return { matrix: this.#tensor(slot, true) as tf.Tensor2D, transposed: false };
    }
    return { matrix: this.#tensor(slot) as tf.Tensor2D, transposed: true };
  }

  #tensor(slot: string, turned = false): tf.Tensor {
    const key = turned ? `${slot} turned` : slot;
    const known = this.#tensors.get(key);
    if (known) return known;
    if (this.#disposed) {
      throw new Error("Cannot use weights as they must not be disposed: they were");
    }
    const stored = this.#stored.get(slot);
    if (!stored) throw new RangeError(`Cannot find ${JSON.stringify(slot)} among the weights`);
    const values = stored.read();
    const shape = stored.shape as number[];
    // Kept, for the first use may stand within a tidy scope that would free it.
    const tensor = turned
      ? tf.keep(tf.tensor(turn(values, shape[0]!, shape[1]!), [shape[1]!, shape[0]!]))
      : tf.keep(tf.tensor(values, shape));
    this.#tensors.set(key, tensor);
    return tensor;
  }
}

/** Transposes a matrix in tiles, so that neither side is read with a stride for long. */
function turn(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length), tile = 32;
  for (let top = 0; top < rows; top += tile) {
    for (let left = 0; left < columns; left += tile) {
      const bottom = Math.min(rows, top + tile), right = Math.min(columns, left + tile);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          turned[column * rows + row] = values[row * columns + column]!;
        }
      }
    }
  }
  return turned;
}
