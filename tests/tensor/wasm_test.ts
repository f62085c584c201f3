// Alone: tfjs's allocator refuses nearly 4 GiB for certain only while its heap is as it was at the start.

import { tf } from "../../lib/tensor/mod.ts";
import { checkAllocations } from "../../lib/tensor/wasm.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";

Deno.test("checkAllocations() turns an address of 0 into an error", () => {
  let address = 16;
  const freed: number[] = [];
  const module = { _malloc: () => address, _free: (at: number) => freed.push(at) };
  checkAllocations(module);
  assertEquals([module._malloc(), freed], [16, [16]]);
  address = 0;
  const allocate = module._malloc as (bytes: number) => number;
  assertEquals(allocate(0), 0);
  assertThrows(
    () => allocate(40),
    RangeError,
    "Cannot make a tensor as it must fit in the 4 GiB of WebAssembly: it needs 40 bytes more; dispose of tensors, or use a BLAS",
  );
});

Deno.test("checkAllocations() outlives an allocator that replaces itself at its first call", () => {
  const full = () => 0;
  const module = {
    _malloc: (_: number): number => {
      module._malloc = full;
      return 16;
    },
    _free: () => {},
  };
  checkAllocations(module);
  assertThrows(() => module._malloc(40), RangeError, "it needs 40 bytes more");
});

testOn("wasm sums rows by segment, integers too, and drops what lies outside", () => {
  const ids = tf.tensor1d([1, 0, 1, -1, 7], "int32");
  for (const dtype of ["float32", "int32"] as const) {
    const x = tf.tensor2d([[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]], [5, 2], dtype);
    const sums = tf.unsortedSegmentSum(x, ids, 3);
    assertEquals([sums.dtype, sums.shape, ...sums.dataSync()], [dtype, [3, 2], 3, 4, 6, 8, 0, 0]);
  }
}, ["wasm"]);

testOn("the allocator itself refuses more than there is", () => {
  tf.tensor1d([1]).add(1);
  const { wasm } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number } };
  assertThrows(() => wasm._malloc(2 ** 32 - 64), RangeError, "Cannot make a tensor");
}, ["wasm"]);

testOn("a full heap is an error, and what is there stays as it was", () => {
  const { wasm } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number } };
  const kept = tf.tensor1d([1, 2, 3]);
  const allocate = wasm._malloc;
  try {
    // As the allocator answers once 4 GiB are full; filling them for real takes seconds.
    const full = { _malloc: () => 0, _free: () => {} };
    checkAllocations(full);
    wasm._malloc = full._malloc;
    assertThrows(() => tf.tensor1d([4, 5, 6]), RangeError, "it needs 12 bytes more");
    assertThrows(() => kept.add(1), RangeError, "Cannot make a tensor");
  } finally {
    wasm._malloc = allocate;
  }
  assertEquals([...kept.add(0).dataSync()], [1, 2, 3]);
}, ["wasm"]);
