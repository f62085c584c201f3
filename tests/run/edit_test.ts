import {
  add,
  apply,
  type Edit,
  editText,
  replace,
  resample,
  scale,
  zero,
} from "../../lib/run/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";

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
    [
      add("embed", 1, { scale: 4, positions: { to: 3 } }),
      "add embed times 4 positions 0 to before 3",
    ],
    [add("embed", 1, { positions: { from: -2 } }), "add embed positions -2 to the end"],
    [
      zero("blocks.0.attn.scores", { positions: [1], keys: 0, examples: [2] }),
      "zero blocks.0.attn.scores positions 1; keys 0; examples 2",
    ],
    [apply("blocks.0.mlp.post", (x) => x, { neurons: [7] }), "apply blocks.0.mlp.post neurons 7"],
  ];
  for (const [edit, text] of cases) assertEquals(editText(edit), text);
});

Deno.test("add() and scale() refuse factors that are no finite numbers", () => {
  for (const factor of [NaN, Infinity, -Infinity, "2" as unknown as number]) {
    assertEquals(
      assertThrows(() => scale("logits", factor), RangeError).message,
      `Cannot make an edit as its factor must be a finite number: current value is ${
        typeof factor === "string" ? '"2"' : factor
      }`,
    );
    assertEquals(
      assertThrows(() => add("logits", 1, { scale: factor }), RangeError).message,
      `Cannot make an edit as its scale must be a finite number: current value is ${
        typeof factor === "string" ? '"2"' : factor
      }`,
    );
  }
});
