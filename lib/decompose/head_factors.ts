/**
 * The circuits of all heads of a layer at once, as stacks of factors.
 *
 * @module
 */

import { einsum, matMul, type tf } from "../tensor/mod.ts";
import { ovCircuits, qkCircuits, type Transformer } from "../model/mod.ts";

/** The two factors of a circuit of each head of a layer. */
export type HeadFactors = {
  /** The left ones, `[head, width, head_width]`. */
  readonly left: tf.Tensor3D;
  /** The right ones, `[head, head_width, width]`. */
  readonly right: tf.Tensor3D;
};

/** A circuit of a head. */
export type HeadCircuit = "OV" | "QK";

/**
 * Stacks the circuits of a layer's heads; to be called within `tf.tidy`.
 *
 * @param model The model.
 * @param layer The layer.
 * @param circuit Which circuit.
 * @param offset How far the key stands before the query, where positions turn.
 */
export function headFactors(
  model: Transformer,
  layer: number,
  circuit: HeadCircuit,
  offset?: number,
): HeadFactors {
  const circuits = circuit === "OV"
    ? ovCircuits(model, layer)
    : qkCircuits(model, layer, offset === undefined ? {} : { offset });
  const { A, B } = circuits;
  // Clones, which share the numbers: a factored matrix frees its own when it is collected.
  const factors = { left: A.clone() as tf.Tensor3D, right: B.clone() as tf.Tensor3D };
  circuits.dispose();
  return factors;
}

/**
 * ‖A·B‖ / (‖A‖·‖B‖) for each head of one stack with each of another, `[head, head]`.
 *
 * With A = a₁·a₂ and B = b₁·b₂ the square is the sum of the entries of (a₁ᵀa₁ · a₂b₁) ⊙ (a₂b₁ · b₂b₂ᵀ), which has only
 * head_width × head_width numbers.
 */
export function compositions(a: HeadFactors, b: HeadFactors): tf.Tensor {
  const inner = einsum("hiw,gwj->hgij", a.right, b.left);
  const before = einsum("hwi,hwj->hij", a.left, a.left),
    after = einsum("giw,gjw->gij", b.right, b.right);
  const square = einsum("hik,hgkj->hgij", before, inner)
    .mul(einsum("hgik,gkj->hgij", inner, after)).sum([2, 3]);
  const own = (x: HeadFactors) =>
    einsum("hwi,hwj->hij", x.left, x.left).mul(einsum("hiw,hjw->hij", x.right, x.right)).sum([
      1,
      2,
    ]);
  const product = own(a).expandDims(1).mul(own(b).expandDims(0));
  // A head without weights reads nothing and is read by none: 0/0 is NaN, as undefined things are.
  return square.maximum(0).div(product).sqrt();
}

/** The right factors `[head, head_width, width]` by a matrix `[width, width]`. */
export function through(right: tf.Tensor, between: tf.Tensor): tf.Tensor {
  const [heads, inner, width] = right.shape as [number, number, number];
  return matMul(right.reshape([heads * inner, width]), between).reshape([heads, inner, width]);
}
