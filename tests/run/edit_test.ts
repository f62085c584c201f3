import {
  add,
  apply,
  type Edit,
  editText,
  replace,
  resample,
  run,
  scale,
  zero,
} from "../../lib/run/mod.ts";
import { checkEdit } from "../../lib/run/edit.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

Deno.test("edits are plain values", () => {
  assertEquals(zero("blocks.3.attn.z", { heads: [1, 5] }), {
    kind: "zero",
    at: "blocks.3.attn.z",
    heads: [1, 5],
  });
  assertEquals(
    JSON.parse(JSON.stringify([
      add("blocks.2.resid_pre", [1, 2], { scale: 4, positions: -1 }),
      scale("logits", 2),
      replace("embed", 0, { positions: { from: 1 }, examples: [0] }),
      resample("blocks.0.attn.z", { seed: 3 }),
    ])),
    [
      { kind: "add", at: "blocks.2.resid_pre", value: [1, 2], scale: 4, positions: -1 },
      { kind: "scale", at: "logits", factor: 2 },
      { kind: "replace", at: "embed", value: 0, positions: { from: 1 }, examples: [0] },
      { kind: "resample", at: "blocks.0.attn.z", source: { seed: 3 } },
    ],
  );
});

Deno.test("editText() says an edit in one line", () => {
  const cases: [Edit, string][] = [
    [zero("blocks.3.attn.z", { heads: [1, 5] }), "zero blocks.3.attn.z heads 1, 5"],
    [scale("logits", 0.5, { positions: -1 }), "scale logits by 0.5 positions -1"],
    [add("embed", 1, { scale: 4, positions: { to: 3 } }), "add embed times 4 positions 0 to 3"],
    [add("embed", 1, { positions: { from: -2 } }), "add embed positions -2 to the end"],
    [
      zero("blocks.0.attn.scores", { positions: [1], keys: 0, examples: [2] }),
      "zero blocks.0.attn.scores positions 1 keys 0 examples 2",
    ],
    [apply("blocks.0.mlp.post", (x) => x, { neurons: [7] }), "apply blocks.0.mlp.post neurons 7"],
  ];
  for (const [edit, text] of cases) assertEquals(editText(edit), text);
});

Deno.test("add() and scale() refuse factors that are no finite numbers", () => {
  for (const factor of [NaN, Infinity, -Infinity, "2" as unknown as number]) {
    assertEquals(
      assertThrows(() => scale("logits", factor), RangeError).message,
      `Cannot make an edit as its factor must be a finite number: current value is ${factor}`,
    );
    assertEquals(
      assertThrows(() => add("logits", 1, { scale: factor }), RangeError).message,
      `Cannot make an edit as its scale must be a finite number: current value is ${factor}`,
    );
  }
});

Deno.test("checkEdit() refuses kinds and fields that nobody would read", async () => {
  const cases: [edit: unknown, message: string][] = [
    [
      { kind: "zer", at: "embed" },
      "Cannot make an edit as its kind must be one of zero, replace, add, scale, resample, apply: current value is zer",
    ],
    [
      null,
      "Cannot make an edit as its kind must be one of zero, replace, add, scale, resample, apply: current value is undefined",
    ],
    [
      { kind: "toString", at: "embed" },
      "Cannot make an edit as its kind must be one of zero, replace, add, scale, resample, apply: current value is toString",
    ],
    [
      { kind: "zero", at: "blocks.0.attn.z", head: [1] },
      "Cannot zero blocks.0.attn.z as an edit says where by heads, neurons, positions, keys, examples alone: it has head",
    ],
    [
      { kind: "replace", at: "embed" },
      "Cannot replace embed as the edit must have a value: it has none",
    ],
    [
      { kind: "resample", at: "embed", source: null },
      "Cannot resample embed as the edit must have a source: it has none",
    ],
    [
      { kind: "apply", at: "embed", change: 3 },
      "Cannot apply embed as the change must be a function: current value is a number",
    ],
    [
      { kind: "zero", at: undefined },
      "Cannot find a site as its name must be text: current value is undefined",
    ],
  ];
  const model = await fixtureModel("gpt2");
  for (const [edit, message] of cases) {
    const error = await assertRejects(
      () => run(model, PROMPTS, { edits: [edit as Edit] }),
      TypeError,
    );
    assertEquals(error.message, message);
  }
  checkEdit(zero("embed"));
});
