/**
 * The laws of all mechanisms.
 *
 * @module
 */

import { attentionLaws } from "./blocks/attention.ts";
import { blockLaws } from "./blocks/block.ts";
import { embeddingLaws } from "./blocks/embedding.ts";
import { feedForwardLaws } from "./blocks/feed_forward.ts";
import { mixtureLaws } from "./blocks/mixture.ts";
import { normLaws } from "./blocks/norm.ts";
import { queryKeyNormLaws } from "./blocks/query_key_norm.ts";
import { rotaryLaws } from "./blocks/rotary.ts";
import { scoresLaws } from "./blocks/scores.ts";
import type { Law } from "./law.ts";

/** What must hold of any run, by the mechanisms that say so. */
export const laws: readonly Law[] = [
  ...embeddingLaws,
  ...blockLaws,
  ...normLaws,
  ...attentionLaws,
  ...queryKeyNormLaws,
  ...rotaryLaws,
  ...scoresLaws,
  ...feedForwardLaws,
  ...mixtureLaws,
];
