/**
 * The sites of a model: the named places of a forward pass whose values can be read and edited.
 *
 * The names are those that users of TransformerLens know, without `hook_`; its own strings are accepted and mean the same.
 *
 * @module
 */

import type { Architecture, RotaryKind } from "./architecture.ts";
import { hasNorm } from "./slots.ts";

/** The sites of a block with the names of their axes, in the order in which a forward pass reaches them. */
export const blockSites = {
  /** The residual stream as it enters the block. */
  "resid_pre": "batch position width",
  /** A copy of the entering stream for the queries of each head, before the norm. */
  "attn.q_input": "head batch position width",
  /** A copy of the entering stream for the keys of each key head, before the norm. */
  "attn.k_input": "head batch position width",
  /** A copy of the entering stream for the values of each value head, before the norm. */
  "attn.v_input": "head batch position width",
  /** What the norm before attention divides by: √(variance + ε), or √(mean square + ε). */
  "ln1.scale": "batch position one",
  /** The stream after that division (and centring), before gain and bias. */
  "ln1.normalized": "batch position width",
  /** Queries as they are projected, before any norm and before rotation. */
  "attn.q": "head batch position head_width",
  /** Keys as they are projected, before any norm and before rotation; a head here is a key head, which several query heads may share. */
  "attn.k": "head batch position head_width",
  /** Values; a head here is a value head, which several query heads may share. */
  "attn.v": "head batch position head_width",
  /** Queries after they were cut off; only where the model does so. */
  "attn.q_clipped": "head batch position head_width",
  /** Keys after they were cut off; only where the model does so. */
  "attn.k_clipped": "head batch position head_width",
  /** Values after they were cut off, as the pattern mixes them; only where the model does so. */
  "attn.v_clipped": "head batch position head_width",
  /** Queries after their norm, before rotation; only where queries have a norm. */
  "attn.q_normed": "head batch position head_width",
  /** Keys after their norm, before rotation; only where keys have a norm. */
  "attn.k_normed": "head batch position head_width",
  /** Queries after rotation; only in layers that turn them. */
  "attn.rot_q": "head batch position head_width",
  /** Keys after rotation; only in layers that turn them. */
  "attn.rot_k": "head batch position head_width",
  /**
   * Attention scores after scale, soft cap, position bias and mask; −∞ where a key is later than its query or out of the
   * window, whatever an edit puts there.
   */
  "attn.scores": "head batch query key",
  /** The scores of attending to nothing, beside those of the keys; only where heads have sinks. */
  "attn.sinks": "head batch query",
  /** Attention weights: each row sums to 1, or to less where heads have sinks. An edit is taken as it is, later keys and sums other than 1 included. */
  "attn.pattern": "head batch query key",
  /** Each head's mix of values. */
  "attn.z": "head batch position head_width",
  /** What each head writes: z · W_O, without the bias b_O, before any norm of what attention writes. */
  "attn.result": "head batch position width",
  /** What the norm of what attention writes divides by; only where there is one. */
  "ln1_post.scale": "batch position one",
  /** What attention writes after that division, before the gain. */
  "ln1_post.normalized": "batch position width",
  /** What attention adds to the stream, the bias included, after any norm. */
  "attn_out": "batch position width",
  /** The stream between attention and feed-forward; absent where both read the same stream. */
  "resid_mid": "batch position width",
  /** The stream as the feed-forward network reads it, before the norm. */
  "mlp_in": "batch position width",
  /** What the norm before the feed-forward network divides by. */
  "ln2.scale": "batch position one",
  /** The stream after that division (and centring), before gain and bias. */
  "ln2.normalized": "batch position width",
  /** What the non-linearity reads: x · W_in + b_in, or x · W_gate where there is a gate. */
  "mlp.pre": "batch position neuron",
  /** The non-linearity of `mlp.pre`; only in gated networks, where `mlp.post = mlp.gate · mlp.pre_linear`. */
  "mlp.gate": "batch position neuron",
  /** The linear branch x · W_in; only in gated networks. */
  "mlp.pre_linear": "batch position neuron",
  /** What the router rates each expert with; only in mixtures. */
  "moe.router_logits": "expert batch position",
  /** The experts that each token uses, the best first; whole numbers. */
  "moe.indices": "component batch position",
  /** What each expert is multiplied by, zero where a token does not use it. */
  "moe.weights": "expert batch position",
  /** The activations of the neurons, which W_out reads. */
  "mlp.post": "batch position neuron",
  /** What the norm of what the feed-forward network writes divides by; only where there is one. */
  "ln2_post.scale": "batch position one",
  /** What the feed-forward network writes after that division, before the gain. */
  "ln2_post.normalized": "batch position width",
  /** What the feed-forward network adds to the stream, after any norm. */
  "mlp_out": "batch position width",
  /** The residual stream as it leaves the block. */
  "resid_post": "batch position width",
} as const;

/** The sites outside the blocks with the names of their axes. */
export const outerSites = {
  /** What the norm of embeddings divides by; only where there is one. */
  "embed_ln.scale": "batch position one",
  /** Embeddings after that division (and centring), before gain and bias. */
  "embed_ln.normalized": "batch position width",
  /** What tokens bring to the stream: their embeddings, after any factor and norm. */
  "embed": "batch position width",
  /** The position embeddings; only where positions are learned. */
  "pos_embed": "batch position width",
  /** What the last norm divides by. */
  "ln_final.scale": "batch position one",
  /** The last stream after that division (and centring), before gain and bias. */
  "ln_final.normalized": "batch position width",
  /** The logits. */
  "logits": "batch position vocabulary",
} as const;

/** The activations of one expert's neurons, NaN where a token does not use the expert. */
export type ExpertSite = `moe.experts.${number}.post`;

/** The axes of {@linkcode ExpertSite}. */
const EXPERT_AXES = "batch position neuron";

/** The name of a site within a block. */
export type BlockSite = keyof typeof blockSites | ExpertSite;

/** The name of a site. */
export type Site = keyof typeof outerSites | `blocks.${number}.${BlockSite}`;

/** A site as TransformerLens spells it, which is accepted wherever a site is. */
export type HookName = `${string}hook_${string}`;

/** Some sites: one, all that fit a pattern with `*`, or a block's site by its bare name for every layer. */
export type SitePattern = Site | BlockSite | HookName | `${string}*${string}`;

/** The sites of a block that all families have. */
type CommonSite =
  | "resid_pre"
  | `attn.${
    | "q_input"
    | "k_input"
    | "v_input"
    | "q"
    | "k"
    | "v"
    | "scores"
    | "pattern"
    | "z"
    | "result"}`
  | "attn_out"
  | "mlp_in"
  | "mlp_out"
  | "resid_post";

/** The sites of a block whose names begin with a group, such as `attn`, by the rest of their names. */
export type SiteGroup<Group extends string> =
  & { readonly [Name in Extract<BlockSite, CommonSite> as Rest<Group, Name>]: Site }
  & { readonly [Name in Exclude<BlockSite, CommonSite> as Rest<Group, Name>]?: Site };

type Rest<Group extends string, Name extends string> = Name extends `${Group}.${infer Part}` ? Part
  : never;

/** The two sites of a norm. */
export interface NormSite {
  /** What it divides by. */
  readonly scale: Site;
  /** What comes out of the division. */
  readonly normalized: Site;
}

/** The sites of one block as a tree, its leaves their names; those that a family lacks are absent. */
export interface BlockSites {
  /** The stream as it enters. */
  readonly resid_pre: Site;
  /** The norm before attention. */
  readonly ln1?: NormSite;
  /** Attention. */
  readonly attn: SiteGroup<"attn">;
  /** The norm of what attention writes. */
  readonly ln1_post?: NormSite;
  /** What attention adds. */
  readonly attn_out: Site;
  /** The stream in between; absent in parallel blocks. */
  readonly resid_mid?: Site;
  /** The stream that the feed-forward network reads. */
  readonly mlp_in: Site;
  /** The norm before the feed-forward network. */
  readonly ln2?: NormSite;
  /** The feed-forward network; absent in mixtures. */
  readonly mlp?: SiteGroup<"mlp">;
  /** The experts; only in mixtures. */
  readonly moe?: SiteGroup<"moe"> & {
    /** Each expert's own sites. */
    readonly experts: Readonly<Record<number, { readonly post: Site }>>;
  };
  /** The norm of what the feed-forward network writes. */
  readonly ln2_post?: NormSite;
  /** What the feed-forward network adds. */
  readonly mlp_out: Site;
  /** The stream as it leaves. */
  readonly resid_post: Site;
}

/** The sites of a model as a tree, its leaves their names. */
export interface SiteTree {
  /** The token embeddings. */
  readonly embed: Site;
  /** The norm of embeddings; absent where there is none. */
  readonly embed_ln?: NormSite;
  /** The position embeddings; absent where positions are not learned. */
  readonly pos_embed?: Site;
  /** The sites of each block. */
  readonly blocks: readonly BlockSites[];
  /** The last norm; absent in the few models without one. */
  readonly ln_final?: NormSite;
  /** The logits. */
  readonly logits: Site;
}

/** What a layer's queries and keys turn by; null where they do not turn. */
export function rotaryOf(
  { position }: Architecture,
  layer: number,
): Omit<RotaryKind, "layers"> | null {
  if (position.kind !== "rotary") return null;
  return position.layers ? position.layers[layer]! : position;
}

/** Whether a block of this architecture has the site. */
function hasBlockSite(architecture: Architecture, layer: number, name: string): boolean {
  const { gated, mixture, parallel, queryKeyNorm, clip, sinks = false } = architecture;
  const [group, part] = name.split(".") as [string, string?];
  switch (group) {
    case "ln1":
    case "ln2":
    case "ln1_post":
    case "ln2_post":
      return hasNorm(architecture, group);
    case "moe":
      return mixture != null;
    case "mlp":
      return mixture == null && (gated || (part !== "gate" && part !== "pre_linear"));
    case "resid_mid":
      return !parallel;
  }
  if (/_clipped$/.test(name)) return clip != null;
  if (/_normed$/.test(name)) return queryKeyNorm != null;
  if (name === "attn.sinks") return sinks;
  return !/rot_[qk]$/.test(name) || rotaryOf(architecture, layer) !== null;
}

/** The sites of a block in the order of its forward pass: where norms stand on the stream, after what is written to it. */
function inOrder({ norms }: Architecture): [name: string, axes: string][] {
  const all = Object.entries(blockSites);
  if (norms !== "stream") return all;
  const moved = all.filter(([name]) => !/^ln[12]\./.test(name));
  for (const [norm, before] of [["ln1.", "resid_mid"], ["ln2.", "resid_post"]] as const) {
    const place = moved.findIndex(([name]) => name === before);
    moved.splice(place, 0, ...all.filter(([name]) => name.startsWith(norm)));
  }
  return moved;
}

/** Lists the sites of an architecture with the names of their axes, in the order of a forward pass. */
export function listSites(architecture: Architecture): ReadonlyMap<Site, readonly string[]> {
  const { position, mixture, embeddingNorm = false, finalNorm = true } = architecture;
  const sites = new Map<Site, readonly string[]>();
  const put = (site: Site, axes: string) => sites.set(site, axes.split(" "));
  const outer = (...names: (keyof typeof outerSites)[]) => {
    for (const name of names) put(name, outerSites[name]);
  };
  if (embeddingNorm) outer("embed_ln.scale", "embed_ln.normalized");
  outer("embed");
  if (position.kind === "learned") outer("pos_embed");
  for (let layer = 0; layer < architecture.layers; layer++) {
    for (const [name, axes] of inOrder(architecture)) {
      if (!hasBlockSite(architecture, layer, name)) continue;
      put(`blocks.${layer}.${name as keyof typeof blockSites}`, axes);
      if (name !== "moe.weights") continue;
      for (let expert = 0; expert < mixture!.experts; expert++) {
        put(`blocks.${layer}.moe.experts.${expert}.post`, EXPERT_AXES);
      }
    }
  }
  if (finalNorm) outer("ln_final.scale", "ln_final.normalized");
  outer("logits");
  return sites;
}

/** Arranges sites as a tree whose branches are the parts of their names. */
export function siteTree(sites: Iterable<Site>): SiteTree {
  type Branch = { [name: string]: Branch | Site };
  const blocks: Branch[] = [];
  const tree: Branch = {};
  for (const site of sites) {
    const [, layer, inner] = /^blocks\.(\d+)\.(.+)$/.exec(site) ?? [];
    const parts = (inner ?? site).split(".");
    let branch = layer === undefined ? tree : (blocks[Number(layer)] ??= {});
    for (const part of parts.slice(0, -1)) branch = (branch[part] ??= {}) as Branch;
    branch[parts.at(-1)!] = site;
  }
  return { ...tree, blocks } as unknown as SiteTree;
}
