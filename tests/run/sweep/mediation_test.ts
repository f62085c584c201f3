/**
 * What patching says of two nodes whose work is known: a logical gate, a linear mediator.
 *
 * @module
 */

import {
  type Edit,
  freeze,
  layersByPositions,
  logitDifference,
  type Metric,
  ofCache,
  promptPair,
  replace,
  run,
  sweep,
} from "../../../lib/run/mod.ts";
import { startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertAlmostEquals, assertEquals } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";

await startBackend("float64");

const model = await fixtureModel("gpt2"), last = model.architecture.layers - 1;
const [CLEAN, CORRUPT] = PROMPTS as [readonly number[], readonly number[]];
const [FIRST, SECOND] = [CLEAN.length - 2, CLEAN.length - 1] as const;

/** A gate of two inputs, each whether a token's logit is over a threshold at a position, which the last stream there decides. */
function gate(
  token: number,
  threshold: number,
  of: (first: tf.Tensor, second: tf.Tensor) => tf.Tensor,
): Metric {
  return {
    label: "gate",
    unit: "",
    differentiable: false,
    positions: ({ tokens }) => tokens.map(() => [FIRST, SECOND]),
    vocabulary: ({ tokens }) => tokens.map(() => [token]),
    evaluate: (logits, places) => {
      const at = (position: number) =>
        tf.slice(logits, [0, places(0, position), token], [1, 1, 1]).reshape([1]);
      const input = (position: number) => tf.cast(tf.greater(at(position), threshold), "float32");
      return of(input(FIRST), input(SECOND)) as tf.Tensor1D;
    },
  };
}

Deno.test("C-14 an AND of two nodes shows when noising alone, an OR when denoising alone", async () => {
  // A token whose logits tell the runs apart at both positions: in the clean run both inputs are on, in the corrupt one off.
  const [clean, corrupt] = [await run(model, CLEAN), await run(model, CORRUPT)].map(({ logits }) =>
    logits.arraySync()[0]!
  );
  const ends = clean![0]!.map((_, token) => {
    const at = (logits: number[][]) => [logits[FIRST]![token]!, logits[SECOND]![token]!];
    return [Math.min(...at(clean!)), Math.max(...at(corrupt!))] as const;
  });
  const token = ends.findIndex(([on, off]) => on > off),
    threshold = (ends[token]![0] + ends[token]![1]) / 2;
  const pair = promptPair(model, { clean: CLEAN, corrupt: CORRUPT, answer: [3], wrong: [70] });
  const nodes = layersByPositions(`blocks.${last}.resid_post`, { positions: [FIRST, SECOND] });
  for (
    const [of, direction, share] of [
      [tf.mul, "denoising", 0],
      [tf.mul, "noising", 1],
      [tf.maximum, "denoising", 1],
      [tf.maximum, "noising", 0],
    ] as const
  ) {
    const result = await sweep(model, pair, nodes, gate(token, threshold, of), { direction });
    assertEquals([...result.normalised()], [share, share]);
  }
});

Deno.test("C-18 the total effect on a linear model is the direct and the indirect one together", async () => {
  const sites = [`blocks.${last}.resid_pre`, `blocks.${last}.attn_out`] as const;
  const other = await run(model, CORRUPT, { capture: [...sites] });
  // The last stream is the sum of what enters the block, the mediator, and a network that is held; the norm's scale is held.
  const held = [freeze(`blocks.${last}.mlp_out`), freeze("ln_final.scale")];
  const put = (site: typeof sites[number]): Edit =>
    replace(site, ofCache(other.cache), { positions: -1 });
  const [stream, mediator] = sites;
  const variants = [
    { label: "total", edits: [put(stream), put(mediator), ...held] },
    { label: "indirect", edits: [put(mediator), ...held] },
    { label: "direct", edits: [put(stream), freeze(mediator), ...held] },
  ];
  const result = await sweep(model, CLEAN, variants, logitDifference(3, 70));
  const [total, indirect, direct] = result.effects();
  assertAlmostEquals(total!, indirect! + direct!, 1e-9 * (1 + Math.abs(total!)));
});
