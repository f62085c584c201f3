/**
 * Texts written a token at a time: the likeliest, or one that is drawn.
 *
 * @module
 */

import type { PromptTokens, Transformer } from "../../model/mod.ts";
import { RandomStream } from "../../stats/mod.ts";
import { greatest } from "../next_tokens.ts";
import { type GeneratedToken, generatedToken } from "./generated_token.ts";
import type { Manner } from "./generate_options.ts";
import type { GenerationPasses } from "./passes.ts";
import { type Stop, stopOf } from "./stops.ts";
import { penalizeRepetition, softmax, warp } from "./warp.ts";
import { writtenText } from "./written_text.ts";

/** A text while it is written. */
export interface Draft {
  /** Which prompt it continues. */
  readonly prompt: number;
  /** Which of the prompt's texts it is. */
  readonly sample: number;
  /** Its tokens so far. */
  readonly tokens: GeneratedToken[];
  /** Why it ended; null while it goes on. */
  stop: Stop | null;
  /** Its score, if it was searched for. */
  readonly score: number | null;
}

/** What texts are written with. */
export interface Writing {
  /** The model. */
  readonly model: Transformer;
  /** The prompts. */
  readonly prompts: readonly PromptTokens[];
  /** How they are written. */
  readonly manner: Manner;
  /** Computes logits. */
  readonly passes: GenerationPasses;
}

/**
 * Writes drafts to their ends.
 *
 * @param writing The model, the prompts and how to write.
 * @param drafts The drafts, empty; all samples of a prompt after another.
 * @param written Hears of every token.
 * @throws The signal's reason, if it is raised; the drafts then hold what was written.
 */
export async function writeTexts(
  writing: Writing,
  drafts: readonly Draft[],
  written: (draft: Draft, text: () => string) => void,
): Promise<void> {
  const { prompts, manner, passes } = writing;
  const streams = manner.method === "sampling" ? randomStreams(prompts, drafts, manner) : null;
  let logits = await passes.first(), rows = drafts;
  for (;;) {
    rows.forEach((draft, row) => {
      if (draft.stop === null) {
        writeToken(writing, draft, logits[row]!, streams?.get(draft) ?? null, written);
      }
    });
    const goes = rows.some(({ stop }) => stop === null);
    // What is captured has a place for the last token too, which nobody would compute else.
    if (!goes && !passes.captures) return;
    const kept = [...rows.keys()].filter((row) => !passes.dropsRows || rows[row]!.stop === null);
    logits = await passes.next(kept.map((row) => rows[row]!.tokens.at(-1)!.id), kept);
    if (!goes) return;
    rows = kept.map((row) => rows[row]!);
  }
}

/** Writes one token of one draft. */
function writeToken(
  { model, prompts, manner }: Writing,
  draft: Draft,
  logits: Float32Array,
  random: RandomStream | null,
  written: (draft: Draft, text: () => string) => void,
): void {
  const prompt = prompts[draft.prompt]!, before = draft.tokens.map(({ id }) => id);
  const { repetitionPenalty: penalty } = manner;
  const scores = penalty === 1
    ? logits
    : penalizeRepetition(logits, [...prompt.ids, ...before], penalty);
  let id: number, probability = 1;
  if (random) {
    const probabilities = softmax(warp(scores, manner.warping));
    id = random.categorical(probabilities);
    probability = probabilities[id]!;
  } else id = greatest(scores, 1)[0]!;
  draft.tokens.push(generatedToken(model, logits, id, probability));
  const ids = [...before, id];
  let known: string | null = null;
  const text = () => known ??= writtenText(model, prompt, ids);
  const { stopTokens, stopStrings, tokens: most } = manner;
  draft.stop = stopOf({ tokens: stopTokens, strings: stopStrings, most }, ids, text);
  written(draft, text);
}

/**
 * A stream for each draft. It depends on the seed, the prompt and the number of the sample alone, so that a text is the
 * same whatever else is in the batch; the samples of a prompt that stands there twice are counted on.
 */
function randomStreams(
  prompts: readonly PromptTokens[],
  drafts: readonly Draft[],
  { seed }: Manner,
): Map<Draft, RandomStream> {
  const counts = new Map<string, number>();
  return new Map(drafts.map((draft) => {
    const prompt = prompts[draft.prompt]!.ids.join(), count = counts.get(prompt) ?? 0;
    counts.set(prompt, count + 1);
    return [draft, new RandomStream(seed, `generate ${prompt} sample ${count}`)];
  }));
}
