import { loadFolder } from "../../lib/model/mod.ts";
import { leadingRows, ofContextLength } from "../../lib/model/context_length.ts";
import { run } from "../../lib/run/mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { near } from "../near.ts";
import { FAMILIES, fixtureModel, fixturePath, PROMPTS } from "./fixture.ts";

Deno.test("load() with contextLength refuses longer prompts and changes no number of others", async () => {
  for (const name of FAMILIES) {
    const whole = await fixtureModel(name), { positions } = whole.architecture;
    const model = await loadFolder(fixturePath(`families/${name}`), { contextLength: 11 });
    assertEquals(model.architecture.positions, 11);
    assertEquals(model.provenance.changes, [`a context of 11 tokens instead of ${positions}`]);
    using expected = await run(whole, [...PROMPTS]);
    using actual = await run(model, [...PROMPTS]);
    // The same kernels on the same numbers.
    near(actual.logits.dataSync(), expected.logits.dataSync(), 0, name);
    await assertRejects(() => run(model, Array(12).fill(1)), RangeError, "11");
    if (name === "gpt2") assertEquals(model.W_pos!.shape, [11, 32]);
    model.dispose();
  }
});

Deno.test("load() with contextLength goes on beyond the trained positions only where they are computed", async () => {
  const path = (name: string) => fixturePath(`families/${name}`);
  const { positions } = (await fixtureModel("llama")).architecture;
  const longer = await loadFolder(path("llama"), { contextLength: 2 * positions });
  const prompt = Array.from({ length: positions + 1 }, (_, i) => i % 96);
  using result = await run(longer, prompt);
  // Causal: what stood before has not changed, up to the rounding of longer sums.
  using before = await run(await fixtureModel("llama"), prompt.slice(0, positions));
  const shared = before.logits.size;
  near(result.logits.dataSync().slice(0, shared), before.logits.dataSync(), 1e-5);
  longer.dispose();
  const learned = (await fixtureModel("gpt2")).architecture.positions;
  const error = await assertRejects(
    () => loadFolder(path("gpt2"), { contextLength: learned + 1 }),
    RangeError,
  );
  assertEquals(
    error.message,
    `Cannot load a model as contextLength must be a whole number from 1 to ${learned}, the positions that the model has learned: current value is ${
      learned + 1
    }`,
  );
});

Deno.test("ofContextLength() refuses lengths that are none", async () => {
  const { architecture } = await fixtureModel("llama");
  for (const length of [0, -1, 1.5, NaN, Infinity, "8" as unknown as number]) {
    assertThrows(() => ofContextLength(architecture, length), RangeError, "contextLength must be");
  }
});

Deno.test("leadingRows() reads the first rows", () => {
  const stored = {
    name: "x",
    dtype: "F32" as const,
    shape: [3, 2],
    file: "f",
    bytes: 24,
    read: () => Float32Array.of(1, 2, 3, 4, 5, 6),
    readDoubles: () => Float64Array.of(1, 2, 3, 4, 5, 6),
    readIntegers: () => Int32Array.of(1, 2, 3, 4, 5, 6),
  };
  const rows = leadingRows(stored, 2);
  assertEquals([rows.shape, rows.bytes], [[2, 2], 16]);
  assertEquals([...rows.read()], [1, 2, 3, 4]);
  assertEquals([...rows.readDoubles()], [1, 2, 3, 4]);
  assertEquals([...rows.readIntegers()], [1, 2, 3, 4]);
});
