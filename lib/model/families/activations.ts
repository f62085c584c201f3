/**
 * What checkpoints call the non-linearities that we compute.
 *
 * @module
 */

import type { ActivationName } from "../../tensor/mod.ts";

/** Our name of a non-linearity by the names that configurations use. */
export const ACTIVATIONS: Readonly<Record<string, ActivationName>> = {
  gelu: "gelu",
  gelu_python: "gelu",
  gelu_new: "gelu_tanh",
  gelu_fast: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  gelu_python_tanh: "gelu_tanh",
  quick_gelu: "quick_gelu",
  relu: "relu",
  sigmoid: "sigmoid",
  silu: "silu",
  swish: "silu",
  tanh: "tanh",
};
