import { hashed, hashedNumbers } from "../../lib/run/tensor_hash.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertNotEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";

await startBackend();

Deno.test("hashedNumbers() gives one hash to the same numbers, however they are given", async () => {
  const tensor = tf.tensor2d([[1, 2], [3, 4.5]]), before = heldTensors();
  const { hash, dtype, shape, values } = await hashedNumbers(tensor, "hash");
  assertEquals([dtype, shape, [...values as Float32Array]], ["F32", [2, 2], [1, 2, 3, 4.5]]);
  assertEquals((await hashedNumbers([[1, 2], [3, 4.5]], "hash")).hash, hash);
  assertNotEquals((await hashedNumbers([1, 2, 3, 4.5], "hash")).hash, hash, "the shape counts");
  assertNotEquals((await hashedNumbers([[1, 2], [3, 4]], "hash")).hash, hash);
  assertEquals(heldTensors(), before, "what it made is freed");
  assertEquals(tensor.isDisposed, false);
});

Deno.test("hashed() is the SHA-256 of type, shape and little-endian numbers", async () => {
  const { hash } = await hashed(Float32Array.of(1), [1]);
  // What sha256sum says of the bytes.
  assertEquals(hash, "f012d7b4f35e085b6816139e336ee8dd6dbeb0160d5f1d51f061daedece0d3be");
  assertNotEquals((await hashed(Float64Array.of(1), [1])).hash, hash, "the type counts");
});
