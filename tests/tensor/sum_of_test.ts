import { sumOf, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { testOn } from "./on_backends.ts";

testOn("sumOf() adds up its terms", () => {
  assertEquals([...sumOf(4, (i) => tf.tensor1d([i, 1])).dataSync()], [6, 4]);
});

testOn("sumOf() holds no more tensors for more terms", () => {
  const most = (count: number) => {
    let held = 0;
    sumOf(count, (i) => {
      held = Math.max(held, heldTensors());
      return tf.scalar(i).mul(2);
    }).dispose();
    return held;
  };
  assertEquals(most(64), most(4));
});

Deno.test("sumOf() refuses a sum of nothing", () => {
  assertThrows(
    () => sumOf(0, () => tf.scalar(1)),
    RangeError,
    "Cannot add up terms as count must be a positive integer: current value is 0",
  );
});
