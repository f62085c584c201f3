import { type Edit, run, zero } from "../../lib/run/mod.ts";
import { checkEdit, kindOf } from "../../lib/run/check_edit.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

/** Wrong ways to say where, with the end of the error. */
const WHERES: readonly [where: Record<string, unknown>, message: string][] = [
  [
    { heads: "1" },
    'Cannot zero embed heads 1 as heads must be a number, a list of them or { from, to }: current value is "1"',
  ],
  [
    { positions: { from: "a" } },
    'Cannot zero embed positions a to the end as positions must be a number, a list of them, the name of a span or { from, to }: current value is {"from":"a"}',
  ],
  [
    { steps: "later" },
    'Cannot zero embed steps later as steps must be a number, a list of them, "prompt", "generated" or { from, to }: current value is "later"',
  ],
];

Deno.test("checkEdit() refuses kinds and fields that nobody would read", async () => {
  const cases: [edit: unknown, message: string][] = [
    [
      { kind: "zer", at: "embed" },
      "Cannot make an edit as its kind must be one of zero, mean, resample, replace, add, scale, noise, project, swapSubspace, knockout, freeze, splice, apply: current value is zer",
    ],
    [
      null,
      "Cannot make an edit as its kind must be one of zero, mean, resample, replace, add, scale, noise, project, swapSubspace, knockout, freeze, splice, apply: current value is undefined",
    ],
    [
      { kind: "toString", at: "embed" },
      "Cannot make an edit as its kind must be one of zero, mean, resample, replace, add, scale, noise, project, swapSubspace, knockout, freeze, splice, apply: current value is toString",
    ],
    [
      { kind: "zero", at: "blocks.0.attn.z", head: [1] },
      "Cannot zero blocks.0.attn.z as an edit says where by heads, neurons, positions, keys, examples, steps alone: it has head",
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
      "Cannot apply embed as the change must be a function: current value is 3",
    ],
    [
      { kind: "zero", at: undefined },
      "Cannot zero as the edit must say at which site, in text: its at is undefined",
    ],
  ];
  for (const [where, message] of WHERES) {
    cases.push([{ kind: "zero", at: "embed", ...where }, message]);
  }
  const model = await fixtureModel("gpt2");
  for (const [edit, message] of cases) {
    const error = await assertRejects(
      () => run(model, PROMPTS, { edits: [edit as Edit] }),
      TypeError,
    );
    assertEquals(error.message, message);
  }
  checkEdit(zero("embed"));
  assertEquals(kindOf(zero("embed")).fields, {});
});
