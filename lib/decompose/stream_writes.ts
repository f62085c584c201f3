/**
 * What is written to the stream until it is read somewhere, and the norms of fixed scale that each write goes through on its
 * way.
 *
 * In nearly all families the stream is a plain sum. Where a norm stands behind a component (Gemma 2, OLMo 2), what its heads
 * and neurons write goes through it; where norms stand on the stream itself (OPT's largest small one), everything written
 * before goes through them. With the scales of the run, all of these are linear: Kobayashi et al. 2021; Elhage et al. 2021.
 *
 * @module
 */

import type { Site, Transformer } from "../model/mod.ts";
import type { tf } from "../tensor/mod.ts";
import { type FrozenNorm, linearNorm } from "./frozen_run.ts";
import type { StreamRows } from "./stream_rows.ts";

/** Where the stream is read. */
export interface StreamEnd {
  /** The site. */
  readonly site: Site;
  /** The block. */
  readonly layer: number;
  /** Before its attention, between attention and feed-forward, or behind both. */
  readonly part: "resid_pre" | "resid_mid" | "resid_post";
}

/** Something that is written to the stream. */
export interface StreamWrite {
  /** What writes it. */
  readonly kind: "embed" | "pos_embed" | "attention" | "feed-forward" | "bias";
  /** Its block; null for embeddings. */
  readonly layer: number | null;
  /** The norm that stands behind a component; null for none. */
  readonly own: FrozenNorm | null;
  /** The norms that the stream goes through after it, in their order. */
  readonly after: readonly FrozenNorm[];
  /** The vector of a bias, and its name. */
  readonly bias?: { readonly label: string; readonly vector: tf.Tensor1D };
}

/** The stream behind the last block. */
export function lastStream({ sites, architecture: { layers } }: Transformer): Site {
  return sites.blocks[layers - 1]!.resid_post;
}

/**
 * Reads where the stream is to be read.
 *
 * @throws {RangeError} If the model has no such site, or it is no place of the stream.
 */
export function streamEnd(model: Transformer, at: string, purpose: string): StreamEnd {
  const site = model.site(at, purpose);
  const [, layer, part] = /^blocks\.(\d+)\.(resid_(?:pre|mid|post))$/.exec(site) ?? [];
  if (layer !== undefined) {
    return { site, layer: Number(layer), part: part as StreamEnd["part"] };
  }
  throw new RangeError(
    `Cannot ${purpose} as it must be read off the stream, at resid_pre, resid_mid or resid_post of a block: current value is ${
      JSON.stringify(at)
    }`,
  );
}

/** Lists what is written to the stream until it is read, in the order of the forward pass. */
export function streamWrites(rows: StreamRows, end: StreamEnd): StreamWrite[] {
  const { norms, parallel } = rows.model.architecture;
  const writes: (StreamWrite & { after: FrozenNorm[] })[] = [];
  const put = (write: Omit<StreamWrite, "after">) => writes.push({ ...write, after: [] });
  const bias = (label: string, layer: number, norm: FrozenNorm | null) => {
    if (norm?.bias) put({ kind: "bias", layer, own: null, bias: { label, vector: norm.bias } });
  };
  const throughNorm = (name: "ln1" | "ln2", layer: number) => {
    const norm = norms === "stream" ? rows.norm(`blocks.${layer}.${name}`) : null;
    if (!norm) return;
    for (const write of writes) write.after.push(norm);
    bias(`L${layer} ${name} bias`, layer, norm);
  };
  const component = (kind: "attention" | "feed-forward", layer: number, post: string) => {
    put({ kind, layer, own: rows.norm(`blocks.${layer}.${post}`) });
  };
  put({ kind: "embed", layer: null, own: null });
  if (rows.model.sites.pos_embed) put({ kind: "pos_embed", layer: null, own: null });
  for (let layer = 0; layer <= end.layer; layer++) {
    const last = layer === end.layer;
    if (last && end.part === "resid_pre") break;
    component("attention", layer, "ln1_post");
    throughNorm("ln1", layer);
    if (last && end.part === "resid_mid" && !parallel) break;
    component("feed-forward", layer, "ln2_post");
    throughNorm("ln2", layer);
  }
  return writes;
}

/** Sends vectors `[..., row, width]` through norms of fixed scale, without their biases. */
export function pushed(x: tf.Tensor, norms: readonly FrozenNorm[]): tf.Tensor {
  return norms.reduce<tf.Tensor>(linearNorm, x);
}

/**
 * Turns directions `[row, width]` behind norms of fixed scale into those before them: x · pulled(u) is pushed(x) · u. So a
 * direction meets many parts at the cost of one.
 */
export function pulled(direction: tf.Tensor, norms: readonly FrozenNorm[]): tf.Tensor {
  return norms.reduceRight<tf.Tensor>((u, { gain, scale, centred }) => {
    const gained = u.mul(gain).div(scale);
    return centred ? gained.sub(gained.mean(-1, true)) : gained;
  }, direction);
}

/** The sites that the norms on the way need. */
export function normScaleSites({ sites }: Transformer): Site[] {
  const blocks = sites.blocks.flatMap(({ ln1, ln1_post, ln2, ln2_post }) =>
    [ln1, ln2].flatMap((norm) => norm ? [norm.scale, norm.normalized] : [])
      .concat([ln1_post, ln2_post].flatMap((norm) => norm ? [norm.scale] : []))
  );
  return [...blocks, ...sites.ln_final ? [sites.ln_final.scale, sites.ln_final.normalized] : []];
}

/** The norm that reads a place of the stream, and the site of what it makes of it. */
export interface ReadingNorm {
  /** The norm, its scale that of the run. */
  readonly norm: FrozenNorm;
  /** The site of the stream after the division. */
  readonly normalized: Site;
}

/**
 * The norm that reads the stream where it is taken apart.
 *
 * @throws {TypeError} If none reads it there.
 */
export function readingNorm(
  rows: StreamRows,
  { layer, part, site }: StreamEnd,
  purpose: string,
): ReadingNorm {
  const { layers, norms = "before", sharedNorm = false } = rows.model.architecture;
  const next = part === "resid_pre" ? layer : part === "resid_post" ? layer + 1 : -1;
  const inFront = norms === "before" || norms === "around";
  const name = next === layers
    ? "ln_final"
    : !inFront
    ? null
    : next >= 0
    ? `blocks.${next}.ln1`
    : sharedNorm
    ? null
    : `blocks.${layer}.ln2`;
  const norm = name === null ? null : rows.norm(name);
  if (norm) return { norm, normalized: `${name}.normalized` as Site };
  throw new TypeError(
    `Cannot ${purpose} through a norm as one must read ${site}: ${rows.model.provenance.name} has none there`,
  );
}
