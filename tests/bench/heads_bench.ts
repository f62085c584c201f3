/**
 * Products of attention's heads by one call of a BLAS beside one call each, and attention over long prompts, in GPT-2's sizes;
 * and how long a picture of a layer's attention takes to be made.
 *
 * @module
 */

import { attend, attentionView, startBackend, tf } from "../../mod.ts";
import { eachAlone } from "../../lib/tensor/native/blas_batch.ts";
import { findBlas } from "../../lib/tensor/native/find_blas.ts";
import { pattern } from "../browser/views.ts";

await startBackend("native");
const { blas: { multiply, multiplyBatch, path } } = findBlas({
  path: Deno.env.get("INNERWORKS_BLAS"),
});
console.log(`${path}, load ${Deno.loadavg()[0]!.toFixed(1)}`);

const width = 64;
for (const [count, size] of [[12, 15], [144, 15], [12, 128]] as const) {
  const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i));
  const [a, b] = [numbers(count * size * width), numbers(count * size * width)];
  const product = {
    ...{ a, b, c: new Float32Array(count * size * size), transposeB: true },
    ...{ rows: size, columns: size, inner: width },
  };
  const places = Array.from({ length: count }, (_, i) => ({
    ...{ a: i * size * width, b: i * size * width, c: i * size * size },
  }));
  const group = `${count} products of ${size} rows`;
  Deno.bench({
    name: `${group}, one call each`,
    group,
    baseline: true,
    fn: () => eachAlone(multiply)(product, places),
  });
  Deno.bench({ name: `${group}, in one call`, group, fn: () => multiplyBatch(product, places) });
}

for (const length of [128, 512, 1024]) {
  const of = tf.randomNormal([1, length, 36 * width], 0, 1, "float32", 1);
  const parts = { query: { of }, key: { of, offset: 768 }, value: { of, offset: 1536 } };
  const options = { heads: 12, groups: 12, headWidth: width, scale: 0.125 };
  Deno.bench(`attention of 12 heads over ${length} tokens`, () => attend(parts, options).dispose());
}

const tokens = Array.from({ length: 128 }, (_, id) => ({ text: ` word${id}`, id }));
const shown = { pattern: pattern(12, 128), heads: 12, tokens, layer: 0 };
Deno.bench("attentionView() of 12 heads and 128 tokens", () => {
  attentionView(shown);
});
