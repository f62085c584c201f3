import { pathExpansion } from "../../lib/decompose/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { readNumbers, startBackend } from "../../lib/tensor/mod.ts";
import { foldNorms, ovCircuit, withWeights } from "../../lib/model/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { DECODERS, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { withPlanted } from "./planted.ts";

await startBackend("float64");

const every = Array.from({ length: 96 }, (_, id) => id);

Deno.test("A-18 the (1 + heads)² paths of two layers of attention without norms sum to every logit", async () => {
  await withPlanted({ heads: 4, width: 8, vocabulary: 12 }, () => {}, async (model) => {
    const prompt = [3, 1, 4, 1, 5, 9], targets = every.slice(0, 12);
    const found = await pathExpansion(model, prompt, { targets });
    assertEquals(found.paths.length, 25);
    const result = await run(model, prompt, { capture: ["attn.pattern", "embed"] });
    const logits = readNumbers(result.logits).slice(5 * 12);
    for (const target of targets) {
      const sum = found.values.reduce((sum, row) => sum + row[target]!, 0);
      near([sum], [logits[target]!], 1e-10 * Math.max(1, Math.abs(logits[target]!)));
    }
    // One path through two heads, as the framework writes it: A₂ · A₁ · X · OV₁ · OV₂ · W_U. The norms are constants here.
    const place = found.paths.findIndex(({ through }) =>
      through.length === 2 && through[0]!.head === 1 && through[1]!.head === 3
    );
    const value = (site: string) => result.cache.get(site).squeeze([site === "embed" ? 0 : 1]);
    const pattern = (layer: number, head: number) =>
      tf.unstack(value(`blocks.${layer}.attn.pattern`))[head] as tf.Tensor2D;
    const product = [
      pattern(1, 3),
      pattern(0, 1),
      value("embed"),
      ovCircuit(model, 0, 1).product(),
      ovCircuit(model, 1, 3).product(),
      model.W_U.tensor(),
    ].reduce((left, right) => tf.matMul(left as tf.Tensor2D, right as tf.Tensor2D));
    near(found.values[place]!, readNumbers(product).slice(5 * 12), 1e-9);
  });
});

for (const family of DECODERS) {
  Deno.test(`A-18 paths of ${family} add up to every logit, norms frozen, at the last position and before`, async () => {
    const model = await fixtureModel(family);
    for (const position of [-1, 4]) {
      const found = await pathExpansion(model, [...PROMPTS[0]!], { targets: every, position });
      near(found.rest, every.map(() => 0), 1e-9, "what no path accounts for");
      using result = await run(model, [...PROMPTS[0]!]);
      const at = position < 0 ? 10 : position, cap = model.architecture.logitCap;
      const logits = readNumbers(result.logits).slice(at * 96, (at + 1) * 96);
      near(found.logits.map((x) => cap ? cap * Math.tanh(x / cap) : x), logits, 1e-9, "the logits");
    }
  });
}

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`A-18 paths through fewer heads leave the others to the rest, ${family}`, async () => {
    const model = await fixtureModel(family), prompt = [...PROMPTS[1]!];
    const all = await pathExpansion(model, prompt, { targets: [5] });
    const held = heldTensors();
    const few = await pathExpansion(model, prompt, { targets: [5], heads: 1 });
    assertEquals(heldTensors(), held);
    const longer = all.paths.flatMap(({ through }, i) =>
      through.length > 1 ? [all.values[i]![0]!] : []
    );
    assertEquals(few.paths.length, all.paths.length - longer.length);
    near(few.rest, [longer.reduce((sum, x) => sum + x, 0)], 1e-9);
    const without = await pathExpansion(model, prompt, { targets: [5], feedForward: "left out" });
    const written = all.paths.flatMap(({ from }, i) =>
      from === "feed-forward" ? [all.values[i]![0]!] : []
    );
    near(without.rest, [written.reduce((sum, x) => sum + x, 0)], 1e-9);
  });
}

Deno.test("A-18 a head whose W_O is zero gives its paths no value", async () => {
  const model = await fixtureModel("gpt2");
  const without = withWeights(await foldNorms(model), {
    "blocks.0.attn.W_O[head 2]": tf.zeros([8, 32]),
  });
  const found = await pathExpansion(without, [...PROMPTS[0]!], { targets: [1] });
  const own = found.paths.flatMap(({ through }, i) =>
    through.some(({ layer, head }) => layer === 0 && head === 2) ? [found.values[i]![0]!] : []
  );
  assert(own.length > 0);
  near(own, own.map(() => 0), 1e-12);
});

Deno.test("pathExpansion() takes the likeliest token apart unless told otherwise, and shows the sum", async () => {
  const model = await fixtureModel("gemma2");
  const found = await pathExpansion(model, [...PROMPTS[0]!]);
  using result = await run(model, [...PROMPTS[0]!]);
  const last = readNumbers(result.logits).slice(960);
  assertEquals(found.targets, [last.indexOf(Math.max(...last))]);
  const text = Deno.inspect(found);
  assert(text.includes("add up to the logit") && text.includes("before the soft cap"), text);
  assert(text.includes("mean size with as many heads"));
  assertEquals(JSON.parse(JSON.stringify(found)).paths.length, found.paths.length);
});

Deno.test("pathExpansion() says what it cannot expand", async () => {
  const model = await fixtureModel("gpt2"), prompt = [...PROMPTS[0]!];
  const cases: [Parameters<typeof pathExpansion>[2], string][] = [
    [
      { limit: 30 },
      "Cannot expand paths as there must be at most 30: there are 38; give { heads: 1 } or 2 for paths through fewer heads, or a greater limit",
    ],
    [
      { heads: 3 },
      "Cannot expand paths as heads must be a whole number from 0 to 2, the layers: current value is 3",
    ],
    [
      { position: 11 },
      "Cannot expand paths as the position must be from -11 to 10: current value is 11",
    ],
    [
      { targets: [96] },
      "Cannot expand paths as a token id must be an integer from 0 to 95: current value is 96",
    ],
  ];
  for (const [options, message] of cases) {
    await assertRejects(() => pathExpansion(model, prompt, options), RangeError, message);
  }
  await assertRejects(
    () => pathExpansion(model, PROMPTS),
    RangeError,
    "Cannot expand paths as there must be one prompt: there are 2",
  );
  await assertRejects(
    () => pathExpansion(model, prompt, { targets: [] }),
    TypeError,
    "Cannot expand paths as targets must be a list of tokens: current value is []",
  );
});
