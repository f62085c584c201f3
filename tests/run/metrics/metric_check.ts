/**
 * What must hold of every metric: it is what a plain computation in double precision says, of a ragged batch padded on
 * either side; it reads what it says it reads; its gradient is the plain computation's slope.
 *
 * @module
 */

import { type Metric, run } from "../../../lib/run/mod.ts";
import { columnOf } from "../../../lib/run/window.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { readNumbers, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { layOut } from "../../../lib/run/layout.ts";

/** Prompts of 6, 11 and 2 tokens. */
export const RAGGED: readonly (readonly number[])[] = [
  PROMPTS[0]!.slice(0, 6),
  PROMPTS[1]!,
  PROMPTS[0]!.slice(3, 5),
];

/** A metric of one example by plain arithmetic: its logits, a row a token, and the number of the example. */
export type Plain = (logits: readonly Float64Array[], example: number) => number;

/** The logarithms of the probabilities of a row of logits. */
export function logProbabilities(logits: Float64Array): Float64Array {
  const greatest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const total = logits.reduce((sum, value) => sum + Math.exp(value - greatest), 0);
  return logits.map((value) => value - greatest - Math.log(total));
}

/** Holds a metric of {@linkcode RAGGED} to a plain computation. */
export async function checkMetric(metric: Metric, plain: Plain): Promise<void> {
  const model = await fixtureModel("gpt2"), tokens = model.tokenize(RAGGED);
  const context = { model, tokens }, { vocabulary } = model.architecture;
  for (const padding of ["left", "right"] as const) {
    using result = await run(model, RAGGED, { padding });
    const { window } = layOut(tokens, padding), [, columns] = result.logits.shape;
    const places = (example: number, position: number) => columnOf(window, example, position);
    const numbers = readNumbers(result.logits);
    const start = (example: number, position: number) =>
      (example * columns + window.rows[example]!.start + position) * vocabulary;
    /** Each example's logits, a row a token. */
    const rows = RAGGED.map((ids, example) =>
      ids.map((_, position) => {
        const from = start(example, position);
        return numbers.slice(from, from + vocabulary);
      })
    );
    const expected = rows.map((own, example) => plain(own, example));
    near(result.measure(metric), expected, 2e-5, `${metric.label}, padded on the ${padding}`);

    // Everywhere else NaN may stand: it is not read.
    const hidden = new Float64Array(numbers.length).fill(NaN);
    const read = metric.vocabulary(context);
    metric.positions(context).forEach((positions, example) => {
      for (const position of positions) {
        assert(Number.isInteger(position) && position >= 0 && position < RAGGED[example]!.length);
        const ids = read === "all"
          ? Array.from({ length: vocabulary }, (_, i) => i)
          : read[example]!;
        for (const id of ids) {
          const at = start(example, position) + id;
          hidden[at] = numbers[at]!;
        }
      }
    });
    const shown = tf.tensor(hidden, result.logits.shape) as tf.Tensor3D;
    const again = tf.tidy(() => metric.evaluate(shown, places, context));
    assertEquals(again.shape, [RAGGED.length]);
    assertEquals(readNumbers(again), result.measure(metric), `${metric.label} reads what it says`);
    tf.dispose([shown, again]);
    if (!metric.differentiable) continue;

    const slope = tf.tidy(() =>
      tf.grad((x) => metric.evaluate(x as tf.Tensor3D, places, context).sum())(
        tf.tensor(numbers.map((x) => x === x ? x : 0), result.logits.shape),
      )
    );
    const slopes = readNumbers(slope), random = new RandomStream(5, metric.label);
    slope.dispose();
    for (let i = 0; i < 60; i++) {
      const example = i % RAGGED.length, own = rows[example]!, step = 1e-5;
      const position = i % 2 ? own.length - 1 : random.integer(own.length);
      const id = i < 6 ? RAGGED[example]!.at(-1)! : random.integer(vocabulary);
      const [more, less] = [step, -step].map((by) =>
        plain(
          own.map((row, j) => row.map((x, k) => j === position && k === id ? x + by : x)),
          example,
        )
      );
      const at = slopes[start(example, position) + id]!;
      near(
        [at],
        [(more! - less!) / (2 * step)],
        1e-5,
        `${metric.label}: slope by ${position}, ${id}`,
      );
    }
    const sum = slopes.reduce((total, value, at) => {
      const column = Math.floor(at / vocabulary) % columns,
        row = Math.floor(at / vocabulary / columns);
      const { start, length } = window.rows[row]!;
      return total + (column >= start && column < start + length ? 0 : Math.abs(value));
    }, 0);
    assertEquals(sum, 0, `${metric.label}: padding has no slope`);
  }
}
