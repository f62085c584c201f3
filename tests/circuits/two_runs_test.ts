import { twoRuns } from "../../lib/circuits/two_runs.ts";
import { logitDifference, logProbability, run } from "../../lib/run/mod.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertAlmostEquals, assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

await startBackend("float64");

const [CLEAN, CORRUPT] = PROMPTS as [readonly number[], readonly number[]];

Deno.test("twoRuns() gives the same as one batch and one by one, with answers of each example's own", async () => {
  const model = await fixtureModel("gpt2"), length = Math.min(CLEAN.length, CORRUPT.length);
  const clean = CLEAN.slice(0, length), corrupt = CORRUPT.slice(0, length);
  const sites = model.match("resid_mid").concat(model.match("attn.z"));
  const count = Math.ceil(25 / length), answers = Array.from({ length: count }, (_, i) => i + 3);
  assert(length <= 24, "one pair is short, all are not");
  // Weights are laid out for products when they are first used.
  (await run(model, corrupt)).dispose();
  const before = heldTensors();
  for (const metric of [(own: number[]) => logitDifference(own, 70), logProbability]) {
    const many = await twoRuns(model, {
      edited: answers.map(() => corrupt),
      other: answers.map(() => clean),
      metric: metric(answers),
      sites,
      rules: "exact",
    });
    for (const [example, answer] of answers.entries()) {
      using one = await twoRuns(model, {
        edited: [corrupt],
        other: [clean],
        metric: metric([answer]),
        sites,
        rules: "exact",
      });
      assertEquals([one.prompts[0]!.ids, one.references[0]!.ids], [corrupt, clean]);
      assertAlmostEquals(one.baseline[0]!, many.baseline[example]!, 1e-12);
      assertAlmostEquals(one.reference[0]!, many.reference[example]!, 1e-12);
      for (const site of sites) {
        const [a, b] = [one.at(site), many.at(site)], batch = model.axesOf(site).indexOf("batch");
        assertEquals([a.shape[batch], b.shape[batch]], [1, count]);
        const after = a.shape.slice(batch + 1).reduce((product, size) => product * size, 1);
        const outer = a.shape.slice(0, batch).reduce((product, size) => product * size, 1);
        for (const part of ["edited", "other", "gradient"] as const) {
          for (let i = 0; i < outer * after; i++) {
            const [head, rest] = [Math.floor(i / after), i % after];
            const at = ({ numbers, examples, from }: typeof a.edited, own: number) =>
              numbers[(head * examples + from + own) * after + rest]!;
            assertAlmostEquals(at(a[part], 0), at(b[part], example), 1e-12);
          }
        }
      }
    }
    many[Symbol.dispose]();
  }
  assertEquals(heldTensors(), before);
});
