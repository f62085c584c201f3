/**
 * Feed-forward networks of experts, of which each token uses a few.
 *
 * Shazeer et al., "Outrageously Large Neural Networks", 2017, https://arxiv.org/abs/1701.06538; Jiang et al., "Mixtral of
 * Experts", 2024, https://arxiv.org/abs/2401.04088.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import { seen } from "../observer.ts";
import type { BlockSite } from "../sites.ts";
import type { BlockContext } from "./attention.ts";

/** The rows of the tokens that use each expert. */
type Routes = readonly (readonly number[])[];

/**
 * Computes what the chosen experts write, each weighted.
 *
 * Experts compute those tokens alone that use them. A token uses an expert where its weight is not zero, so that an edit
 * of the weights or of the chosen experts sends tokens elsewhere.
 *
 * @param read The normalised stream, `[batch, position, width]`.
 * @param context The weights, and who reads and changes values.
 */
export function mixture(read: tf.Tensor, context: BlockContext): tf.Tensor {
  const { layer, observer } = context, site = `blocks.${layer}.moe.weights` as const;
  const [batch, length, width] = read.shape as [number, number, number];
  const tokens = read.reshape([batch * length, width]);
  const weights = seen(observer, site, routed(read, context)), routes = routesOf(weights);
  const parts: tf.Tensor[] = [], places: number[][] = tokenLists(batch * length);
  let rows = 0;
  const add = (expert: number, own: readonly number[], used: boolean) => {
    if (used && own.length === 0) lookAtUnused(expert, [batch, length], context);
    if (own.length === 0) return;
    const picked = tf.tensor1d(Int32Array.from(own), "int32");
    const shares = tf.gather(weights.slice([expert, 0, 0], [1, batch, length]).flatten(), picked);
    const size = used ? [batch, length] as const : null;
    const written = expertOf(tf.gather(tokens, picked), expert, own, size, context);
    parts.push(written.mul(shares.expandDims(1)));
    own.forEach((token, index) => places[token]!.push(rows + index));
    rows += own.length;
  };
  routes.forEach((own, expert) => add(expert, own, true));
  // Weights of zero have gradients too: what the expert would write. It comes last, so that a look changes no bit.
  if (observer.watches(site)) {
    routes.forEach((own, expert) => {
      const uses = new Set(own);
      add(expert, places.map((_, token) => token).filter((token) => !uses.has(token)), false);
    });
  }
  return summed(parts, places, width).reshape([batch, length, width]);
}

/** The weight of each expert for each token, zero where it is not chosen, `[expert, batch, position]`. */
function routed(read: tf.Tensor, context: BlockContext): tf.Tensor {
  const { weights, layer, observer, mechanisms } = context;
  const { experts, chosen, normalised } = weights.architecture.mixture!;
  const look = (name: BlockSite, value: tf.Tensor) =>
    seen(observer, `blocks.${layer}.${name}`, value);
  const map = weights.linear(`blocks.${layer}.moe.router`);
  const rows = mechanisms.linear(read, map.matrix, map.bias, map); // [batch, position, expert]
  const logits = look("moe.router_logits", tf.transpose(rows, [2, 0, 1]));
  const last = tf.transpose(logits, [1, 2, 0]);
  const { indices } = tf.topk(last, chosen);
  const rated = tf.transpose(indices.cast("float32"), [2, 0, 1]);
  const best = look("moe.indices", rated);
  if (best !== rated) refuseStrangeExperts(best, experts);
  const used = tf.oneHot(best.cast("int32"), experts).cast("float32").max(0); // [batch, position, expert]
  // Normalised or not, what is left out of the softmax has a weight of zero.
  const hidden = used.sub(1).mul(1e30);
  const shares = normalised
    ? mechanisms.softmax(last.add(hidden)).mul(used)
    : mechanisms.softmax(last).mul(used);
  return tf.transpose(shares, [2, 0, 1]);
}

/** Refuses an edit that sends tokens to experts that are not there. */
function refuseStrangeExperts(indices: tf.Tensor, experts: number): void {
  const wrong = indices.dataSync().find((index) =>
    !(Number.isInteger(index) && index >= 0 && index < experts)
  );
  if (wrong === undefined) return;
  throw new RangeError(
    `Cannot send tokens to experts as moe.indices must be whole numbers from 0 to ${
      experts - 1
    }: current value is ${wrong}`,
  );
}

/** The tokens that use each expert. */
function routesOf(weights: tf.Tensor): Routes {
  const [experts, batch, length] = weights.shape as [number, number, number];
  const values = weights.dataSync(), tokens = batch * length;
  return Array.from({ length: experts }, (_, expert) => {
    const own: number[] = [];
    for (let token = 0; token < tokens; token++) {
      if (values[expert * tokens + token] !== 0) own.push(token);
    }
    return own;
  });
}

/** What one expert makes of tokens, `[token, width]`; its site is looked at where the size of the whole stream is given. */
function expertOf(
  x: tf.Tensor,
  expert: number,
  tokens: readonly number[],
  size: readonly [batch: number, length: number] | null,
  context: BlockContext,
): tf.Tensor {
  const { weights, layer, observer, mechanisms } = context;
  const { activation, gateLimits, neurons } = weights.architecture;
  const map = (x: tf.Tensor, part: "in" | "gate" | "out") => {
    const own = weights.linear(`blocks.${layer}.moe.experts.${expert}.${part}`);
    return mechanisms.linear(x, own.matrix, own.bias, own);
  };
  const limited = (x: tf.Tensor, least: number) =>
    gateLimits ? mechanisms.clip(x, least, gateLimits.limit) : x;
  const gate = mechanisms.activate(limited(map(x, "gate"), -Infinity), activation);
  const branch = limited(map(x, "in"), -(gateLimits?.limit ?? 0));
  let post = mechanisms.multiply(gate, gateLimits ? branch.add(gateLimits.shift) : branch);
  const site = `blocks.${layer}.moe.experts.${expert}.post` as const;
  if (size && observer.watches(site)) {
    const [batch, length] = size;
    const none = tf.fill([1, neurons], NaN),
      order = new Int32Array(batch * length).fill(tokens.length);
    tokens.forEach((token, row) => order[token] = row);
    const whole = tf.gather(tf.concat([post, none]), tf.tensor1d(order, "int32"))
      .reshape([batch, length, neurons]);
    const changed = seen(observer, site, whole);
    post = tf.gather(
      changed.reshape([batch * length, neurons]),
      tf.tensor1d(Int32Array.from(tokens), "int32"),
    );
  }
  return map(post, "out");
}

/** Tokens that do not use an expert have no neurons of it. */
function lookAtUnused(
  expert: number,
  [batch, length]: readonly [number, number],
  { weights, layer, observer }: BlockContext,
): void {
  const site = `blocks.${layer}.moe.experts.${expert}.post` as const;
  if (!observer.watches(site)) return;
  seen(observer, site, tf.fill([batch, length, weights.architecture.neurons], NaN));
}

function tokenLists(count: number): number[][] {
  return Array.from({ length: count }, () => []);
}

/** Adds up the rows that belong to each token. */
function summed(
  parts: readonly tf.Tensor[],
  places: readonly number[][],
  width: number,
): tf.Tensor {
  const most = places.reduce((most, { length }) => Math.max(most, length), 0);
  if (most === 0) return tf.zeros([places.length, width]);
  const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const all = tf.concat([...parts, tf.zeros([1, width])]);
  const terms = Array.from(
    { length: most },
    (_, rank) =>
      tf.gather(all, tf.tensor1d(Int32Array.from(places, (own) => own[rank] ?? rows), "int32")),
  );
  return terms.length === 1 ? terms[0]! : tf.addN(terms);
}
