import { shiftEdit } from "../../lib/lens/mod.ts";
import { Transformer } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS } from "./families.ts";

await startBackend("float64");

const prompt = PROMPTS[0]!;

/** A model without its last norm. */
function withoutNorm(model: Transformer): Transformer {
  const architecture = { ...model.architecture, finalNorm: false };
  return new Transformer(model.weights.replaced(architecture, new Map()), null, model.provenance);
}

Deno.test("F-12 shiftEdit(): without a last norm the logit rises by exactly step · |n|² · |W_U[:, token]|²", async () => {
  // Norms around and weights of experts stand between W_out and the stream, so these three alone are exact.
  for (const family of ["gpt2", "llama", "gpt_neox"]) {
    const model = withoutNorm(await fixtureModel(family));
    using edit = await shiftEdit(model, prompt, 40, { layer: -1, step: 0.3 });
    const exact = 0.3 * edit.activation ** 2 * edit.direction ** 2;
    near([edit.realised / exact, edit.predicted / exact], [1, 1], 1e-9, family);
  }
});

Deno.test("F-12 shiftEdit(): with a last norm the prediction holds to first order", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family);
    const expert = model.architecture.mixture ? { expert: await usedExpert(model) } : {};
    for (const layer of [0, 1]) {
      const gaps: number[] = [];
      for (const step of [1e-3, 1e-4]) {
        using edit = await shiftEdit(model, prompt, 40, { layer, step, ...expert });
        if (edit.activation === 0) continue;
        gaps.push(Math.abs(edit.realised / edit.predicted - 1));
      }
      if (gaps.length === 0) continue;
      // What is left falls with the step: it is of second order.
      assert(gaps[1]! < 1e-2 && gaps[1]! < gaps[0]! / 5, `${family} layer ${layer}: ${gaps}`);
    }
  }
});

/** An expert that the last token uses in the last block. */
async function usedExpert(model: Transformer): Promise<number> {
  using result = await run(model, prompt, { capture: ["blocks.1.moe.indices"] });
  return result.cache.get("blocks.1.moe.indices").dataSync()[prompt.length - 1]!;
}

Deno.test("shiftEdit() draws itself, frees what it makes and refuses what is not there", async () => {
  const model = await fixtureModel("gpt2");
  (await shiftEdit(model, prompt, 40, { layer: 0, step: 0 })).dispose();
  const before = heldTensors();
  const edit = await shiftEdit(model, prompt, 40, { layer: 0, step: 0.1 });
  assertEquals(edit.weight, "blocks.0.mlp.W_out");
  assert(edit[display]()["text/plain"].includes("shifted towards #40"));
  assert(!("model" in edit.toJSON()));
  edit.dispose();
  assertEquals(heldTensors(), before);
  await assertRejects(
    () => shiftEdit(model, prompt, 40, { layer: 2, step: 1 }),
    RangeError,
    "Cannot shift a model of layer 2 as it must be from -2 to 1",
  );
  await assertRejects(
    () => shiftEdit(model, prompt, 40, { layer: 1, step: NaN }),
    RangeError,
    "Cannot shift a model as step must be a finite number: current value is NaN",
  );
});
