/**
 * The circuits of all heads of a layer at once, as stacks of factors.
 *
 * @module
 */

import { type FactoredMatrix, tf } from "../tensor/mod.ts";
import { ovCircuit, qkCircuit, type Transformer } from "../model/mod.ts";

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
  const each = Array.from(
    { length: model.architecture.heads },
    (_, head): FactoredMatrix =>
      circuit === "OV"
        ? ovCircuit(model, layer, head)
        : qkCircuit(model, layer, head, offset === undefined ? {} : { offset }),
  );
  const factors = {
    left: tf.stack(each.map(({ A }) => A)) as tf.Tensor3D,
    right: tf.stack(each.map(({ B }) => B)) as tf.Tensor3D,
  };
  for (const one of each) one.dispose();
  return factors;
}
