import { GenerationPasses } from "../../../lib/run/generation/passes.ts";
import { run } from "../../../lib/run/mod.ts";
import type { Transformer } from "../../../lib/model/mod.ts";
import { assertEquals } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";

/** The logits after ids, from a run of its own. */
async function after(model: Transformer, ids: readonly number[]): Promise<Float32Array> {
  using result = await run(model, [ids]);
  const vocabulary = model.architecture.vocabulary;
  return (await result.logits.data<"float32">()).slice((ids.length - 1) * vocabulary);
}

for (const family of FAMILIES) {
  Deno.test(`GenerationPasses gives the logits of runs of their own, rows copied, swapped and let go: ${family}`, async () => {
    const model = await fixtureModel(family), [a, b] = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 4)];
    // Weights are read when they are first used, and stay.
    await after(model, a);
    const before = heldTensors();
    for (const useCache of [true, false]) {
      using passes = new GenerationPasses({
        model,
        prompts: model.tokenize([a, b]),
        copies: 2,
        edits: [],
        captured: new Set(),
        useCache,
      });
      const check = async (
        logits: readonly Float32Array[],
        texts: readonly (readonly number[])[],
      ) => {
        assertEquals(logits.length, texts.length);
        for (const [row, ids] of texts.entries()) {
          near(logits[row]!, await after(model, ids), 1e-4, "the design's tolerance on logits");
        }
      };
      await check(await passes.first(), [a, a, b, b]);
      await check(await passes.next([1, 2, 3], [0, 3, 2]), [[...a, 1], [...b, 2], [...b, 3]]);
      await check(await passes.next([5, 6], [1, 0]), [[...b, 2, 5], [...a, 1, 6]]);
      assertEquals(passes.columns, a.length + 2);
    }
    assertEquals(heldTensors(), before);
  });
}
