import { pickLogSoftmax, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

await startBackend("native");

Deno.test("PickLogSoftmax takes rows some at a time, and makes NaN of a row without a number", () => {
  const rows = 200, width = 1001;
  const x = Float32Array.from({ length: rows * width }, (_, i) => 5 * Math.sin(0.37 * i));
  x.fill(-Infinity, 3 * width, 4 * width);
  const ids = Array.from({ length: rows }, (_, row) => (31 * row) % width);
  const found = pickLogSoftmax(tf.tensor2d(x, [rows, width]), ids).dataSync();
  ids.forEach((id, row) => {
    const own = x.subarray(row * width, (row + 1) * width);
    const sum = own.reduce((sum, value) => sum + Math.exp(value), 0);
    if (row === 3) return assertEquals(found[row], NaN);
    assert(Math.abs(found[row]! - (own[id]! - Math.log(sum))) < 2e-6, `row ${row}`);
  });
});
