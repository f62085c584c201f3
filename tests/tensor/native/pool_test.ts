import { Pool } from "../../../lib/tensor/native/pool.ts";
import { assertEquals, assertStrictEquals } from "../../assert.ts";

Deno.test("Pool gives an array back that it was given, of the same length only", () => {
  const pool = new Pool(1e6);
  const array = new Float32Array(1000);
  pool.give(array);
  assertEquals(pool.take(999).length, 999);
  assertStrictEquals(pool.take(1000), array);
  assertEquals(pool.take(1000) === array, false);
});

Deno.test("Pool keeps no more bytes than its limit, and lets go of what was used longest ago", () => {
  const pool = new Pool(10_000);
  const [old, recent, large] = [1000, 1100, 1200].map((length) => new Float32Array(length));
  pool.give(old!);
  pool.give(recent!);
  assertEquals(pool.bytes, 8400);
  pool.give(large!);
  assertEquals(pool.bytes, 9200);
  assertEquals(pool.take(1000) === old, false);
  assertStrictEquals(pool.take(1100), recent);
  assertStrictEquals(pool.take(1200), large);
  assertEquals(pool.bytes, 0);
});

Deno.test("Pool does not keep what is larger than its limit, nor what is quickly made", () => {
  const pool = new Pool(10_000);
  pool.give(new Float32Array(2501));
  pool.give(new Float32Array(8));
  assertEquals(pool.bytes, 0);
});

Deno.test("Pool gives a long array the buffer of one of about its length", () => {
  const pool = new Pool(1e7), first = pool.take(100_000);
  // The next eighth above 2 ** 16.
  assertEquals([first.length, first.buffer.byteLength], [100_000, 4 * 2 ** 16 * 1.625]);
  pool.give(first);
  assertEquals(pool.bytes, first.buffer.byteLength);
  const shorter = pool.take(99_000);
  assertStrictEquals(shorter.buffer, first.buffer);
  assertEquals([shorter.length, shorter.byteOffset, pool.bytes], [99_000, 0, 0]);
  assertEquals(pool.take(90_000).buffer === first.buffer, false);
  assertEquals(pool.take(2 ** 17).buffer.byteLength, 4 * 2 ** 17);
});
