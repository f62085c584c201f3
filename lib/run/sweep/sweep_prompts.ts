/**
 * What is swept: prompts, or pairs of which one side is edited and the other gives values.
 *
 * @module
 */

import type { Prompt, PromptTokens, Transformer } from "../../model/mod.ts";
import { PromptPair } from "../prompt_pair.ts";
import { PromptPairs } from "../prompt_pairs.ts";
import type { Spans } from "../spans.ts";
import type { SweepDirection } from "./sweep_values.ts";

/** What is swept: prompts, or pairs of prompts. */
export type SweepPrompts = Prompt | PromptPair | PromptPairs;

/** Which prompts are edited, and which values come from. */
export interface Sides {
  /** The prompts that are edited. */
  readonly tokens: readonly PromptTokens[];
  /** The prompts that values come from; null where prompts are no pairs. */
  readonly source: readonly PromptTokens[] | null;
  /** Which run of a pair is edited. */
  readonly direction: SweepDirection;
  /** The spans that all pairs have. */
  readonly spans?: Spans;
}

/** Reads what is swept. */
export function sidesOf(
  model: Transformer,
  prompts: SweepPrompts,
  direction: "denoising" | "noising",
): Sides {
  const pairs = prompts instanceof PromptPair
    ? [prompts]
    : prompts instanceof PromptPairs
    ? prompts.pairs
    : null;
  if (!pairs) return { tokens: model.tokenize(prompts as Prompt), source: null, direction: null };
  const [edited, other] = direction === "denoising"
    ? ["corrupt", "clean"] as const
    : ["clean", "corrupt"] as const;
  const names = Object.keys(pairs[0]?.spans ?? {})
    .filter((name) => pairs.every(({ spans }) => Object.hasOwn(spans, name)));
  const spans = Object.fromEntries(
    names.map((name) => [name, pairs.map(({ spans }) => spans[name]!)]),
  );
  return {
    tokens: pairs.map((pair) => pair[edited]),
    source: pairs.map((pair) => pair[other]),
    direction,
    ...names.length > 0 ? { spans } : {},
  };
}
