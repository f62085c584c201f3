/**
 * How a model does at a task.
 *
 * @module
 */

import { type PromptPairs, promptPairs, run } from "../../../lib/run/mod.ts";
import { task, type TaskName } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";

/** What came out of the prompts of one kind. */
export interface Score {
  /** The share of pairs in which the answers are likelier than the wrong ones. */
  readonly right: number;
  /** The share of pairs in which the likeliest token is an answer. */
  readonly first: number;
  /** The mean probability of the answers less that of the wrong ones. */
  readonly difference: number;
}

/** Scores the clean or the corrupt prompts of some pairs. */
export async function score(pairs: PromptPairs, which: "clean" | "corrupt"): Promise<Score> {
  const model = await seedling();
  let right = 0, first = 0, difference = 0;
  for (const { pairs: some } of pairs.batches({ size: 64, equalLengths: true })) {
    using result = await run(model, some[which]);
    const [, length, vocabulary] = result.logits.shape;
    const logits = await result.logits.data();
    for (const [row, { answers, wrongs }] of some.pairs.entries()) {
      const end = (row + 1) * length * vocabulary;
      const weights = Float64Array.from(logits.subarray(end - vocabulary, end), Math.exp);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const probability = (ids: readonly number[]) =>
        ids.reduce((sum, id) => sum + weights[id]!, 0) / total;
      const gap = probability(answers) - probability(wrongs);
      if (gap > 0) right++;
      if (answers.includes(weights.indexOf(weights.reduce((a, b) => Math.max(a, b))))) first++;
      difference += gap;
    }
  }
  return {
    right: right / pairs.size,
    first: first / pairs.size,
    difference: difference / pairs.size,
  };
}

/** What every task must hold: so many different pairs, the same for the same seed, with spans inside the prompts. */
export async function taskPairs(name: TaskName, count = 40): Promise<PromptPairs> {
  const model = await seedling();
  const make = (seed: number) => promptPairs(model, task(name, { count, seed }));
  const pairs = await make(3), again = await make(3), other = await make(4);
  assertEquals(JSON.stringify(pairs), JSON.stringify(again), "the same seed, the same pairs");
  assert(JSON.stringify(pairs) !== JSON.stringify(other), "another seed, other pairs");
  assertEquals(pairs.size, count);
  assertEquals(new Set(pairs.pairs.map((pair) => JSON.stringify(pair))).size, count);
  for (const pair of pairs) {
    assertEquals(pair.clean.ids.length, pair.corrupt.ids.length);
    assert(pair.clean.beginning && pair.corrupt.beginning);
    assertEquals(pair.spans.end, [pair.length - 1]);
    assert(pair.differences.length > 0);
  }
  return pairs;
}

/** The text of a span in the clean and in the corrupt prompt of a pair. */
export function spanTexts(pairs: PromptPairs, row: number, name: string): [string, string] {
  const { clean, corrupt, spans } = pairs.pairs[row]!;
  const read = ({ tokens }: typeof clean) =>
    spans[name]!.map((position) => tokens[position]!.text).join("").trim();
  return [read(clean), read(corrupt)];
}
