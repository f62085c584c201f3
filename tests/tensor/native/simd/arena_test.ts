import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  arenaMemory,
  bytesInArena,
  giveToArena,
  placeInArena,
  STAGE_BYTES,
  takeInArena,
} from "../../../../lib/tensor/native/simd/arena.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";

/** Takes arrays that must have room. */
const take = (length: number) => takeInArena(length)!;

Deno.test("the arena gives arrays after its stage, in whole lines, and takes them back in any order", () => {
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0], [0, 2, 1]]) {
    const arrays = [10, 1000, 17].map(take), before = bytesInArena();
    assertEquals(before, 64 + 4032 + 128);
    const places = arrays.map(placeInArena);
    assertEquals(places, [STAGE_BYTES, STAGE_BYTES + 64, STAGE_BYTES + 64 + 4032]);
    assert(arrays.every(({ buffer }) => buffer === arenaMemory().buffer));
    for (const i of order) assert(giveToArena(arrays[i]!));
    assertEquals(bytesInArena(), 0);
    // All gaps have become one again.
    const whole = take((2 ** 27 - STAGE_BYTES) / 4);
    assertEquals(takeInArena(1), null);
    giveToArena(whole);
  }
});

Deno.test("the arena fills the first gap that is long enough", () => {
  const arrays = [16, 16, 160, 16].map(take);
  giveToArena(arrays[0]!);
  giveToArena(arrays[2]!);
  const [long, short] = [take(100), take(5)];
  assertEquals(placeInArena(long), placeInArena(arrays[2]!));
  assertEquals(placeInArena(short), placeInArena(arrays[0]!));
  for (const array of [long, short, arrays[1]!, arrays[3]!]) giveToArena(array);
  assertEquals(bytesInArena(), 0);
});

Deno.test("the arena says what does not stand there, and refuses what was given back", () => {
  const elsewhere = new Float32Array(4);
  assertEquals([placeInArena(elsewhere), giveToArena(elsewhere)], [-1, false]);
  const array = take(20);
  giveToArena(array);
  assertThrows(() => giveToArena(array), Error, `must be taken: none is at ${STAGE_BYTES}`);
});

Deno.test("the arena takes back what is forgotten, and not what was given back and taken again", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  giveToArena(take(5000));
  const kept = take(5000);
  (() => take(7000))();
  for (let i = 0; i < 20 && bytesInArena() > 20_032; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assertEquals(bytesInArena(), 20_032);
  assertEquals(placeInArena(kept), STAGE_BYTES);
  giveToArena(kept);
});
