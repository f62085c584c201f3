import { tf } from "../../../lib/tensor/mod.ts";
import { NativeBackend } from "../../../lib/tensor/native/backend.ts";
import type { Values } from "../../../lib/tensor/native/blas.ts";
import { bytesInArena, placeInArena } from "../../../lib/tensor/native/simd/arena.ts";
import { Pool } from "../../../lib/tensor/native/pool.ts";
import { multiplyByLoops } from "../../../lib/tensor/native/trial.ts";
import { assert, assertEquals, assertStrictEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";

/** Counts what comes back to be written again. */
class Watched extends Pool {
  readonly given: Values[] = [];
  override give(array: Values): void {
    this.given.push(array);
  }
}
function made(): { backend: NativeBackend; pool: Watched; info: tf.TensorInfo; values: Values } {
  const pool = new Watched(1e6);
  const backend = new NativeBackend(multiplyByLoops, { pool });
  const values = backend.allocate(4).fill(1);
  return { backend, pool, info: backend.output([4], values), values };
}

Deno.test("NativeBackend writes an array again once no tensor has it", () => {
  const { backend, pool, info, values } = made();
  backend.incRef(info.dataId);
  assertEquals([backend.disposeData(info.dataId), pool.given], [false, []]);
  assertEquals(backend.disposeData(info.dataId), true);
  assertEquals(pool.given.length, 1);
  assertStrictEquals(pool.given[0], values);
  assertEquals(backend.numDataIds(), 0);
});

Deno.test("NativeBackend never writes an array again that somebody has read", async () => {
  for (const look of ["readSync", "read", "bufferSync", "expose"] as const) {
    const { backend, pool, info } = made();
    if (look === "bufferSync" || look === "expose") await backend[look](info);
    else await backend[look](info.dataId);
    backend.disposeData(info.dataId);
    assertEquals(pool.given, [], look);
  }
});

Deno.test("NativeBackend never writes an array that it was given", () => {
  const { backend, pool } = made();
  const mine = new Float32Array(1000);
  const dataId = backend.write(mine, [1000], "float32");
  assertStrictEquals(backend.readSync(dataId), mine);
  const other = backend.write(new Float32Array(1000), [1000], "float32");
  backend.disposeData(dataId);
  backend.disposeData(other);
  assertEquals(pool.given, []);
});

Deno.test("NativeBackend puts long arrays where functions over vectors work, and takes out of it what is read", () => {
  const { backend } = made(), before = bytesInArena();
  const [kept, freed] = [0, 1].map((value) => {
    const values = backend.allocate(10_000).fill(value);
    assert(placeInArena(values) >= 0);
    return backend.output([10_000], values);
  }) as [tf.TensorInfo, tf.TensorInfo];
  assertEquals(bytesInArena() - before, 2 * 40_000);
  backend.disposeData(freed.dataId);
  assertEquals(bytesInArena() - before, 40_000);
  const own = backend.floats(kept), read = backend.readSync(kept.dataId) as Float32Array;
  assertEquals([placeInArena(read as Values), read.buffer.byteLength], [-1, 40_000]);
  assertEquals([...read], [...own]);
  // A kernel may read on in what it had; whoever holds the tensor has the copy.
  assertStrictEquals(backend.floats(kept), read as Values);
  backend.expose(kept);
  assertStrictEquals(backend.floats(kept), read as Values);
  const shown = backend.output([9000], backend.allocate(9000).fill(3));
  backend.expose(shown);
  assertEquals(placeInArena(backend.floats(shown)), -1);
});

testOn("a view of other memory is a tensor without a copy, and is computed with", () => {
  // As a mapped file is: the tensor lies inside a larger buffer.
  const file = new Float32Array(40).map((_, i) => i);
  const view = file.subarray(8, 14);
  const x = tf.tensor2d(view, [2, 3]);
  assertStrictEquals(x.dataSync(), view);
  assertEquals([...x.add(1).dataSync()], [9, 10, 11, 12, 13, 14]);
  assertEquals([...tf.matMul(x, x, false, true).dataSync()], [245, 326, 326, 434]);
  assertEquals([...file.subarray(6, 16)], [6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
}, ["native"]);

testOn("values that were read stay as they are when their tensor is freed", () => {
  const read = tf.tidy(() => tf.ones([600]).add(1).dataSync());
  tf.tidy(() => {
    for (let i = 0; i < 5; i++) tf.ones([600]).mul(7);
  });
  assert(read.every((value) => value === 2));
}, ["native"]);

testOn("complex numbers, texts and buffers pass through the backend", async () => {
  const complex = tf.complex(tf.tensor1d([1, 2]), tf.tensor1d([3, 4]));
  assertEquals([...complex.dataSync()], [1, 3, 2, 4]);
  assertEquals(tf.tensor1d(["a", "ü"]).bufferSync().get(1) as unknown, "ü");
  assertEquals((await tf.tensor1d([5]).buffer()).get(0), 5);
  assertEquals((await tf.whereAsync(tf.tensor1d([0, 1, 1], "bool"))).arraySync(), [[1], [2]]);
  complex.dispose();
}, ["native"]);

Deno.test("whoever reads a tensor gets a buffer that holds nothing else", () => {
  const sum = tf.tidy(() => tf.ones([100_001]).add(1));
  const values = sum.dataSync();
  assertEquals([values.length, values.buffer.byteLength], [100_001, 400_004]);
  assertEquals(sum.dataSync() === values, true);
  assertEquals(values.every((value) => value === 2), true);
  sum.dispose();
});
