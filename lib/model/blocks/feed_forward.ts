/**
 * Feed-forward networks, plain and gated.
 *
 * Geva et al., 2021, https://arxiv.org/abs/2012.14913 for neurons as keys and values; Shazeer, "GLU Variants Improve
 * Transformer", 2020, https://arxiv.org/abs/2002.05202 for the gate.
 *
 * @module
 */

import { activate, linearActivate, type tf } from "../../tensor/mod.ts";
import { exact } from "../mechanisms.ts";
import { keepingNothing, seen } from "../observer.ts";
import type { BlockSite } from "../sites.ts";
import type { BlockContext } from "./attention.ts";
import { scaled } from "./scaled.ts";
import { mixture, writtenByExperts } from "./mixture.ts";
import type { Law, LawValues } from "../law.ts";
import { product } from "./embedding.ts";
import { both, measured, normed, stretched } from "./norm.ts";

/**
 * Computes what the feed-forward network writes.
 *
 * @param stream The stream that it reads, `[batch, position, width]`.
 * @param context The weights, and who reads and changes values.
 * @param shared The stream as attention read it, where both read one norm.
 * @returns What it writes, before any norm of that; the sum with the stream that it is told to add it to.
 */
export function feedForward(
  stream: tf.Tensor,
  context: BlockContext,
  shared: tf.Tensor | null,
): tf.Tensor {
  const { weights, layer, observer, mechanisms, given = {}, onto } = context;
  const { activation, gated, mixture: experts, writingScale = 1 } = weights.architecture;
  const look = (name: BlockSite, value: tf.Tensor) =>
    seen(observer, `blocks.${layer}.${name}`, value);
  const map = (x: tf.Tensor, part: "in" | "gate" | "out", added?: tf.Tensor) => {
    const { matrix, bias, transposed } = weights.linear(`blocks.${layer}.mlp.${part}`);
    return mechanisms.linear(x, matrix, bias, { transposed, ...added && { onto: added } });
  };
  const out = (post: tf.Tensor) => scaled(map(look("mlp.post", post), "out", onto), writingScale);
  const { "mlp.pre": pre, "mlp.post": post } = given;
  if (post) return out(post);
  if (pre) return out(mechanisms.activate(look("mlp.pre", pre), activation));
  const read = readStream(look("mlp_in", stream), stream, context, shared);
  if (experts) {
    const all = scaled(mixture(read, context), writingScale);
    return onto ? onto.add(all) : all;
  }
  const activated = (part: "in" | "gate") => {
    const inOne = mechanisms.linear === exact.linear && mechanisms.activate === exact.activate &&
      !observer.watches(`blocks.${layer}.mlp.pre`);
    if (!inOne) return mechanisms.activate(look("mlp.pre", map(read, part)), activation);
    const { matrix, bias, transposed } = weights.linear(`blocks.${layer}.mlp.${part}`);
    return linearActivate(read, matrix, bias, { transposed, activation });
  };
  if (!gated) return out(activated("in"));
  const gate = look("mlp.gate", activated("gate"));
  const branch = look("mlp.pre_linear", map(read, "in"));
  return out(mechanisms.multiply(gate, branch));
}

/** Normalises what the network reads, where a norm stands before it. */
function readStream(
  input: tf.Tensor,
  stream: tf.Tensor,
  context: BlockContext,
  shared: tf.Tensor | null,
): tf.Tensor {
  const { weights, layer, observer } = context, { norms = "before" } = weights.architecture;
  if (norms === "after" || norms === "stream") return input;
  if (shared && input === stream) return shared;
  // What is kept of a shared norm is attention's.
  const name = shared ? "ln1" : "ln2", own = shared ? keepingNothing(observer) : observer;
  return normed(input, weights.norm(`blocks.${layer}.${name}`), { ...context, observer: own }, {
    scale: `blocks.${layer}.${name}.scale`,
    normalized: `blocks.${layer}.${name}.normalized`,
  });
}

/** The stream as the network reads it. */
export function readByNeurons(values: LawValues): tf.Tensor {
  const { norms = "before", sharedNorm = false } = values.architecture;
  return norms === "before" || norms === "around"
    ? stretched(values, `blocks.${values.layer}.${sharedNorm ? "ln1" : "ln2"}`)
    : values.at("mlp_in");
}

/** What the network, or its experts, write. */
function written(values: LawValues): tf.Tensor {
  const { at, own, architecture: { mixture, writingScale = 1 } } = values;
  const all = mixture
    ? writtenByExperts(values)
    : product(at("mlp.post"), own("mlp.W_out")).add(own("mlp.b_out"));
  return all.mul(writingScale);
}

const plain = ({ mixture }: { readonly mixture?: unknown }) => mixture == null;
const throughNorm = ({ norms }: { readonly norms?: string }) =>
  norms === "after" || norms === "around";

/** The laws of feed-forward networks. */
export const feedForwardLaws: readonly Law[] = [
  {
    name: "mlp_in = the stream before it",
    scope: "block",
    sides: ({ at, architecture: { parallel } }) => [
      at("mlp_in"),
      at(parallel ? "resid_pre" : "resid_mid"),
    ],
  },
  {
    name: "mlp.pre = what the network reads · W_in, or W_gate, + bias",
    scope: "block",
    applies: plain,
    sides: (values) => {
      const part = values.architecture.gated ? "gate" : "in";
      const made = product(readByNeurons(values), values.own(`mlp.W_${part}`));
      return [values.at("mlp.pre"), made.add(values.own(`mlp.b_${part}`))];
    },
  },
  {
    name: "mlp.post = the non-linearity of mlp.pre",
    scope: "block",
    applies: (architecture) => plain(architecture) && !architecture.gated,
    sides: ({ at, architecture: { activation } }) => [
      at("mlp.post"),
      activate(at("mlp.pre"), activation),
    ],
  },
  {
    name: "mlp.gate = the non-linearity of mlp.pre",
    scope: "block",
    applies: (architecture) => plain(architecture) && architecture.gated,
    sides: ({ at, architecture: { activation } }) => [
      at("mlp.gate"),
      activate(at("mlp.pre"), activation),
    ],
  },
  {
    name: "mlp.post = mlp.gate · mlp.pre_linear",
    scope: "block",
    applies: (architecture) => plain(architecture) && architecture.gated,
    sides: ({ at }) => [at("mlp.post"), at("mlp.gate").mul(at("mlp.pre_linear"))],
  },
  {
    name: "mlp.pre_linear = what the network reads · W_in + b_in",
    scope: "block",
    applies: (architecture) => plain(architecture) && architecture.gated,
    sides: (values) => {
      const made = product(readByNeurons(values), values.own("mlp.W_in"));
      return [values.at("mlp.pre_linear"), made.add(values.own("mlp.b_in"))];
    },
  },
  {
    name: "mlp_out = neurons · W_out + b_out",
    scope: "block",
    applies: (architecture) => plain(architecture) && !throughNorm(architecture),
    sides: (values) => [values.at("mlp_out"), written(values)],
  },
  {
    name: "mlp_out = the weighted experts' sum",
    scope: "block",
    applies: (architecture) => !plain(architecture) && !throughNorm(architecture),
    sides: (values) => [values.at("mlp_out"), written(values)],
  },
  {
    name: "ln2_post: scale and normalized are those of what the network writes",
    scope: "block",
    applies: throughNorm,
    sides: (
      values,
    ) => [both(values.at, "ln2_post"), measured(written(values), values.architecture.norm)],
  },
  {
    name: "mlp_out = ln2_post.normalized, by its gain",
    scope: "block",
    applies: throughNorm,
    sides: (values) => [values.at("mlp_out"), stretched(values, `blocks.${values.layer}.ln2_post`)],
  },
];
