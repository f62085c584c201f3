/**
 * How far one run's prediction is from another's.
 *
 * @module
 */

import { logSoftmax, tf } from "../../tensor/mod.ts";
import { literalCode, namedCode } from "../../show/mod.ts";
import type { RunResult } from "../run_result.ts";
import { atPosition, type PositionOptions } from "./at_position.ts";
import { amongAll, logitsAt, type Metric, placed } from "./metric.ts";
import { writtenMetric } from "./metric_code.ts";

/**
 * Measures the Kullback–Leibler divergence Σ p · log(p / q) of a run's prediction q from that of a reference run, p: how
 * many nats it costs to expect q where p is true. It is 0 for equal predictions and never negative; the other direction
 * is another number.
 *
 * @param reference The run whose prediction is taken for true, such as the clean one: of as many examples, and of the
 * same vocabulary. Positions count from each run's own prompts, which may be of other lengths.
 * @param options The position.
 *
 * @example
 * ```ts
 * import { kl, load, run, zero } from "@innerworks/innerworks";
 * const model = await load("seedling"), prompt = "The capital of France is";
 * const clean = await run(model, prompt);
 * const edited = await run(model, prompt, { edits: [zero("blocks.3.attn.z", { heads: 5 })] });
 * if (!(edited.measure(kl(clean))[0]! > 0)) throw new Error("the edit should change something");
 * ```
 */
export function kl(reference: RunResult, options: PositionOptions = {}): Metric {
  const { position = -1 } = options;
  const metric = atPosition({
    name: "kl",
    label: "KL from the reference",
    unit: "nats",
    vocabulary: () => "all",
    of: (logits, context) => {
      const { rows, count } = amongAll(context);
      if (reference.tokens.length !== count) {
        throw new RangeError(
          `Cannot measure a divergence as the reference must have as many examples, ${count}: it has ${reference.tokens.length}`,
        );
      }
      const [, , vocabulary] = reference.logits.shape;
      if (vocabulary !== logits.shape[1]) {
        throw new RangeError(
          `Cannot measure a divergence as the reference must have the same vocabulary, ${
            logits.shape[1]
          } tokens: it has ${vocabulary}`,
        );
      }
      const own = placed(position, { ...context, tokens: reference.tokens }, "kl");
      const all = logitsAt(reference.logits, own, reference.places);
      const expected = logSoftmax(tf.gather(all, tf.tensor1d([...rows], "int32")));
      const found = logSoftmax(logits);
      // Where p is 0 its logarithm is −∞, and 0 · −∞ would be NaN.
      const certain = expected.greater(-Infinity);
      const gap = tf.where(certain, expected.sub(found), tf.zerosLike(found));
      return expected.exp().mul(gap).sum(1) as tf.Tensor1D;
    },
  }, options);
  const run = namedCode("reference", "the run that predictions are held against");
  const more = position === -1 ? "" : `, ${literalCode({ position })}`;
  return writtenMetric(metric, () => `kl(${run}${more})`);
}
