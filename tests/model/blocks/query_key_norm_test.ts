import { normedHeads } from "../../../lib/model/blocks/query_key_norm.ts";
import { exact } from "../../../lib/model/mechanisms.ts";
import { startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";

await startBackend();

const norm = { kind: "rms", epsilon: 0 } as const;
/** Two heads of one token, each two columns wide: [3, 4] and [0, 5]. */
const heads = () => tf.tensor4d([3, 4, 0, 5], [2, 1, 1, 2]);

Deno.test("heads are normalised alone, with gains that they share or have of their own, or all at once", () => {
  tf.tidy(() => {
    const one = { gain: tf.tensor1d([1, 2]), bias: null };
    // A head's root mean square is 5 / √2.
    const alone = normedHeads(heads(), { norm, over: "head" }, one, exact);
    near(alone.dataSync(), [3, 8, 0, 10].map((x) => x * Math.SQRT2 / 5), 1e-6);
    const own = { gain: tf.tensor2d([[1, 2], [3, 4]]) as unknown as tf.Tensor1D, bias: null };
    const each = normedHeads(heads(), { norm, over: "head", byHead: true }, own, exact);
    near(each.dataSync(), [3, 8, 0, 20].map((x) => x * Math.SQRT2 / 5), 1e-6);
    // All four columns: √(50 / 4).
    const all = { gain: tf.tensor1d([1, 1, 1, 10]), bias: null };
    const whole = normedHeads(heads(), { norm, over: "heads" }, all, exact);
    assertEquals(whole.shape, [2, 1, 1, 2]);
    near(whole.dataSync(), [3, 4, 0, 50].map((x) => x / Math.sqrt(12.5)), 1e-6);
  });
});
