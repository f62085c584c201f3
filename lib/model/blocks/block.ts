/**
 * One block: attention and feed-forward, one after the other or side by side.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import { exact } from "../mechanisms.ts";
import { seen } from "../observer.ts";
import type { BlockSite, Site } from "../sites.ts";
import { attention, type BlockContext } from "./attention.ts";
import { attentionNorm } from "./attention_norm.ts";
import { feedForward } from "./feed_forward.ts";
import type { Law } from "../law.ts";
import { both, measured, normed, stretched } from "./norm.ts";
import { leaving } from "./packed.ts";

/** Runs a block on the stream that enters it and returns the stream that leaves it, `[batch, position, width]`. */
export function block(stream: tf.Tensor, context: BlockContext): tf.Tensor {
  const { weights, layer, observer, given, packed } = context;
  const { norms = "before", parallel, sharedNorm = false } = weights.architecture;
  const look = (name: BlockSite, value: tf.Tensor) =>
    seen(observer, `blocks.${layer}.${name}`, value);
  const norm = (name: "ln1" | "ln2" | "ln1_post" | "ln2_post", x: tf.Tensor) =>
    normed(x, weights.norm(`blocks.${layer}.${name}`), context, {
      scale: `blocks.${layer}.${name}.scale`,
      normalized: `blocks.${layer}.${name}.normalized`,
    });
  const after = norms === "after" || norms === "around", onStream = norms === "stream";
  const [attends, computes] = [addsAtOnce("attn_out", context), addsAtOnce("mlp_out", context)];
  const all = given ? stream : look("resid_pre", stream);
  const { written, read } = given?.attn_out
    ? { written: null, read: null }
    : attention(all, attends ? { ...context, onto: all } : context);
  // What only gave keys and values stays behind.
  const entering = leaving(all, packed);
  const attended = attends ? null : look(
    "attn_out",
    written ? after ? norm("ln1_post", written) : written : given!.attn_out!,
  );
  if (parallel) {
    const shared = () => leaving(read ?? attentionNorm(all, context), packed);
    const computed = look(
      "mlp_out",
      given?.mlp_out ?? feedForward(entering, context, sharedNorm ? shared() : null),
    );
    // The order of the additions is that of the reference implementation.
    return look("resid_post", computed.add(attended!).add(entering));
  }
  const sum = attended ? entering.add(attended) : written!;
  const middle = look("resid_mid", onStream ? norm("ln1", sum) : sum);
  const added = computes ? { ...context, onto: middle } : context;
  const made = given?.mlp_out ?? feedForward(middle, added, null);
  const computed = computes
    ? null
    : look("mlp_out", after && !given?.mlp_out ? norm("ln2_post", made) : made);
  const last = computed ? middle.add(computed) : made;
  return look("resid_post", onStream ? norm("ln2", last) : last);
}

/** Whether what a component writes can go to the stream in one with its product: it is nothing but added, and nobody looks at it alone. */
function addsAtOnce(
  name: "attn_out" | "mlp_out",
  { weights, layer, observer, mechanisms, given, packed }: BlockContext,
): boolean {
  const { norms = "before", parallel, writingScale = 1 } = weights.architecture;
  const site: Site = `blocks.${layer}.${name}`;
  return (norms === "before" || norms === "stream") && !parallel && writingScale === 1 && !packed &&
    mechanisms.linear === exact.linear && !given?.[name] &&
    !(observer.mayWatch?.(site) ?? observer.watches(site));
}

const onStream = ({ norms }: { readonly norms?: string }) => norms === "stream";

/** The laws of the stream: what is written to it adds up. */
export const blockLaws: readonly Law[] = [
  {
    name: "resid_pre = resid_post of the block before",
    scope: "block",
    applies: (_, layer) => layer > 0,
    sides: ({ at, of, layer }) => [at("resid_pre"), of(`blocks.${layer - 1}.resid_post`)],
  },
  {
    name: "resid_mid = resid_pre + attn_out",
    scope: "block",
    applies: (architecture) => !architecture.parallel && !onStream(architecture),
    sides: ({ at }) => [at("resid_mid"), at("resid_pre").add(at("attn_out"))],
  },
  {
    name: "resid_post = resid_mid + mlp_out",
    scope: "block",
    applies: (architecture) => !architecture.parallel && !onStream(architecture),
    sides: ({ at }) => [at("resid_post"), at("resid_mid").add(at("mlp_out"))],
  },
  {
    name: "resid_post = resid_pre + attn_out + mlp_out",
    scope: "block",
    applies: ({ parallel }) => parallel,
    sides: ({ at }) => [
      at("resid_post"),
      at("resid_pre").add(at("attn_out")).add(at("mlp_out")),
    ],
  },
  {
    name: "resid_mid = norm of resid_pre + attn_out",
    scope: "block",
    applies: onStream,
    sides: (values) => [values.at("resid_mid"), stretched(values, `blocks.${values.layer}.ln1`)],
  },
  {
    name: "resid_post = norm of resid_mid + mlp_out",
    scope: "block",
    applies: onStream,
    sides: (values) => [values.at("resid_post"), stretched(values, `blocks.${values.layer}.ln2`)],
  },
  ...([["ln1", "resid_pre", "attn_out"], ["ln2", "resid_mid", "mlp_out"]] as const)
    .map(([norm, before, written]): Law => ({
      name: `${norm}: scale and normalized are those of ${before} + ${written}`,
      scope: "block",
      applies: onStream,
      sides: ({ at, architecture }) => [
        both(at, norm),
        measured(at(before).add(at(written)), architecture.norm),
      ],
    })),
];
