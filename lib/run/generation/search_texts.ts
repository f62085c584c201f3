/**
 * Texts found by beam search.
 *
 * @module
 */

import { logSumExp } from "../run_result.ts";
import { BeamSearch, type Continuation, type Hypothesis } from "./beam.ts";
import { type GeneratedToken, generatedToken } from "./generated_token.ts";
import { type Stop, stopOf } from "./stops.ts";
import { penalizeRepetition } from "./warp.ts";
import type { Draft, Writing } from "./write_texts.ts";
import { writtenText } from "./written_text.ts";

type Search = BeamSearch<GeneratedToken>;

/** A row of the batch: a running text of the search of a prompt. */
interface Row {
  readonly prompt: number;
  readonly beam: number;
}

/**
 * Searches for the best continuations of each prompt, all prompts side by side.
 *
 * @param writing The model, the prompts and how to search.
 * @returns The searches' texts, those of a prompt after another and the best first.
 * @throws The signal's reason, if it is raised, after `found` was told what there is.
 */
export async function searchTexts(
  writing: Writing,
  found: (drafts: readonly Draft[]) => void,
): Promise<void> {
  const { prompts, manner, passes } = writing;
  const searches = prompts.map((): Search =>
    new BeamSearch({ ...manner.search, stopTokens: manner.stopTokens.length })
  );
  try {
    let rows: readonly Row[] = prompts.flatMap((_, prompt) =>
      Array.from({ length: manner.search.beams }, (_, beam) => ({ prompt, beam }))
    );
    let logits = await passes.first();
    for (;;) {
      const parents = new Map<number, number[]>();
      searches.forEach((search, prompt) => {
        if (!search.open) return;
        const own = [...rows.keys()].filter((row) => rows[row]!.prompt === prompt);
        const from = advance(writing, prompt, search, own.map((row) => logits[row]!));
        parents.set(prompt, from.map((beam) => own[beam]!));
      });
      if (searches.every(({ open }) => !open)) return;
      const next = rows.filter(({ prompt }) => !passes.dropsRows || searches[prompt]!.open);
      const places = next.map((row) => ({ row, text: searches[row.prompt]!.running[row.beam] }));
      logits = await passes.next(
        // A row without a running text is computed like any other, and nobody reads it.
        places.map(({ text }) => text?.last?.id ?? 0),
        places.map(({ row }) => parents.get(row.prompt)?.[row.beam] ?? rows.indexOf(row)),
      );
      rows = next;
    }
  } finally {
    found(searches.flatMap((search, prompt) => draftsOf(writing, search, prompt)));
  }
}

/** Lets a search go one token on. */
function advance(
  { model, prompts, manner }: Writing,
  prompt: number,
  search: Search,
  logits: readonly Float32Array[],
): number[] {
  const tokens = prompts[prompt]!, texts = search.running.map(tokensOf);
  const scores = texts.map((text, beam) => {
    const row = logits[beam]!, total = logSumExp(row, 0, row.length);
    const { repetitionPenalty: penalty } = manner;
    const logProbabilities = Float64Array.from(row, (logit) => logit - total);
    // As in transformers, a search penalizes log-probabilities, where others penalize logits.
    return penalty === 1
      ? logProbabilities
      : penalizeRepetition(logProbabilities, [...tokens.ids, ...text.map(({ id }) => id)], penalty);
  });
  const ends = ({ from, id }: Continuation) =>
    endOf({ model, prompts, manner }, prompt, [...texts[from]!.map(({ id }) => id), id]) !== null;
  return search.advance(
    scores,
    ends,
    ({ from, id }) => generatedToken(model, logits[from]!, id, NaN),
  );
}

function endOf(
  { model, prompts, manner }: Omit<Writing, "passes">,
  prompt: number,
  ids: readonly number[],
): Stop | null {
  const { stopTokens, stopStrings, tokens: most } = manner;
  return stopOf(
    { tokens: stopTokens, strings: stopStrings, most },
    ids,
    () => writtenText(model, prompts[prompt]!, ids),
  );
}

function tokensOf(text: Hypothesis<GeneratedToken>): GeneratedToken[] {
  const tokens: GeneratedToken[] = [];
  for (let at = text; at.last !== null; at = at.before!) tokens.push(at.last);
  return tokens.reverse();
}

/** The best texts of a search; where it was aborted, those that still ran stand after the finished ones. */
function draftsOf(writing: Writing, search: Search, prompt: number): Draft[] {
  const { samples, search: { lengthPenalty } } = writing.manner;
  const running = search.open
    ? search.running.map((text) => ({
      text,
      score: text.length === 0 ? NaN : text.total / text.length ** lengthPenalty,
    }))
    : [];
  return [...search.finished, ...running].slice(0, samples).map(({ text, score }, sample) => {
    const tokens = tokensOf(text);
    const stop = tokens.length === 0 ? null : endOf(writing, prompt, tokens.map(({ id }) => id));
    return { prompt, sample, tokens, stop, score };
  });
}
