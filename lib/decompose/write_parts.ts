/**
 * A write to the stream, taken apart as finely as it is asked for.
 *
 * @module
 */

import { attentionParts } from "./attention_parts.ts";
import { constant, type Expansion } from "./expansion.ts";
import { feedForwardParts } from "./feed_forward_parts.ts";
import type { Levels, Part } from "./part.ts";
import type { StreamRows } from "./stream_rows.ts";
import type { StreamWrite } from "./stream_writes.ts";

/** Takes a write apart. */
export function writeParts(write: StreamWrite, rows: StreamRows, levels: Levels): Expansion[] {
  const { kind, layer, after, own } = write;
  if (kind === "bias") return [constant({ ...write.bias!, layer }, rows, after)];
  if (kind === "embed") return [whole({ kind: "embedding", label: "embed", layer }, "embed")];
  if (kind === "pos_embed") return [whole({ kind: "position", label: "pos_embed", layer }, kind)];
  const attention = kind === "attention";
  if (levels[attention ? "attention" : "feedForward"] === "component") {
    const label = `L${layer} ${attention ? "attn" : "mlp"}`;
    return [whole({ kind, label, layer }, `blocks.${layer}.${attention ? "attn" : "mlp"}_out`)];
  }
  const norms = own ? [own, ...after] : after;
  const inner = attention
    ? attentionParts(rows, layer!, levels.attention, norms)
    : feedForwardParts(rows, layer!, levels.feedForward, norms);
  if (!own?.bias) return inner;
  const label = `L${layer} ${attention ? "ln1_post" : "ln2_post"} bias`;
  return [...inner, constant({ label, layer, vector: own.bias }, rows, after)];

  /** What stands at a site already behind a norm of its own. */
  function whole(part: Part, site: string): Expansion {
    return {
      parts: [part],
      norms: after,
      vectors: () => rows.value(site).expandDims(0),
      along: (directions) => rows.value(site).mul(directions).sum(-1).expandDims(0),
    };
  }
}
