import { crossEntropy, gradients, logit, zero } from "../../../lib/run/mod.ts";
import { inspect } from "../../../lib/show/mod.ts";
import { readNumbers, tf } from "../../../lib/tensor/mod.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS, seedling } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { drawings } from "../drawings.ts";

/** Prompts of 6, 11 and 2 tokens. */
const RAGGED = [PROMPTS[0]!.slice(0, 6), PROMPTS[1]!, PROMPTS[0]!.slice(3, 5)];

/** One site of each order of axes. */
const SITES = [
  "blocks.0.resid_pre",
  "blocks.1.attn.z",
  "blocks.0.attn.pattern",
  "blocks.0.attn.scores",
];

for (const family of FAMILIES) {
  for (const padding of ["left", "right"] as const) {
    Deno.test(`Gradients ${family}: a number a token in a batch padded on the ${padding} is that of each prompt alone`, async () => {
      const model = await fixtureModel(family);
      using both = await gradients(model, RAGGED, crossEntropy(), { at: SITES, padding });
      for (const [example, prompt] of RAGGED.entries()) {
        using alone = await gradients(model, prompt, crossEntropy(), { at: SITES });
        for (const site of SITES) {
          const what = `${site} of example ${example}`;
          assertEquals(both.timesValue(site)[example]!.length, prompt.length);
          near(both.timesValue(site)[example]!, alone.timesValue(site)[0]!, 1e-5, what);
          near(both.norms(site)[example]!, alone.norms(site)[0]!, 1e-5, what);
          assert(both.timesValue(site)[example]!.every(Number.isFinite), what);
        }
      }
    });
  }

  Deno.test(`Gradients ${family}: timesValue() and norms() sum over what is no example and no token`, async () => {
    const model = await fixtureModel(family);
    using found = await gradients(model, PROMPTS, logit(3), { at: SITES });
    for (const site of SITES) {
      const axes = model.axesOf(site as "embed"), shape = found.get(site).shape;
      const [gradient, value] = [found.at, found.activations].map((one) =>
        readNumbers(one.get(site))
      );
      const times = PROMPTS.map(({ length }) => Array<number>(length).fill(0));
      const squares = PROMPTS.map(({ length }) => Array<number>(length).fill(0));
      gradient!.forEach((slope, index) => {
        let rest = index;
        const at = [...shape.keys()].reverse().map((axis) => {
          const place = rest % shape[axis]!;
          rest = Math.floor(rest / shape[axis]!);
          return [axes[axis]!, place] as const;
        });
        const place = Object.fromEntries(at),
          row = place.batch!,
          column = place.position ?? place.query!;
        squares[row]![column]! += slope * slope;
        // What a query cannot see is −∞ among the scores, and adds nothing.
        if (value![index]! > -Infinity) times[row]![column]! += slope * value![index]!;
      });
      near(found.timesValue(site).flatMap((row) => [...row]), times.flat(), 1e-5, site);
      near(found.norms(site).flatMap((row) => [...row]), squares.flat().map(Math.sqrt), 1e-5, site);
    }
  });
}

Deno.test("Gradients give only what was asked for, and say what that was", async () => {
  const model = await fixtureModel("gpt2"), direction = tf.zeros([32]);
  using found = await gradients(model, PROMPTS, logit(3), {
    at: ["embed"],
    weights: ["W_U"],
    edits: [zero("blocks.0.attn.z", { heads: 1 })],
    rules: "frozenNorm",
  });
  assertEquals([found.model, found.rules, found.edits.length], ["gpt2", "frozenNorm", 1]);
  assertEquals([found.at.sites, found.activations.sites, found.tensors], [
    ["embed"],
    ["embed"],
    [],
  ]);
  assertEquals(found.weight("W_U").shape, [32, 96]);
  assertEquals(
    assertThrows(() => found.weight("W_E"), RangeError).message,
    "Cannot read the gradient by W_E as it must have been asked for: those asked for are W_U",
  );
  assertThrows(() => found.get("blocks.0.attn.z"), RangeError, "captured are embed");
  assertThrows(() => found.timesValue("blocks.0.attn.z"), RangeError, "captured are embed");
  assertEquals(inspect in found, true);
  assert(found[inspect]().endsWith("Gradients of the logit of #3 in gpt2: embed, W_U"));
  assert(found[inspect]().includes("2 × 11 × 32"), "with a line of figures for each");
  direction.dispose();
});

Deno.test("Gradients draw a strip for each prompt, whatever its length, and a row for each gradient", async () => {
  const model = await seedling(), prompts = ["The capital of France is", "Mary"];
  for (const padding of ["left", "right"] as const) {
    using found = await gradients(model, prompts, logit(" Paris"), {
      at: ["blocks.0.attn.pattern", "embed", "ln_final.scale"],
      weights: ["blocks.0.mlp.b_out"],
      padding,
    });
    const rows = found.table().rows, site = "embed";
    const own = rows.filter(({ by }) => by === site);
    const [times, lengths] = [found.timesValue(site), found.norms(site)];
    assertEquals(
      own.map((row) => [row.example, row.position, row.gradient_times_value, row.length]),
      times.flatMap((values, example) =>
        Array.from(values, (value, at) => [example, at, value, lengths[example]![at]!])
      ),
    );
    assertEquals(own[1]!.token, found.prompts[0]!.tokens[1]!.text);
    const weights = rows.filter(({ by }) => by === "blocks.0.mlp.b_out");
    assertEquals(weights.map(({ position, example }) => [position, example]), [[null, null]]);
    near(
      [weights[0]!.length as number],
      [Math.hypot(...readNumbers(found.weight("blocks.0.mlp.b_out")))],
      1e-9,
    );
    const { html, plain } = await drawings(found);
    assertEquals(/NaN/.test(plain), false, plain);
    for (const text of ["France", "Mary"]) assert(html.includes(text), text);
    for (
      const text of [
        "Example 0: slopes of the logit of Paris, which is ",
        "Example 1: slopes of the logit of Paris, which is ",
        "gradient × value at embed",
        "blocks.0.mlp.b_out",
        "exact gradients",
      ]
    ) {
      assertStringIncludes(plain, text);
    }
  }
});

Deno.test("gradients() by a weight or at a site that is named twice are made once, and freed", async () => {
  const model = await fixtureModel("gpt2"), metric = crossEntropy();
  const options = { at: ["embed", "embed", "*embed"], weights: ["W_E", "W_E"] };
  (await gradients(model, PROMPTS, metric, options)).dispose();
  const before = heldTensors();
  (await gradients(model, PROMPTS, metric, options)).dispose();
  assertEquals(heldTensors(), before);
  for (const [name, value] of [["at", "embed"], ["weights", "W_E"], ["tensors", {}]] as const) {
    const error = await assertRejects(
      () => gradients(model, PROMPTS, metric, { [name]: value }),
      TypeError,
    );
    assertEquals(
      error.message,
      `Cannot take gradients as ${name} must be a list: current value is ${
        typeof value === "object" ? "an object" : JSON.stringify(value)
      }`,
    );
  }
});
