/**
 * The two ends of a model: tokens to streams, streams to logits.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import { seen } from "../observer.ts";
import type { BlockContext } from "./attention.ts";
import { scaled } from "./scaled.ts";
import { measured, normed, stretched } from "./norm.ts";
import type { Law, LawValues } from "../law.ts";
import type { LinearMap } from "../weights.ts";

/** What the ends of a model read beside the stream: what blocks do, but for the number of the block. */
type Context = Pick<BlockContext, "weights" | "observer" | "mechanisms">;

/**
 * Looks tokens up and adds their positions, `[batch, position, width]`.
 *
 * @param ids The token ids, `[batch, column]`.
 * @param places The position of each column: one list for all rows, or a list for each.
 * @param context The weights, and who reads and changes values.
 */
export function embed(
  ids: readonly (readonly number[])[],
  places: readonly (readonly number[])[],
  context: Context,
): tf.Tensor {
  const { weights, observer, mechanisms } = context, { width } = weights.architecture;
  const { embeddingScale = 1, embeddingNorm = false, embeddingWidth } = weights.architecture;
  const batch = ids.length, length = ids[0]!.length, projects = (embeddingWidth ?? width) !== width;
  const indices = tf.tensor1d(Int32Array.from(ids.flat()), "int32");
  const rows = tf.gather(weights.embed, indices).reshape([batch, length, -1]);
  const map = projects ? weights.linear("embed.in") : null;
  const tokens = scaled(
    map ? mechanisms.linear(rows, map.matrix, null, map) : rows,
    embeddingScale,
  );
  const own = embeddingNorm
    ? normed(tokens, weights.norm("embed_ln"), context, {
      scale: "embed_ln.scale",
      normalized: "embed_ln.normalized",
    })
    : tokens;
  const stream = seen(observer, "embed", own);
  return withPositions(stream, places, context);
}

/** Adds learned positions. */
function withPositions(
  stream: tf.Tensor,
  places: readonly (readonly number[])[],
  { weights, observer }: Context,
): tf.Tensor {
  const [batch, length, width] = stream.shape as [number, number, number];
  const { position } = weights.architecture;
  if (position.kind !== "learned") return stream;
  const rows = tf.gather(weights.positions, tf.tensor1d(Int32Array.from(places.flat()), "int32"))
    .reshape([places.length, length, width]);
  // Where nobody watches, the one row of positions is added to every prompt without being copied.
  const positions = observer.watches("pos_embed")
    ? seen(observer, "pos_embed", places.length === batch ? rows : tf.tile(rows, [batch, 1, 1]))
    : rows;
  return stream.add(positions);
}

/**
 * Reads logits `[batch, position, vocabulary]` off the last stream.
 *
 * @param stream The stream.
 * @param context The weights, and who reads and changes values.
 * @param vocabulary The tokens whose logits are wanted; all by default.
 */
export function unembed(
  stream: tf.Tensor,
  context: Context,
  vocabulary?: readonly number[],
): tf.Tensor {
  const { weights, observer } = context, { finalNorm = true } = weights.architecture;
  const read = finalNorm
    ? normed(stream, weights.norm("ln_final"), context, {
      scale: "ln_final.scale",
      normalized: "ln_final.normalized",
    })
    : stream;
  if (vocabulary) return bent(unembedded(read, context, { vocabulary }), context);
  return seen(observer, "logits", bent(unembedded(read, context), context));
}

/** Multiplies what the unembedding reads, `[..., width]`, by its matrices and by the scale of the logits. */
export function unembedded(
  read: tf.Tensor,
  { weights, mechanisms }: Pick<Context, "weights" | "mechanisms">,
  { bias = true, vocabulary }: {
    readonly bias?: boolean;
    readonly vocabulary?: readonly number[];
  } = {},
): tf.Tensor {
  const { logitScale = 1, embeddingWidth, width } = weights.architecture;
  const projects = (embeddingWidth ?? width) !== width;
  const before = projects ? weights.linear("unembed.in") : null;
  const last = before ? mechanisms.linear(read, before.matrix, null, before) : read;
  const map = vocabulary ? columnsOf(weights.unembed, vocabulary) : weights.unembed;
  return scaled(mechanisms.linear(last, map.matrix, bias ? map.bias : null, map), logitScale);
}

/** A map of some of the outputs of another. */
function columnsOf({ matrix, transposed, bias }: LinearMap, outputs: readonly number[]): LinearMap {
  const places = tf.tensor1d(Int32Array.from(outputs), "int32");
  return {
    matrix: tf.gather(matrix, places, transposed ? 0 : 1),
    transposed,
    bias: bias && tf.gather(bias, places),
  };
}

/** Bends logits by the soft cap, where the model has one. */
export function bent(
  logits: tf.Tensor,
  { weights, mechanisms }: Pick<Context, "weights" | "mechanisms">,
): tf.Tensor {
  const { logitCap } = weights.architecture;
  return logitCap ? mechanisms.softCap(logits, logitCap) : logits;
}

/** Token embeddings as the stream has them, before any norm. */
function looked({ architecture, ids, weight }: LawValues): tf.Tensor {
  const { embeddingScale = 1, embeddingWidth } = architecture;
  const indices = tf.tensor1d(Int32Array.from(ids.flat()), "int32");
  const rows = tf.gather(weight("W_E"), indices);
  const wide = embeddingWidth == null ? rows : tf.matMul(rows, weight("W_E_in"));
  return wide.mul(embeddingScale).reshape([ids.length, ids[0]!.length, architecture.width]);
}

/** The laws of the two ends. */
export const embeddingLaws: readonly Law[] = [
  {
    name: "embed = W_E of the tokens",
    scope: "model",
    applies: ({ embeddingNorm = false }) => !embeddingNorm,
    sides: (values) => [values.of("embed"), looked(values)],
  },
  {
    name: "embed = norm of W_E of the tokens",
    scope: "model",
    applies: ({ embeddingNorm = false }) => embeddingNorm,
    sides: (values) => [values.of("embed"), stretched(values, "embed_ln")],
  },
  {
    name: "embed_ln: scale and normalized are those of W_E of the tokens",
    scope: "model",
    applies: ({ embeddingNorm = false }) => embeddingNorm,
    sides: (values) => [
      tf.concat([values.of("embed_ln.scale"), values.of("embed_ln.normalized")], -1),
      measured(looked(values), values.architecture.norm),
    ],
  },
  {
    name: "resid_pre of block 0 = embed + pos_embed",
    scope: "model",
    applies: ({ position }) => position.kind === "learned",
    sides: ({ of }) => [of("blocks.0.resid_pre"), of("embed").add(of("pos_embed"))],
  },
  {
    name: "resid_pre of block 0 = embed",
    scope: "model",
    applies: ({ position }) => position.kind !== "learned",
    sides: ({ of }) => [of("blocks.0.resid_pre"), of("embed")],
  },
  {
    name: "logits are read off the last stream by W_U and b_U",
    scope: "model",
    sides: (values) => {
      const { architecture, of, weight } = values;
      const { finalNorm = true, layers, embeddingWidth, logitScale = 1, logitCap } = architecture;
      const last = finalNorm
        ? stretched(values, "ln_final")
        : of(`blocks.${layers - 1}.resid_post`);
      const narrow = embeddingWidth == null ? last : product(last, weight("W_U_in"));
      const plain = product(narrow, weight("W_U")).add(weight("b_U")).mul(logitScale);
      return [of("logits"), logitCap ? plain.div(logitCap).tanh().mul(logitCap) : plain];
    },
  },
];

/** Multiplies `[batch, position, width]` by a matrix. */
export function product(x: tf.Tensor, matrix: tf.Tensor): tf.Tensor {
  const width = x.shape.at(-1)!;
  return tf.matMul(x.reshape([-1, width]), matrix as tf.Tensor2D)
    .reshape([...x.shape.slice(0, -1), matrix.shape[1]!]);
}
