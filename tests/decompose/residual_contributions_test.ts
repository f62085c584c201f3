import { residualContributions } from "../../lib/decompose/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { readNumbers, startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { DECODERS, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

for (const family of DECODERS) {
  Deno.test(`I-03 shares of all components and the entering stream sum to 1 at every position, ${family}`, async () => {
    const model = await fixtureModel(family);
    for (const attention of ["whole", "heads"] as const) {
      const found = await residualContributions(model, PROMPTS, { attention });
      for (let layer = 0; layer < model.architecture.layers; layer++) {
        const names = found.components.filter((one) => one.layer === layer).map(({ name }) => name);
        assertEquals(
          names.length,
          attention === "whole" ? 3 : 3 + model.architecture.heads,
        );
        for (let position = 0; position < 11; position++) {
          for (let example = 0; example < 2; example++) {
            const sum = names.reduce(
              (sum, name) => sum + found.shares(layer, name)[position]![example]!,
              0,
            );
            near([sum], [1], 1e-9);
          }
        }
      }
    }
  });
}

Deno.test("I-03 residualContributions() are ratios of lengths and cosines in plain loops, position 0 apart", async () => {
  const model = await fixtureModel("gpt2"), prompt = [...PROMPTS[0]!];
  await residualContributions(model, prompt, { attention: "heads" });
  const held = heldTensors();
  const found = await residualContributions(model, prompt, { attention: "heads" });
  assertEquals(heldTensors(), held);
  assertEquals(found.tokens, 10);
  using result = await run(model, prompt, { capture: ["resid_pre", "mlp_out"] });
  const stream = readNumbers(result.cache.get("blocks.1.resid_pre"));
  const written = readNumbers(result.cache.get("blocks.1.mlp_out"));
  const ratios = Array.from({ length: 11 }, (_, position) => {
    const [x, d] = [stream, written].map((all) => all.slice(position * 32, (position + 1) * 32));
    const product = d!.reduce((sum, value, i) => sum + value * x![i]!, 0);
    const [long, short] = [Math.hypot(...x!), Math.hypot(...d!)];
    return [short / long, product / short / long] as const;
  });
  // Ten positions beside the first: the median lies between two of them.
  const middle = (of: number[]) => of.sort((a, b) => a - b).slice(4, 6).reduce((a, b) => a + b) / 2;
  const { length, cosine } = found.of(1, "feed-forward");
  near([length.first, cosine.first], ratios[0]!, 1e-9);
  near([length.median], [middle(ratios.slice(1).map(([ratio]) => ratio))], 1e-9);
  near([cosine.median], [middle(ratios.slice(1).map(([, cosine]) => cosine))], 1e-9);
  near(
    [found.of(1, "entering stream").length.median, found.of(1, "entering stream").cosine.median],
    [1, 1],
    1e-12,
  );
});

Deno.test("residualContributions() say what they cannot measure", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () => residualContributions(model, PROMPTS, { attention: "head" as "heads" }),
    TypeError,
    'Cannot measure contributions to the stream as attention must be "whole" or "heads": current value is "head"',
  );
  const found = await residualContributions(model, PROMPTS);
  assertThrows(
    () => found.of(0, "head 1"),
    RangeError,
    'Cannot find "head 1" of layer 0 as it must be among entering stream, attention, feed-forward of layers 0 to 1',
  );
  assert(Deno.inspect(found).includes("sum to 1"));
});
