/**
 * A model as a tree of its parts, for drawing.
 *
 * @module
 */

import type { TreeNode, TreeOptions } from "../show/mod.ts";
import type { Architecture } from "./architecture.ts";
import type { Site } from "./sites.ts";
import type { Provenance } from "./transformer.ts";
import type { Weights } from "./weights.ts";
import { attentionWords, feedForwardWords, normWords, positionWords, scaleWords } from "./words.ts";

/** Arranges a model's facts, sites and weights as a tree; blocks after the first are folded into one line each. */
export function modelTree(
  architecture: Architecture,
  weights: Weights,
  { name, source, changes = [] }: Provenance,
  sites: readonly Site[],
): TreeOptions {
  const { layers, heads, width, headWidth, neurons, vocabulary, positions, parallel } =
    architecture;
  const attention = attentionWords(architecture), scales = scaleWords(architecture);
  const facts: TreeNode[] = [
    { name: "family", note: architecture.family },
    {
      name: "blocks",
      note: `${layers}, attention and feed-forward ${parallel ? "in parallel" : "in turn"}`,
    },
    {
      name: "heads",
      note: [`${heads} a block, ${headWidth} wide`, ...attention].join(", "),
    },
    {
      name: "stream",
      note: [`${width} wide, ${normWords(architecture)}`, ...scales].join(", "),
    },
    {
      name: "neurons",
      note: `${neurons} a block, ${feedForwardWords(architecture)}`,
    },
    {
      name: "positions",
      note: `${Number.isFinite(positions) ? positions : "any number of them"}, ${
        positionWords(architecture)
      }`,
    },
    {
      name: "vocabulary",
      note: `${vocabulary} tokens, unembedding ${
        architecture.tied ? "tied to the embedding" : "of its own"
      }`,
    },
    {
      name: "weights",
      note: `${weights.count.toLocaleString("en-US")} in ${weights.storedTypes.join(", ")}`,
    },
    ...changes.length === 0 ? [] : [{
      name: "changes",
      note: `${changes.length} since it was read`,
      children: changes.map((change) => ({ name: change })),
    }],
  ];
  const inBlock = (layer: number): TreeNode[] =>
    sites.filter((site) => site.startsWith(`blocks.${layer}.`)).map((site) => ({ name: site }));
  const outer = (prefix: RegExp) =>
    sites.filter((site) => prefix.test(site)).map((site) => ({ name: site }));
  return {
    title: name,
    root: {
      name,
      note: `${architecture.family}, ${layers} blocks, ${
        weights.count.toLocaleString("en-US")
      } weights`,
      children: [
        ...facts,
        {
          name: "sites",
          note: `${sites.length} places to read and edit`,
          children: [
            ...outer(/^(embed|embed_ln\..*|pos_embed)$/),
            ...Array.from({ length: layers }, (_, layer) => ({
              name: `blocks.${layer}`,
              note: `${inBlock(layer).length} sites`,
              children: inBlock(layer),
            })),
            ...outer(/^(ln_final\.|logits$)/),
          ],
        },
      ],
    },
    caption: `read from ${source}${changes.length > 0 ? ", then changed" : ""}`,
  };
}
