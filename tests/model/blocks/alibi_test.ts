import { alibiBias, alibiSlopes } from "../../../lib/model/blocks/alibi.ts";
import { startBackend } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";

await startBackend();

Deno.test("A-08 slopes are those of the paper, for powers of two and others", () => {
  // Press et al., section 3: 1/2, 1/4, …, 1/256 for eight heads.
  near(alibiSlopes(8), [1, 2, 3, 4, 5, 6, 7, 8].map((i) => 2 ** -i), 1e-15);
  // Their code for twelve: those of eight, then the 1st, 3rd, 5th, 7th of sixteen.
  near(alibiSlopes(12).slice(8), [0.5, 1.5, 2.5, 3.5].map((i) => 2 ** -i), 1e-15);
  near(alibiSlopes(4, 16), [4, 8, 12, 16].map((i) => 2 ** -i), 1e-15);
  assertEquals(alibiSlopes(1), [2 ** -8]);
});

Deno.test("the bias rises with the position of the key, counted from each row's start", () => {
  const bias = alibiBias({ kind: "alibi", slopes: [1, 0.25] }, [0, 2], 4);
  assertEquals(bias.shape, [2, 2, 1, 4]);
  assertEquals([...bias.dataSync()], [
    ...[0, 1, 2, 3],
    ...[0, 0, 0, 1],
    ...[0, 0.25, 0.5, 0.75],
    ...[0, 0, 0, 0.25],
  ]);
  bias.dispose();
});

Deno.test("rounded biases have eight bits, and are multiplied afterwards", () => {
  const bias = alibiBias({ kind: "alibi", slopes: [1], rounded: true, scale: 0.5 }, [0], 260);
  const values = bias.dataSync();
  // bfloat16 has 257 as 256 and 259 as 260.
  assertEquals([values[255], values[257], values[259]], [127.5, 128, 130]);
  bias.dispose();
});
