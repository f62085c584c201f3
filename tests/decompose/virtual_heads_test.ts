import { virtualHeads, virtualOvCircuit } from "../../lib/decompose/mod.ts";
import { ovCircuit } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";

const pair = [{ layer: 0, head: 1 }, { layer: 1, head: 2 }] as const;

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`A-23 patterns of virtual heads are A₂·A₁: rows sum to 1, later keys have 0, ${family}`, async () => {
    const model = await fixtureModel(family), prompt = [...PROMPTS[0]!];
    await virtualHeads(model, prompt, [pair]);
    const held = heldTensors();
    const { heads: [virtual], baseline } = await virtualHeads(model, prompt, [pair]);
    assertEquals(heldTensors(), held);
    const { pattern, score } = virtual!;
    for (let query = 0; query < 11; query++) {
      const row = pattern.slice(query * 11, (query + 1) * 11);
      near([row.reduce((sum, x) => sum + x, 0)], [1], 1e-6);
      near(row.slice(query + 1), row.slice(query + 1).map(() => 0), 0, "later keys");
    }
    using result = await run(model, prompt, { capture: ["attn.pattern"] });
    const own = (layer: number, head: number) =>
      readNumbers(tf.unstack(result.cache.get(`blocks.${layer}.attn.pattern`))[head]!);
    const [first, second] = [own(0, 1), own(1, 2)];
    const expected = pattern.map((_, i) => {
      const [query, key] = [Math.floor(i / 11), i % 11];
      return Array.from({ length: 11 }, (_, j) => second[query * 11 + j]! * first[j * 11 + key]!)
        .reduce((sum, x) => sum + x, 0);
    });
    near(pattern, expected, 1e-6, "the later pattern on the left");
    // The earlier head's OV on the left.
    const circuit = virtualOvCircuit(model, ...pair);
    const [one, two] = pair.map(({ layer, head }) => ovCircuit(model, layer, head).product());
    const product = tf.matMul(one as tf.Tensor2D, two as tf.Tensor2D);
    near(readNumbers(circuit.product()), readNumbers(product), 1e-5);
    const norm = (x: tf.Tensor) => Math.sqrt(readNumbers(x.square().sum())[0]!);
    near([score, baseline], [norm(product) / (norm(one!) * norm(two!)), 1 / Math.sqrt(32)], 1e-5);
    circuit.dispose();
  });
}

Deno.test("virtualHeads() show scores beside that of random heads", async () => {
  const found = await virtualHeads(await seedling(), "Once upon a time", [[
    { layer: 0, head: 3 },
    { layer: -1, head: -1 },
  ]]);
  assertEquals(found.heads[0]!.second, { layer: 3, head: 7 });
  assert(Deno.inspect(found).includes("random heads"));
  assertEquals(JSON.parse(JSON.stringify(found)).baseline, 1 / 16);
});

Deno.test("virtualHeads() say what they cannot put together", async () => {
  const model = await fixtureModel("gpt2"), prompt = [...PROMPTS[0]!];
  const cases: [Parameters<typeof virtualHeads>[2], string][] = [
    [
      [[pair[1], pair[0]]],
      "Cannot put heads together as the second must be in a later layer than the first: current value is layers 1 and 0",
    ],
    [
      [[pair[0], { layer: 1, head: 4 }]],
      "Cannot put heads together as the head must be from -4 to 3: current value is 4",
    ],
    [
      [],
      "Cannot put heads together as there must be a list of pairs of heads: current value is []",
    ],
  ];
  for (const [pairs, message] of cases) {
    await assertRejects(() => virtualHeads(model, prompt, pairs), RangeError, message);
  }
});
