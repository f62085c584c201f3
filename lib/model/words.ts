/**
 * What a model computes, in words.
 *
 * @module
 */

import type { Architecture, PositionKind } from "./architecture.ts";

/** How streams are normalised, such as "RMSNorm of what is written". */
export function normWords(architecture: Architecture): string {
  const { norm, norms = "before", sharedNorm = false, embeddingNorm = false } = architecture;
  const places = {
    before: sharedNorm ? ", one before both halves of a block" : "",
    after: " of what is written",
    around: " of what is read and of what is written",
    stream: " of the stream after it was written to",
  };
  const gains = norm.gains ?? true ? "" : ", without gains";
  return `${norm.kind === "layer" ? "LayerNorm" : "RMSNorm"}${places[norms]}${gains}${
    embeddingNorm ? ", embeddings normalised too" : ""
  }`;
}

/** Where position comes from, such as "rotary on 8 of 32 columns, base 10000". */
export function positionWords({ position, headWidth }: Architecture): string {
  return wordsOf(position, headWidth);
}

function wordsOf(position: PositionKind, headWidth: number): string {
  switch (position.kind) {
    case "learned":
      return "learned";
    case "none":
      return "none";
    case "alibi":
      return "ALiBi";
    case "rotary": {
      const { rotated, base, pairing, scaling, layers } = position;
      const still = layers?.filter((own) => own === null).length ?? 0;
      const bases = new Set(layers?.flatMap((own) => own ? [own.base] : []) ?? [base]);
      return [
        `rotary on ${rotated} of ${headWidth} columns`,
        `base ${[...bases].join(" or ")}`,
        ...pairing === "half" ? [] : ["neighbours paired"],
        ...scaling.kind === "default" ? [] : [`stretched by ${scaling.kind}`],
        ...still === 0 ? [] : [`${still} ${still === 1 ? "layer" : "layers"} without`],
      ].join(", ");
    }
  }
}

/** What is particular about attention; empty where nothing is. */
export function attentionWords(architecture: Architecture): string[] {
  const { windows, queryKeyNorm, clip, scoreCap, sinks = false, heads, keyValueHeads } =
    architecture;
  const near = windows?.filter((window) => window !== null) ?? [];
  const all = near.length === windows?.length
    ? "every layer"
    : `${near.length} ${near.length === 1 ? "layer" : "layers"}`;
  return [
    ...keyValueHeads === heads ? [] : [
      `sharing ${keyValueHeads === 1 ? "one head" : `${keyValueHeads} heads`} of keys and values`,
    ],
    ...near.length === 0 ? [] : [`window of ${[...new Set(near)].join(" or ")} in ${all}`],
    ...queryKeyNorm
      ? [`queries and keys normalised, ${queryKeyNorm.over === "head" ? "by head" : "all heads"}`]
      : [],
    ...clip == null ? [] : [`queries, keys and values cut off at ${clip}`],
    ...scoreCap == null ? [] : [`scores bounded by ${scoreCap}`],
    ...sinks ? ["sinks"] : [],
  ];
}

/** What the feed-forward network is, such as "silu, gated". */
export function feedForwardWords(architecture: Architecture): string {
  const { activation, gated, mixture, gateLimits } = architecture;
  return [
    activation,
    ...gated ? ["gated"] : [],
    ...gateLimits ? [`limited to ${gateLimits.limit}`] : [],
    ...mixture ? [`${mixture.chosen} of ${mixture.experts} experts`] : [],
  ].join(", ");
}

/** What numbers are multiplied by or bounded by on their way; empty where they are not. */
export function scaleWords(architecture: Architecture): string[] {
  const { embeddingScale = 1, writingScale = 1, logitScale = 1, logitCap, embeddingWidth } =
    architecture;
  const number = (x: number) => String(Number(x.toPrecision(4)));
  return [
    ...embeddingWidth == null ? [] : [`embeddings ${embeddingWidth} wide`],
    ...embeddingScale === 1 ? [] : [`embeddings × ${number(embeddingScale)}`],
    ...writingScale === 1 ? [] : [`what is written × ${number(writingScale)}`],
    ...logitScale === 1 ? [] : [`logits × ${number(logitScale)}`],
    ...logitCap == null ? [] : [`logits bounded by ${logitCap}`],
  ];
}
