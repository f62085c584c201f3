/**
 * A run as rows and as plain data.
 *
 * @module
 */

import { type CsvField, LongTable } from "../show/mod.ts";
import { editText } from "./edit.ts";
import type { RunResult } from "./run_result.ts";

/** A {@linkcode RunResult} as plain data. */
export interface RunJson {
  /** The model, by name. */
  readonly model: string;
  /** The text of each prompt. */
  readonly prompts: readonly string[];
  /** The ids of each prompt's tokens. */
  readonly ids: readonly (readonly number[])[];
  /** The edits, in words. */
  readonly edits: readonly string[];
  /** What the bodies of a trace changed, in words. */
  readonly traced: readonly string[];
  /** The sites that were captured; their values are not here. */
  readonly captured: readonly string[];
  /** The loss of each token of each prompt in nats, NaN (in JSON null) for the first; null where the run stopped before its end. */
  readonly loss: readonly (readonly number[])[] | null;
  /** The likeliest next tokens after each prompt; null where the run stopped before its end. */
  readonly next:
    | readonly (readonly {
      readonly rank: number;
      readonly id: number;
      readonly text: string;
      readonly logit: number;
      readonly probability: number;
    }[])[]
    | null;
}

/**
 * The rows of a run: of each example each token with its loss (`part` is `loss`), then the tokens that are likeliest to come after
 * its last one (`next token`). Of a run that stopped before its end, its tokens alone.
 */
export function runTable(run: RunResult): LongTable {
  const title = `a run of ${run.model}`;
  if (run.stream) {
    return new LongTable(
      `${title} that stopped before its end`,
      [
        "example",
        "position",
        "token",
        "id",
      ],
      () =>
        run.tokens.flatMap(({ tokens, ids }, example) =>
          tokens.map(({ text }, position) => [example, position, text, ids[position]!])
        ),
    );
  }
  return new LongTable(
    title,
    "part example position token id loss rank probability logit".split(" "),
    function* (): Generator<readonly CsvField[]> {
      const { loss } = run;
      for (const [example, { tokens, ids }] of run.tokens.entries()) {
        for (const [position, { text }] of tokens.entries()) {
          const own = loss[example]![position]!;
          yield ["loss", example, position, text, ids[position]!, own, null, null, null];
        }
        const next = run.nextTokens({ example });
        for (const { token, id, rank, probability, logit } of next.tokens) {
          const place = ["next token", example, next.position, token.text, id] as const;
          yield [...place, null, rank, probability, logit];
        }
      }
    },
  );
}

/** A run as plain data, without its logits and what it captured. */
export function runJson(run: RunResult): RunJson {
  const { model, tokens, edits, traced, cache } = run, whole = !run.stream;
  return {
    model,
    prompts: tokens.map(({ text }) => text),
    ids: tokens.map(({ ids }) => ids),
    edits: edits.map(editText),
    traced,
    captured: cache.sites,
    loss: whole ? run.loss.map((row) => [...row]) : null,
    next: whole
      ? tokens.map((_, example) =>
        run.nextTokens({ example }).tokens.map(({ rank, id, token, logit, probability }) => ({
          rank,
          id,
          text: token.text,
          logit,
          probability,
        }))
      )
      : null,
  };
}
