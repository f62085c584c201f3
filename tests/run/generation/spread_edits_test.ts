import {
  add,
  Cache,
  freeze,
  ofCache,
  ofRun,
  replace,
  resample,
  zero,
} from "../../../lib/run/mod.ts";
import { derangement } from "../../../lib/run/derangement.ts";
import { spreadEdits } from "../../../lib/run/generation/spread_edits.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { plainWindow } from "../../../lib/run/window.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "../../assert.ts";
import { FAMILIES, fixtureModel } from "../../model/fixture.ts";

Deno.test("spreadEdits() gives every copy of a prompt its edits", () => {
  const edits = [
    zero("embed"),
    add("embed", 1, { examples: [2, 0] }),
    zero("embed", { examples: -1 }),
  ];
  assertEquals(spreadEdits(edits, 3, 2, []).map(({ examples }) => examples), [undefined, [
    4,
    5,
    0,
    1,
  ], [
    4,
    5,
  ]]);
  assertStrictEquals(spreadEdits(edits, 3, 1, []), edits, "one copy is the prompt itself");
});

Deno.test("spreadEdits() takes values of this run from the copy of the same number", () => {
  const values = [
    replace("embed", ofRun({ examples: 0 }), { examples: [1, 2] }),
    replace("embed", ofRun({ examples: [2, 0, 1] })),
    replace("embed", ofRun({ positions: 1 })),
  ].map((edit) =>
    (spreadEdits([edit], 3, 2, [])[0] as unknown as { value: { examples?: number[] } }).value
  );
  assertEquals(values[0]!.examples, [0, 1, 0, 1]);
  assertEquals(values[1]!.examples, [4, 5, 0, 1, 2, 3]);
  assertEquals("examples" in values[2]!, false, "its own row");
});

Deno.test("spreadEdits() takes values of another run for all copies alike", () => {
  using one = new Cache(plainWindow(1, 4)), three = new Cache(plainWindow(3, 4));
  const source = (edit: Parameters<typeof spreadEdits>[0][number]) =>
    (spreadEdits([edit], 3, 2, [])[0] as unknown as { source: { examples?: number[] } }).source;
  assertStrictEquals(source(resample("embed", one)), one as unknown as { examples?: number[] });
  assertEquals(source(resample("embed", three, { examples: [2, 0] })).examples, [2, 2, 0, 0]);
  assertEquals(source(resample("embed", ofCache(three, { examples: [1, 2, 0] }))).examples, [
    1,
    1,
    2,
    2,
    0,
    0,
  ]);
  const { message } = assertThrows(
    () => source(freeze("embed", { source: three })),
    RangeError,
  );
  assertEquals(
    message,
    "Cannot freeze embed as its source must have one row where each prompt has 2 texts: use replace() with ofCache()",
  );
});

Deno.test("spreadEdits() deals out prompts, not copies", () => {
  const [edit] = spreadEdits([resample("embed", { seed: 3 })], 3, 2, []);
  const rows = derangement(3, 3),
    { examples } = (edit as unknown as { source: { examples: number[] } }).source;
  assertEquals(examples, [...rows].flatMap((row) => [row * 2, row * 2 + 1]));
  assert(examples.every((row, i) => Math.floor(row / 2) !== Math.floor(i / 2)));
});

Deno.test("spreadEdits() refuses examples that are no prompts", () => {
  assertThrows(
    () => spreadEdits([zero("embed", { examples: 3 })], 3, 2, []),
    RangeError,
    "Cannot zero embed examples 3 as examples must be from -3 to 2: current value is 3",
  );
});

Deno.test("spreadEdits() repeats the rows of a value for the copies of their prompts", () => {
  const made: tf.Tensor[] = [];
  const values = [
    add("embed", [[[1]], [[2]], [[3]]]),
    add("embed", tf.tensor3d([[[1, 2]], [[3, 4]]]), { examples: [2, 0] }),
    add("embed", [[5, 6]]),
    add("embed", [[[7]]]),
  ].map((edit) => (spreadEdits([edit], 3, 2, made)[0] as unknown as { value: unknown }).value);
  const [all, some, alike, one] = values as [tf.Tensor, tf.Tensor, unknown, unknown];
  assertEquals(all.arraySync(), [[[1]], [[1]], [[2]], [[2]], [[3]], [[3]]]);
  assertEquals(some.arraySync(), [[[1, 2]], [[1, 2]], [[3, 4]], [[3, 4]]]);
  assertEquals([alike, one], [[[5, 6]], [[[7]]]], "one row does for all");
  assertEquals(made, [all, some], "to be freed");
  tf.dispose(made);
});

Deno.test("spreadEdits() may count on the batch being the third axis from the end of every site", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    for (const site of model.match("*")) {
      assertEquals(model.axesOf(site).at(-3), "batch", `${site} of ${family}`);
    }
  }
});
