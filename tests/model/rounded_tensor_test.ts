import {
  CheckpointError,
  loadFolder,
  type StoredTensor,
  type StoredType,
} from "../../lib/model/mod.ts";
import { roundedTensor } from "../../lib/model/rounded_tensor.ts";
import { run } from "../../lib/run/mod.ts";
import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "../assert.ts";
import { near } from "../near.ts";
import { FAMILIES, fixturePath, PROMPTS, readFixture, withModel } from "./fixture.ts";

const stored = (values: number[], dtype: StoredType = "F32"): StoredTensor => ({
  name: "w",
  dtype,
  shape: [values.length],
  file: "f",
  bytes: 4 * values.length,
  read: () => Float32Array.from(values),
  readDoubles: () => Float64Array.from(values),
  readIntegers: () => Int32Array.from(values),
});

Deno.test("load() with dtype computes what a checkpoint stored in that type computes", async () => {
  for (const name of FAMILIES) {
    const plain = await readFixture(name);
    for (const [dtype, type] of [["float16", "F16"], ["bfloat16", "BF16"]] as const) {
      const rounded = await loadFolder(fixturePath(`families/${name}`), { dtype });
      assertEquals(rounded.weights.storedTypes, [type]);
      assertEquals(rounded.provenance.changes, [`weights rounded to ${dtype}`]);
      using actual = await run(rounded, [...PROMPTS]);
      await withModel(plain, async (model) => {
        using expected = await run(model, [...PROMPTS]);
        // The same numbers in the same kernels.
        near(actual.logits.dataSync(), expected.logits.dataSync(), 0, `${name} ${dtype}`);
      }, { dtype: type });
      rounded.dispose();
    }
  }
});

Deno.test("roundedTensor() rounds to the nearest, ties to even, and keeps what is no number", () => {
  const ulp = 2 ** -7; // of bfloat16 at 1
  const values = [1 + ulp / 2, 1 + 3 * ulp / 2, 1 + ulp / 2 + 2 ** -20, -1 - 3 * ulp / 2, -0];
  const odd = [NaN, Infinity, -Infinity];
  assertEquals([...roundedTensor(stored([...values, ...odd]), "bfloat16").read()], [
    ...[1, 1 + 2 * ulp, 1 + ulp, -1 - 2 * ulp, -0],
    ...odd,
  ]);
  assertEquals([...roundedTensor(stored([1 + 2 ** -11, 1 + 3 * 2 ** -11]), "float16").read()], [
    1,
    1 + 2 ** -9,
  ]);
  const doubles = roundedTensor(stored([1 + ulp / 2]), "bfloat16").readDoubles();
  assertEquals([doubles instanceof Float64Array, ...doubles], [true, 1]);
  const already = stored([1], "BF16");
  assertStrictEquals(roundedTensor(already, "bfloat16"), already);
});

Deno.test("roundedTensor() refuses numbers that would become infinite", () => {
  for (const [type, value] of [["float16", 65520], ["bfloat16", 3.4e38]] as const) {
    assertEquals(
      assertThrows(() => roundedTensor(stored([1, value]), type).read(), CheckpointError).message,
      `Cannot read tensor "w" of f as its numbers must fit into ${type}, or be left as they are by leaving out the option dtype: current value is ${
        Math.fround(value)
      }`,
    );
  }
});

Deno.test("load() refuses a dtype that it does not know", async () => {
  const error = await assertRejects(
    () => loadFolder(fixturePath("families/gpt2"), { dtype: "int8" as "float16" }),
    RangeError,
  );
  assertEquals(
    error.message,
    'Cannot load a model as dtype must be float16 or bfloat16, or be left out for weights as they are stored: current value is "int8"',
  );
});
