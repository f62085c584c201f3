import { add, jacobianVector, run, vectorJacobian } from "../../../lib/run/mod.ts";
import type { Site, Transformer } from "../../../lib/model/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { readNumbers, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { ownPart } from "../own_part.ts";

await startBackend("float64");

const [PROMPT] = PROMPTS as [readonly number[]];

const random = (model: Transformer, site: Site, label: string) => {
  const stream = new RandomStream(1, label), shape = model.shapeOf(site, 1, PROMPT.length);
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => stream.normal()), shape);
};

const dot = (a: tf.Tensor, b: tf.Tensor) => {
  const x = readNumbers(a), y = readNumbers(b);
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
};

const PAIRS: readonly [from: Site, to: Site][] = [
  ["embed", "logits"],
  ["blocks.0.resid_pre", "blocks.1.attn.z"],
  ["blocks.0.attn.q", "blocks.0.attn.pattern"],
  ["blocks.0.mlp.pre", "blocks.1.mlp_out"],
];

for (const family of FAMILIES) {
  for (const [from, to] of PAIRS) {
    Deno.test(`jacobianVector() and vectorJacobian() ${family}: ${from} to ${to}, both sides of one Jacobian`, async () => {
      const model = await fixtureModel(family);
      const u = random(model, to, "u"), v = random(model, from, "v");
      const left = await vectorJacobian(model, PROMPT, u, { from, to });
      const right = await jacobianVector(model, PROMPT, v, { from, to });
      assertEquals([left.shape, right.shape], [v.shape, u.shape]);
      near([dot(left, v)], [dot(u, right)], 1e-9 * Math.max(1, Math.abs(dot(u, right))), "u·Jv");
      const step = 2 ** -16;
      const [up, down] = await Promise.all([step, -step].map(async (scale) => {
        using moved = await run(model, PROMPT, { capture: [to], edits: [add(from, v, { scale })] });
        return readNumbers(moved.cache.get(to));
      }));
      const slope = up!.map((value, i) => (value - down![i]!) / (2 * step));
      near(readNumbers(right), slope, 1e-6, "Jv is a slope");
    });
  }
}

Deno.test("jacobianVector() and vectorJacobian() refuse what does not fit, and free what they make", async () => {
  const model = await fixtureModel("gpt2");
  const u = random(model, "blocks.1.mlp_out", "u"), v = random(model, "blocks.0.attn.q", "v");
  const options = { from: "blocks.0.attn.q", to: "blocks.1.mlp_out" } as const;
  const before = heldTensors();
  (await vectorJacobian(model, PROMPT, u, options)).dispose();
  (await jacobianVector(model, PROMPT, v, options)).dispose();
  await assertRejects(() => vectorJacobian(model, PROMPT, v, options), TypeError, "the shape of");
  await assertRejects(() => jacobianVector(model, PROMPT, u, options), TypeError, "the shape of");
  assertEquals(heldTensors(), before);
  const swapped = { from: options.to, to: options.from };
  const error = await assertRejects(() => vectorJacobian(model, PROMPT, v, swapped), RangeError);
  assertStringIncludes(error.message, "it must come after it");
});

for (const padding of ["left", "right"] as const) {
  Deno.test(`products of a batch padded on the ${padding} are those of each prompt alone, NaN in the vector's padding or not`, async () => {
    const model = await fixtureModel("llama"), [first, second] = PROMPTS as [number[], number[]];
    const prompts = [first.slice(0, 4), second, first.slice(5, 7)];
    const sites = { from: "blocks.0.attn.q", to: "blocks.1.attn.pattern" };
    const capture = Object.values(sites);
    // What another run held makes a good vector: it has NaN where no token is.
    using both = await run(model, prompts, { capture, padding });
    const vectors = { jacobianVector: sites.from, vectorJacobian: sites.to };
    for (const [name, site] of Object.entries(vectors)) {
      const product = { jacobianVector, vectorJacobian }[name]!;
      const other = site === sites.from ? sites.to : sites.from;
      const together = await product(model, prompts, both.cache.get(site), { ...sites, padding });
      for (const [example, prompt] of prompts.entries()) {
        using alone = await run(model, prompt, { capture });
        const own = await product(model, prompt, alone.cache.get(site), sites);
        const window = both.cache.columnsOf(example);
        const part = ownPart(together, model.axesOf(other as "embed"), example, window);
        near(part, readNumbers(own), 1e-5, `${name} of example ${example}`);
        own.dispose();
      }
      const holes = readNumbers(together).filter(Number.isNaN).length;
      const expected = readNumbers(both.cache.get(other)).filter(Number.isNaN).length;
      assertEquals(holes, expected, "padding is NaN, and it alone");
      together.dispose();
    }
  });
}
