import { tf } from "../../lib/tensor/mod.ts";
import { checkAllocations } from "../../lib/tensor/wasm.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";

Deno.test("checkAllocations() turns an address of 0 into an error", () => {
  let address = 16;
  const module = { _malloc: () => address };
  checkAllocations(module);
  assertEquals(module._malloc.call(null), 16);
  address = 0;
  const allocate = module._malloc as (bytes: number) => number;
  assertEquals(allocate(0), 0);
  assertThrows(
    () => allocate(40),
    RangeError,
    "Cannot make a tensor as it must fit in the 4 GiB of WebAssembly: it needs 40 bytes more; dispose of tensors, or use a BLAS",
  );
});

testOn("a full heap is an error, and what is there stays as it was", () => {
  const module = (tf.backend() as unknown as { wasm: { _malloc(bytes: number): number } }).wasm;
  const kept = tf.tensor1d([1, 2, 3]);
  const allocate = module._malloc;
  try {
    // As the allocator answers once 4 GiB are full; filling them for real takes a minute.
    module._malloc = () => 0;
    checkAllocations(module);
    assertThrows(() => tf.tensor1d([4, 5, 6]), RangeError, "it needs 12 bytes more");
    assertThrows(() => kept.add(1), RangeError, "Cannot make a tensor");
  } finally {
    module._malloc = allocate;
  }
  assertEquals([...kept.add(0).dataSync()], [1, 2, 3]);
}, ["wasm"]);
