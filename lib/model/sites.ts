/**
 * The sites of a model: the named places of a forward pass whose values can be read and edited.
 *
 * The names are those that users of TransformerLens know, without `hook_`; its own strings are accepted and mean the same.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";

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
  /** Queries, before rotation. */
  "attn.q": "head batch position head_width",
  /** Keys, before rotation; a head here is a key head, which several query heads may share. */
  "attn.k": "head batch position head_width",
  /** Values; a head here is a value head, which several query heads may share. */
  "attn.v": "head batch position head_width",
  /** Queries after rotation; only in families with rotary positions. */
  "attn.rot_q": "head batch position head_width",
  /** Keys after rotation; only in families with rotary positions. */
  "attn.rot_k": "head batch position head_width",
  /** Attention scores after scale and mask; −∞ where a key is later than its query, whatever an edit puts there. */
  "attn.scores": "head batch query key",
  /** Attention weights: each row sums to 1. An edit is taken as it is, later keys and sums other than 1 included. */
  "attn.pattern": "head batch query key",
  /** Each head's mix of values. */
  "attn.z": "head batch position head_width",
  /** What each head adds to the stream: z · W_O, without the bias b_O. */
  "attn.result": "head batch position width",
  /** What attention adds to the stream, the bias included. */
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
  /** The activations of the neurons, which W_out reads. */
  "mlp.post": "batch position neuron",
  /** What the feed-forward network adds to the stream. */
  "mlp_out": "batch position width",
  /** The residual stream as it leaves the block. */
  "resid_post": "batch position width",
} as const;

/** The sites outside the blocks with the names of their axes. */
export const outerSites = {
  /** The token embeddings. */
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

/** The name of a site within a block. */
export type BlockSite = keyof typeof blockSites;

/** The name of a site. */
export type Site = keyof typeof outerSites | `blocks.${number}.${BlockSite}`;

/** A site as TransformerLens spells it, which is accepted wherever a site is. */
export type HookName = `${string}hook_${string}`;

/** Some sites: one, all that fit a pattern with `*`, or a block's site by its bare name for every layer. */
export type SitePattern = Site | BlockSite | HookName | `${string}*${string}`;

/** The sites of a block that only some families have. */
type FamilySite =
  | "attn.rot_q"
  | "attn.rot_k"
  | "resid_mid"
  | "mlp.gate"
  | "mlp.pre_linear";

/** The sites of a block whose names begin with a group, such as `attn`, by the rest of their names. */
export type SiteGroup<Group extends string> =
  & { readonly [Name in Exclude<BlockSite, FamilySite> as Rest<Group, Name>]: Site }
  & { readonly [Name in FamilySite as Rest<Group, Name>]?: Site };

type Rest<Group extends string, Name extends string> = Name extends `${Group}.${infer Part}` ? Part
  : never;

/** The sites of one block as a tree, its leaves their names; those that a family lacks are absent. */
export interface BlockSites {
  /** The stream as it enters. */
  readonly resid_pre: Site;
  /** The norm before attention. */
  readonly ln1: SiteGroup<"ln1">;
  /** Attention. */
  readonly attn: SiteGroup<"attn">;
  /** What attention adds. */
  readonly attn_out: Site;
  /** The stream in between; absent in parallel blocks. */
  readonly resid_mid?: Site;
  /** The stream that the feed-forward network reads. */
  readonly mlp_in: Site;
  /** The norm before the feed-forward network. */
  readonly ln2: SiteGroup<"ln2">;
  /** The feed-forward network. */
  readonly mlp: SiteGroup<"mlp">;
  /** What the feed-forward network adds. */
  readonly mlp_out: Site;
  /** The stream as it leaves. */
  readonly resid_post: Site;
}

/** The sites of a model as a tree, its leaves their names. */
export interface SiteTree {
  /** The token embeddings. */
  readonly embed: Site;
  /** The position embeddings; absent where positions are not learned. */
  readonly pos_embed?: Site;
  /** The sites of each block. */
  readonly blocks: readonly BlockSites[];
  /** The last norm. */
  readonly ln_final: {
    /** What the last norm divides by. */
    readonly scale: Site;
    /** The last stream after that. */
    readonly normalized: Site;
  };
  /** The logits. */
  readonly logits: Site;
}

/** Whether a block of this architecture has the site. */
function hasBlockSite(architecture: Architecture, name: BlockSite): boolean {
  if (name === "attn.rot_q" || name === "attn.rot_k") {
    return architecture.position.kind === "rotary";
  }
  if (name === "mlp.gate" || name === "mlp.pre_linear") return architecture.gated;
  if (name === "resid_mid") return !architecture.parallel;
  return true;
}

/** Lists the sites of an architecture with the names of their axes, in the order of a forward pass. */
export function listSites(architecture: Architecture): ReadonlyMap<Site, readonly string[]> {
  const sites = new Map<Site, readonly string[]>();
  const put = (site: Site, axes: string) => sites.set(site, axes.split(" "));
  put("embed", outerSites.embed);
  if (architecture.position.kind === "learned") put("pos_embed", outerSites.pos_embed);
  const names = (Object.keys(blockSites) as BlockSite[])
    .filter((name) => hasBlockSite(architecture, name));
  for (let layer = 0; layer < architecture.layers; layer++) {
    for (const name of names) put(`blocks.${layer}.${name}`, blockSites[name]);
  }
  for (const name of ["ln_final.scale", "ln_final.normalized", "logits"] as const) {
    put(name, outerSites[name]);
  }
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
