import { erasure, pathExpansion } from "../../lib/decompose/mod.ts";
import type { Transformer } from "../../lib/model/mod.ts";
import { run, zero } from "../../lib/run/mod.ts";
import { readNumbers } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { filled, withPlanted } from "./planted.ts";

/** Each prompt is of one token, so that wherever a head looks it finds the same. */
const same = [2, 5, 7, 9, 11].map((id) => Array.from({ length: 5 }, () => id));

/** Head 0.0 writes to columns 0 to 3, which nothing else does; head 1.0 reads them and writes `factor` times that. */
function twoHeads(factor: number, body: (model: Transformer) => Promise<void>): Promise<void> {
  return withPlanted({ width: 8, heads: 2 }, ({ head, ends }) => {
    ends("W_E", filled(12, 8, (row, column) => column < 4 ? 0 : Math.sin(3 * row + column ** 2)));
    head(0, 0, "W_V", filled(8, 4, (row, column) => row < 4 ? 0 : Math.cos(row * 5 + column)));
    head(0, 0, "W_O", filled(4, 8, (row, column) => column < 4 ? Math.sin(row + 7 * column) : 0));
    head(0, 1, "W_O", filled(4, 8));
    head(1, 0, "W_V", filled(8, 4, (row, column) => Number(row === column)));
    head(1, 0, "W_O", filled(4, 8, (row, column) => row === column ? factor : 0));
    head(1, 1, "W_O", filled(4, 8));
  }, body);
}

Deno.test("I-04 a head that writes minus what another wrote has the projection ratio −1, one that leaves it 0", async () => {
  for (const factor of [-1, 0, -0.5]) {
    await twoHeads(factor, async (model) => {
      const found = await erasure(model, same, { layer: 0, head: 0 });
      const [eraser, idle] = found.heads;
      near(
        [eraser!.ratio, ...eraser!.quartiles, eraser!.first],
        [factor, factor, factor, factor],
        1e-5,
      );
      near([idle!.ratio, idle!.chance], [0, 0], 1e-12);
      // By chance it is 0 ± ‖a‖/(‖b‖·√width).
      near([eraser!.chance], [Math.abs(factor) / Math.sqrt(8)], 1e-5);
    });
  }
});

Deno.test("C-11 of two heads of which one writes minus the other, direct attributions sum to 0, the diagnostic is 1, and patching has no effect", async () => {
  await twoHeads(-1, async (model) => {
    const found = await erasure(model, same, { layer: 0, head: 0 });
    near([found.heads[0]!.correlation], [1], 1e-5);
    assertEquals(found.attributions, 15);
    near([found.chanceCorrelation], [1 / Math.sqrt(14)], 1e-12);
    for (const prompt of same) {
      const { paths, values } = await pathExpansion(model, prompt, { targets: [prompt[0]!, 3] });
      for (const target of [0, 1]) {
        const of = (layer: number) =>
          values.reduce((sum, row, i) => {
            const last = paths[i]!.through.at(-1);
            return last?.layer === layer && last.head === 0 ? sum + row[target]! : sum;
          }, 0);
        assert(Math.abs(of(0)) > 0.05, "attribution says that the head matters");
        // Paths that end in head 1.0 are all of its own attribution.
        near([of(0) + of(1)], [0], 1e-5);
      }
      using plain = await run(model, prompt);
      using without = await run(model, prompt, { edits: [zero("blocks.0.attn.z", { heads: 0 })] });
      near(readNumbers(without.logits), readNumbers(plain.logits), 1e-5, "patching");
    }
  });
  // With the erasing head gone, the same patch has an effect.
  await twoHeads(0, async (model) => {
    using plain = await run(model, same[0]!);
    using without = await run(model, same[0]!, { edits: [zero("blocks.0.attn.z", { heads: 0 })] });
    const gap = readNumbers(plain.logits.sub(without.logits).abs().max())[0]!;
    assert(gap > 0.05);
  });
});

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`I-04 projection ratios are those of what heads write, in plain loops, ${family}`, async () => {
    const model = await fixtureModel(family), prompt = [...PROMPTS[0]!];
    const writer = { layer: 0, part: "feed-forward" } as const;
    await erasure(model, prompt, writer);
    const held = heldTensors(), found = await erasure(model, prompt, writer);
    assertEquals(heldTensors(), held);
    assertEquals(found.heads.length, 4);
    using result = await run(model, prompt, {
      capture: ["blocks.0.mlp_out", "blocks.1.attn.result", "blocks.1.attn.pattern"],
    });
    if (family !== "llama" && family !== "mixtral") return;
    // Without biases and norms behind, a head's write is the site.
    const b = readNumbers(result.cache.get("blocks.0.mlp_out"));
    const a = readNumbers(result.cache.get("blocks.1.attn.result"));
    const ratios = Array.from({ length: 11 }, (_, position) => {
      let across = 0, square = 0;
      for (let i = position * 32; i < (position + 1) * 32; i++) {
        across += b[i]! * a[2 * 352 + i]!;
        square += b[i]! ** 2;
      }
      return across / square;
    });
    near([found.heads[2]!.first], [ratios[0]!], 1e-4);
    const later = ratios.slice(1).sort((x, y) => x - y);
    near([found.heads[2]!.ratio], [(later[4]! + later[5]!) / 2], 1e-4);
  });
}

Deno.test("erasure() reads embeddings too, shows baselines, and says what it cannot do", async () => {
  const model = await fixtureModel("gpt2");
  const found = await erasure(model, PROMPTS, "embeddings");
  assertEquals(found.heads.length, 8);
  const text = Deno.inspect(found);
  assert(text.includes("by chance 0 ±") && text.includes("the embeddings"), text);
  const cases: [() => unknown, ErrorConstructor, string][] = [
    [
      () => erasure(model, PROMPTS, { layer: 1, head: 0 }),
      RangeError,
      "Cannot look for erasure as the writer must stand before the last layer, 1: current value is layer 1",
    ],
    [
      () => erasure(model, PROMPTS, { layer: 0, part: "attention" as "feed-forward" }),
      RangeError,
      'Cannot look for erasure as the part of a layer must be "feed-forward": current value is "attention"',
    ],
    [
      () => erasure(model, [[1, 2]], { layer: 0, head: 0 }),
      RangeError,
      "Cannot look for erasure as an example must have at least three tokens",
    ],
    [
      () => erasure(model, PROMPTS, "heads" as "embeddings"),
      TypeError,
      'Cannot look for erasure as a head must be given as { layer, head }: current value is "heads"',
    ],
  ];
  for (const [make, kind, message] of cases) {
    await assertRejects(async () => await make(), kind as typeof Error, message);
  }
});
