/**
 * The two matrices that say what a head does: what it moves (OV), and what it looks at (QK).
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021,
 * https://transformer-circuits.pub/2021/framework/index.html. Rows stand on the left here, as everywhere: OV is W_V · W_O.
 *
 * @module
 */

import { FactoredMatrix, tf } from "../tensor/mod.ts";
import { refuseUnknownOptions } from "../show/mod.ts";
import { rotaryTables, turned } from "./blocks/rotary.ts";
import { rotaryOf } from "./sites.ts";
import type { Transformer } from "./transformer.ts";

/** Options for {@linkcode ovCircuits}. */
export interface HeadCircuitOptions {
  /** The query heads, counted from 0; negative ones count from the last. @default {all} */
  readonly heads?: readonly number[];
}

/** Options for {@linkcode qkCircuit}. */
export interface QkCircuitOptions {
  /**
   * How many positions the key stands before the query, from 0 on. It must be given where queries and keys turn by their
   * positions, for there is a matrix for each offset; elsewhere all offsets have the same.
   */
  readonly offset?: number;
}

/**
 * Gives what a head moves: of the (normalised) stream x of a token that it looks at with all its weight, the head writes
 * x · OV.
 *
 * It is W_V · W_O, times the factor of what attention writes where a family has one. A query head of a group has the value
 * head of the group. Gains and biases of norms are not counted in unless the model was made by `foldNorms`; neither are b_V, a
 * norm behind attention (as in Gemma 2), nor bounds on values: it holds as long as none is cut off.
 *
 * @param model The model.
 * @param layer The layer; negative ones count from the last.
 * @param head The query head; negative ones count from the last.
 * @returns The matrix `[width, width]`, whose inner axis is `head_width`; the caller's to dispose.
 * @throws {RangeError} If there is no such layer or head.
 *
 * @example
 * ```ts
 * import { load, ovCircuit } from "@innerworks/innerworks";
 * const circuit = ovCircuit(await load("seedling"), 3, 5);
 * if (circuit.shape.join() !== "256,256" || circuit.inner !== 32) throw new Error("a matrix of low rank");
 * ```
 */
export function ovCircuit(model: Transformer, layer: number, head: number): FactoredMatrix {
  return onlyOne(ovCircuits(model, layer, { heads: [head] }));
}

/**
 * Gives what several heads of a layer move, as {@linkcode ovCircuit} does for one, and more quickly than one after the other.
 *
 * @param model The model.
 * @param layer The layer; negative ones count from the last.
 * @param options Which heads.
 * @returns The matrices `[head, width, width]`, whose inner axis is `head_width`; the caller's to dispose.
 * @throws {RangeError} If there is no such layer or head.
 *
 * @example
 * ```ts
 * import { load, ovCircuits } from "@innerworks/innerworks";
 * const circuits = ovCircuits(await load("seedling"), 3);
 * if (circuits.shape.join() !== "8,256,256") throw new Error("a matrix a head");
 * ```
 */
export function ovCircuits(
  model: Transformer,
  layer: number,
  options: HeadCircuitOptions = {},
): FactoredMatrix {
  const purpose = "read an OV circuit", { writingScale = 1 } = model.architecture;
  refuseUnknownOptions(purpose, options, ["heads"]);
  const heads = headsOf(model, options.heads, purpose);
  const [values, output] = tf.tidy(() => [
    weightOf(model, layer, "W_V", heads.map((head) => keyHead(model, head))).mul(writingScale),
    weightOf(model, layer, "W_O", heads),
  ]);
  return new FactoredMatrix(values!, output!);
}

/**
 * Gives what a head looks at: the score of a query whose (normalised) stream is x for a key whose stream is y is
 * x · QK · yᵀ, times `attentionScales[layer]` of the architecture.
 *
 * It is W_Q · W_Kᵀ or, where positions turn queries and keys, W_Q · R · W_Kᵀ with the rotation R of the offset between the two
 * (and the square of a family's attention factor). A query head of a group has the key head of the group. Gains and biases of
 * norms are not counted in unless the model was made by `foldNorms`; neither are b_Q and b_K, soft caps and ALiBi, nor bounds
 * on queries and keys. Where the angles depend on the length of the text, they are those of a text that needs no stretching.
 *
 * @param model The model.
 * @param layer The layer; negative ones count from the last.
 * @param head The query head; negative ones count from the last.
 * @param options The offset, where positions turn.
 * @returns The matrix `[width, width]`, queries by keys, whose inner axis is `head_width`; the caller's to dispose.
 * @throws {RangeError} If there is no such layer or head, or no offset is given where there must be one.
 * @throws {TypeError} If queries and keys have a norm, for then no matrix gives their products.
 *
 * @example
 * ```ts
 * import { load, qkCircuit } from "@innerworks/innerworks";
 * const circuit = qkCircuit(await load("seedling"), 0, 0);
 * if (circuit.shape.join() !== "256,256") throw new Error("queries by keys");
 * ```
 */
export function qkCircuit(
  model: Transformer,
  layer: number,
  head: number,
  options: QkCircuitOptions = {},
): FactoredMatrix {
  refuseUnknownOptions("read a QK circuit", options, ["offset"]);
  return onlyOne(qkCircuits(model, layer, { ...options, heads: [head] }));
}

/**
 * Gives what several heads of a layer look at, as {@linkcode qkCircuit} does for one, and more quickly than one after the other.
 *
 * @param model The model.
 * @param layer The layer; negative ones count from the last.
 * @param options Which heads, and the offset where positions turn.
 * @returns The matrices `[head, width, width]`, queries by keys, whose inner axis is `head_width`; the caller's to dispose.
 * @throws {RangeError} If there is no such layer or head, or no offset is given where there must be one.
 * @throws {TypeError} If queries and keys have a norm, for then no matrix gives their products.
 *
 * @example
 * ```ts
 * import { load, qkCircuits } from "@innerworks/innerworks";
 * const circuits = qkCircuits(await load("seedling"), 0, { heads: [0, 1] });
 * if (circuits.shape.join() !== "2,256,256") throw new Error("a matrix a head");
 * ```
 */
export function qkCircuits(
  model: Transformer,
  layer: number,
  options: HeadCircuitOptions & QkCircuitOptions = {},
): FactoredMatrix {
  const purpose = "read a QK circuit", { offset } = options;
  refuseUnknownOptions(purpose, options, ["heads", "offset"]);
  refuseHeadNorm(model, purpose);
  const heads = headsOf(model, options.heads, purpose);
  const rotary = rotaryOf(
    model.architecture,
    layer < 0 ? model.architecture.layers + layer : layer,
  );
  checkOffset(offset, rotary !== null);
  const [left, right] = tf.tidy(() => {
    const query = weightOf(model, layer, "W_Q", heads);
    const key = weightOf(model, layer, "W_K", heads.map((head) => keyHead(model, head)));
    // As a pass does it, the factor of attention stands in both.
    const at = (matrices: tf.Tensor, position: number) =>
      rotary
        ? turned(
          matrices.reshape([-1, 1, matrices.shape.at(-1)!]),
          rotaryTables(rotary, [[position]], 1),
        ).reshape(matrices.shape)
        : matrices;
    return [at(query, offset!), at(key, 0).transpose([0, 2, 1])];
  });
  return new FactoredMatrix(left!, right!);
}

/**
 * The key head that a query head reads, in groups of equal size.
 *
 * @param model The model.
 * @param head The query head, counted from 0.
 *
 * @example
 * ```ts
 * import { keyHead, load } from "@innerworks/innerworks";
 * if (keyHead(await load("seedling"), 5) !== 5) throw new Error("in seedling each head has its own");
 * ```
 */
export function keyHead({ architecture }: Pick<Transformer, "architecture">, head: number): number {
  return Math.floor(head * architecture.keyValueHeads / architecture.heads);
}

/** A weight of some heads of a layer, `[head, ...]`: the layer's is made once for all of them. */
function weightOf(
  model: Transformer,
  layer: number,
  ...[name, heads]: [name: "W_Q" | "W_K" | "W_V" | "W_O", heads: readonly number[]]
): tf.Tensor {
  const whole = model.layerWeight(layer, name)!.tensor();
  const all = heads.length === whole.shape[0] && heads.every((head, i) => head === i);
  return all ? whole : tf.gather(whole, tf.tensor1d([...heads], "int32"));
}

/** The only matrix of a batch. */
function onlyOne(circuits: FactoredMatrix): FactoredMatrix {
  const only = circuits.at(0);
  circuits.dispose();
  return only;
}

function headsOf(
  { architecture }: Transformer,
  given: readonly number[] | undefined,
  purpose: string,
): number[] {
  const { heads } = architecture;
  return (given ?? Array.from({ length: heads }, (_, head) => head)).map((head) => {
    const at = head < 0 ? heads + head : head;
    if (Number.isInteger(at) && at >= 0 && at < heads) return at;
    throw new RangeError(
      `Cannot ${purpose} as the head must be from ${-heads} to ${
        heads - 1
      }: current value is ${head}`,
    );
  });
}

function refuseHeadNorm({ architecture, provenance }: Transformer, purpose: string): void {
  if (!architecture.queryKeyNorm) return;
  throw new TypeError(
    `Cannot ${purpose} as queries and keys must not be normalised: in ${provenance.name} they are, each by its own length, so no matrix gives their scores`,
  );
}

function checkOffset(offset: number | undefined, turns: boolean): void {
  if (offset === undefined && !turns) return;
  if (Number.isSafeInteger(offset) && offset! >= 0) return;
  throw new RangeError(
    offset === undefined
      ? "Cannot read a QK circuit without an offset as positions turn queries and keys: give { offset: 1 } for the key just before the query, or 0 for its own"
      : `Cannot read a QK circuit as offset must be a whole number from 0 on, the positions from the key to the query: current value is ${offset}`,
  );
}
