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
import type { Law, LawValues } from "../law.ts";
import type { BlockContext } from "./attention.ts";
import { product } from "./embedding.ts";
import { readByNeurons } from "./feed_forward.ts";

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

/** The sum of what experts write, each by its weight; what no token uses is left out. */
export function writtenByExperts({ at, own, architecture }: LawValues): tf.Tensor {
  const experts = Array.from({ length: architecture.mixture!.experts }, (_, expert) => expert);
  const weights = tf.unstack(at("moe.weights"));
  return tf.addN(experts.map((expert) => {
    const name = `moe.experts.${expert}`, share = weights[expert]!.expandDims(2);
    const post = at(`moe.experts.${expert}.post`);
    const used = tf.where(share.notEqual(0).broadcastTo(post.shape), post, tf.zerosLike(post));
    return product(used, own(`${name}.W_out`)).add(own(`${name}.b_out`)).mul(share);
  }));
}

/** The laws of routing. */
export const mixtureLaws: readonly Law[] = [
  {
    name: "moe.router_logits = what the experts read · W_router + b_router",
    scope: "block",
    applies: ({ mixture }) => mixture != null,
    sides: (values) => {
      const made = product(readByNeurons(values), values.own("moe.W_router"));
      return [
        values.at("moe.router_logits"),
        tf.transpose(made.add(values.own("moe.b_router")), [2, 0, 1]),
      ];
    },
  },
  {
    name: "moe.weights = softmax of the chosen experts' router_logits",
    scope: "block",
    applies: ({ mixture }) => mixture != null && mixture.normalised,
    sides: ({ at, architecture }) => {
      const logits = at("moe.router_logits"), { experts } = architecture.mixture!;
      const used = tf.oneHot(at("moe.indices").cast("int32"), experts).max(0);
      const chosen = tf.transpose(used, [2, 0, 1]).cast("float32");
      const all = logits.exp().mul(chosen);
      return [at("moe.weights"), all.div(all.sum(0, true))];
    },
  },
  {
    name: "moe.indices are the experts of the greatest router_logits",
    scope: "block",
    applies: ({ mixture }) => mixture != null,
    sides: ({ at, architecture }) => {
      const last = tf.transpose(at("moe.router_logits"), [1, 2, 0]);
      const { values } = tf.topk(last, architecture.mixture!.chosen);
      const own = tf.transpose(at("moe.indices"), [1, 2, 0]).cast("int32");
      return [gathered(last, own), values];
    },
  },
];

/** Picks numbers of the last axis by indices. */
function gathered(x: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  const experts = x.shape[2]!;
  return tf.oneHot(indices.cast("int32"), experts).mul(x.expandDims(2)).sum(3);
}
