import { scaled } from "../../../lib/model/blocks/scaled.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("scaled() multiplies, and gives the very tensor for one", () => {
  const x = tf.tensor1d([1, 2]);
  assert(scaled(x, 1) === x);
  assertEquals([...scaled(x, 3).dataSync()], [3, 6]);
});
