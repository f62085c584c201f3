import * as tf from "../../../lib/tensor/tfjs.ts";
import { headRows, left, right, workOf } from "../../../lib/tensor/native/attend_heads.ts";
import { NativeBackend } from "../../../lib/tensor/native/backend.ts";
import { multiplyByLoops } from "../../../lib/tensor/native/trial.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("workOf() finds heads among columns and heads that were cut out", () => {
  const backend = new NativeBackend(multiplyByLoops);
  const info = (shape: number[]) =>
    backend.makeTensorInfo(shape, "float32", new Float32Array(tf.util.sizeFromShape(shape)));
  const x = info([2, 3, 12]), cut = info([2, 2, 3, 3]);
  const work = workOf({ query: x, key: cut, value: x }, {
    ...{ heads: 4, groups: 2, headWidth: 3, scale: 1 },
    ...{ queryOffset: 0, queryStride: 3, keyOffset: 0, keyStride: 3 },
    ...{ valueOffset: 6, valueStride: 3 },
  }, backend);
  assertEquals(left(work.query, 1, 1, 2).aOffset, 36 + 3 + 2 * 12);
  assertEquals(left(work.query, 1, 1, 2).aStride, 12);
  assertEquals(right(work.key, 1, 1).bOffset, 3 * 9);
  assertEquals(right(work.key, 1, 1).bStride, 3);
  assertEquals(right(work.value, 1, 0).bOffset, 9);
  assertEquals(work.past, null);
  const places = headRows(work);
  assertEquals(
    places.map(({ head, group }) => `${head}${group}`).join(),
    "00,00,10,10,21,21,31,31",
  );
  assertEquals(places.map(({ row }) => row).join(), "0,1,0,1,0,1,0,1");
});
