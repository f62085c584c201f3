/**
 * What the tests of weight processing share: models of every shape, and the comparison of what two models compute.
 *
 * @module
 */

import type { Transformer } from "../../../lib/model/mod.ts";
import { run } from "../../../lib/run/mod.ts";
import { logSoftmax, tf } from "../../../lib/tensor/mod.ts";
import { near } from "../../near.ts";
import { FAMILIES, fixtureModel, type FixtureName, withModel } from "../fixture.ts";
import { randomCheckpoint } from "../random_checkpoint.ts";

/** Shapes that process differently: tied or not, biases or none, grouped heads, parallel blocks or not. */
const SHAPES: readonly [family: FixtureName, fields: Record<string, unknown>][] = [
  ["gpt2", {}],
  ["gpt2", { tie_word_embeddings: false }],
  ["llama", {}],
  ["llama", { tie_word_embeddings: true, attention_bias: true, mlp_bias: true }],
  ["gpt_neox", {}],
  ["gpt_neox", { tie_word_embeddings: true, use_parallel_residual: false }],
  ["gpt_neox", { attention_bias: false }],
];

/** Runs a body with a model of every shape and every fixture. */
export async function everyShape(
  body: (model: Transformer, what: string) => Promise<void>,
): Promise<void> {
  for (const family of FAMILIES) await body(await fixtureModel(family), `the fixture ${family}`);
  for (const [family, fields] of SHAPES) {
    const what = `${family} ${JSON.stringify(fields)}`;
    await withModel(randomCheckpoint(family, fields), (model) => body(model, what));
  }
}

/** The digits that rounding leaves: the logits are of order 1, and sums over some hundred products round them. */
export function tolerance(): number {
  return tf.getBackend() === "float64" ? 1e-9 : 1e-4;
}

const IDS = [[3, 7, 1, 30, 30, 2, 12], [5, 5, 9, 33, 0, 21, 8]];

/** What a model computes at some sites, and its log-probabilities, as the backend stores them. */
export async function computed(
  model: Transformer,
  capture: readonly string[] = [],
): Promise<Map<string, ArrayLike<number>>> {
  using result = await run(model, IDS, { capture: [...capture] });
  const all = new Map<string, ArrayLike<number>>();
  for (const site of result.cache.sites) all.set(site, result.cache.get(site).dataSync().slice());
  const [logits, logs] = [result.logits, tf.tidy(() => logSoftmax(result.logits))];
  all.set("logits", logits.dataSync().slice()).set("log-probabilities", logs.dataSync().slice());
  logs.dispose();
  return all;
}

/** Fails unless two models agree on what is named, and on the log-probabilities. */
export async function agree(
  actual: Transformer,
  expected: Transformer,
  options: { what: string; sites?: readonly string[]; logits?: boolean },
): Promise<void> {
  const sites = options.sites ?? [];
  const [mine, theirs] = [await computed(actual, sites), await computed(expected, sites)];
  const names = [...mine.keys()].filter((name) => options.logits || name !== "logits");
  for (const name of names) {
    near(mine.get(name)!, theirs.get(name)!, tolerance(), `${options.what}: ${name}`);
  }
}
