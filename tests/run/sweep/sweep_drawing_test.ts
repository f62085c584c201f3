import { display, type Document, isDisplayable, SweepResult } from "../../../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../../assert.ts";
import { madeSweep } from "./made_sweep.ts";

const drawing = async (value: unknown) => {
  assert(isDisplayable(value));
  return await value[display]();
};
const grid = madeSweep({
  sizes: { layer: 2, position: 2 },
  examples: 8,
  value: (cell, example) => [2 + example / 8, 0.1 * (example % 2 - 0.5), NaN, 0][cell]!,
});

Deno.test("a sweep of two axes is a heat map with intervals, p, both runs and its undefined cells", async () => {
  const result = new SweepResult(grid), { "text/plain": text, ...rest } = await drawing(result);
  const lines = text.split("\n");
  assertEquals(lines[0], "patch resid_pre: logit");
  assertEquals(
    lines[2]!.split(/ {2,}/),
    ["layer", "position", "effect (nats)", "of the gap", "95% interval", "p", "p for 3 cells"],
  );
  // Of 2⁸ patterns 2 make the greatest effect as great alone; 2 more do so for the cell whose signs take turns.
  assertMatch(lines[3]!, /^0 +0 +2\.44 ▪ +0\.609 +2\.\d\d to 2\.\d\d +0\.0078 +0\.016$/);
  assertMatch(
    lines.find((line) => /^1 +0/.test(line))!,
    /undefined +undefined +undefined +undefined/,
  );
  assertEquals(lines.slice(-4), [
    "as in the corrupt run: effect 0",
    "as in the clean run: effect 4",
    "▪ p ≤ 0.05, corrected for 3 cells",
    "toy · seed 0 · denoising · logit without edits: corrupt run 0 nats, clean run 4 nats · means of 8 pairs · 1 cell is undefined",
  ]);
  assertStringIncludes((rest as Document)["text/html"], ">undefined<");
  // The terminal shows the means at once, without chance.
  assertStringIncludes(Deno.inspect(result), "0      0                  2.44\n");
});

Deno.test("a sweep draws one axis as bars, three as a list with one scale, and a picture for each metric", async () => {
  const bars = await drawing(
    new SweepResult(madeSweep({ sizes: { head: 3 }, value: (i, j) => i + j })),
  );
  assert("image/png" in bars);
  assertStringIncludes(bars["text/plain"], "2              2.50  2 to 3");
  const many = new SweepResult(madeSweep({ sizes: { neuron: 60 }, examples: 1, value: (i) => i }));
  assertStringIncludes((await drawing(many))["text/plain"], "the 40 of greatest size of 60");
  const three = new SweepResult(
    madeSweep({ sizes: { layer: 2, head: 1, position: 2 }, examples: 1, value: (i) => i }),
  );
  const html = (await drawing(three) as Document)["text/html"];
  const scales = [...html.matchAll(/"by":(\{[^}]+\})/g)].map(([, by]) => JSON.parse(by!));
  assertEquals(scales.map(({ low, high }) => [low, high]), [[-4, 4], [-4, 4]]);
  const metrics = [{ label: "a", unit: "" }, { label: "b", unit: "" }];
  const two = new SweepResult(madeSweep({
    sizes: { layer: 1, head: 1 },
    examples: 1,
    metrics,
    values: Float64Array.of(1, 2),
    baseline: Float64Array.of(0, 0),
    reference: Float64Array.of(1, 1),
    value: () => 0,
  }));
  const { pictures } = await two.draw();
  assertEquals(pictures.map((each) => each["text/plain"].split("\n")[0]), [
    "patch resid_pre: a",
    "patch resid_pre: b",
  ]);
  assertEquals((await two.draw({ metric: "b", measure: "normalised" })).pictures.length, 1);
  // A terminal has the first, and says so.
  assertMatch(
    Deno.inspect(two),
    /effect 0\nas in the clean run: effect 1\ntoy [^\n]*\n\nThis is the first of 2 metrics; .*: 1 b$/,
  );
});

Deno.test("a sweep says what was not run, what changes nothing, and which p so few examples cannot have", async () => {
  const result = new SweepResult({
    ...madeSweep({
      sizes: { layer: 2, head: 2 },
      value: (cell) => cell === 3 ? NaN : 1,
      direction: "noising",
    }),
    done: Uint8Array.of(1, 1, 1, 0),
    skipped: Uint8Array.of(1, 0, 0, 0),
  });
  const text = (await drawing(result))["text/plain"];
  assertStringIncludes(text, "which 2 examples cannot have: 0.500 is the least there is");
  assertStringIncludes(
    text,
    "toy · seed 0 · noising · logit without edits: clean run 0 nats, corrupt run 4 nats · means of 2 pairs · 1 of 4 cells were not run, undefined · 1 of 4 cells change nothing and were not run, exactly 0; where cells have digits, ≈0 was run",
  );
  const single = { ...grid, reference: null, direction: null, references: null };
  const alone = (await drawing(new SweepResult(single)))["text/plain"];
  assertStringIncludes(alone, "toy · seed 0 · logit without edits 0 nats · means of 8 prompts");
  assert(!alone.includes("gap"));
  await assertRejects(
    async () => await new SweepResult(single).draw({ measure: "normalised" }),
    TypeError,
    "Cannot normalise effects as there must be two runs",
  );
  await assertRejects(
    async () => await new SweepResult(single).draw({ levl: 1 } as object),
    TypeError,
    "Cannot draw a sweep as its options must be among",
  );
});

Deno.test("a sweep escapes hostile tokens, and draws nothing at all, one cell and infinities", async () => {
  const hostile = '"><img src=x onerror=alert(1)>\u202e';
  const axes = [{ name: "layer", labels: ["0"] }, { name: "position", labels: [hostile] }];
  for (const value of [1, NaN, Infinity, 0, 1e300]) {
    const one = madeSweep({ sizes: { layer: 1, position: 1 }, examples: 1, value: () => value });
    const html = (await drawing(new SweepResult({ ...one, axes })) as Document)["text/html"];
    assert(!html.includes("<img src=x"), "a label became an element");
  }
});
