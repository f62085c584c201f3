import { readOnce } from "../../lib/decompose/read_once.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";

Deno.test("readOnce() reads numbers and frees what was made, but not what was there before", () => {
  const given = tf.tensor1d([1, 2]), held = heldTensors();
  assertEquals([...readOnce(() => given.add(1).mul(2))], [4, 6]);
  assertEquals([...readOnce(() => given)], [1, 2]);
  assertEquals(heldTensors(), held);
  assertEquals([...given.dataSync()], [1, 2]);
  given.dispose();
});
