import { centreUnembedding, foldNorms } from "../../../lib/model/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { near, same } from "../../near.ts";
import { agree, computed, everyShape, tolerance } from "./processing_check.ts";

Deno.test("A-06 centreUnembedding() takes the mean off the logits of each position, and keeps the log-probabilities", async () => {
  await everyShape(async (model, what) => {
    const centred = await centreUnembedding(model), { vocabulary } = model.architecture;
    await agree(centred, model, { what, sites: ["*"] });
    const [before, after] = [
      (await computed(model)).get("logits")!,
      (await computed(centred)).get("logits")!,
    ];
    const expected = Array.from(before, (x, i) => {
      const row = i - i % vocabulary;
      let mean = 0;
      for (let k = 0; k < vocabulary; k++) mean += before[row + k]! / vocabulary;
      return x - mean;
    });
    near(after, expected, tolerance(), what);
    centred.dispose();
  });
});

Deno.test("A-06 centreUnembedding() leaves the embedding as it was, tied or not, and centres a bias that there is", async () => {
  await everyShape(async (model, what) => {
    const folded = await foldNorms(model), centred = await centreUnembedding(folded);
    assertEquals(centred.architecture.tied, false, what);
    same(await centred.W_E.data(), await model.W_E.data(), what);
    assertEquals(centred.b_U.stored, folded.b_U.stored, what);
    const sum = (await centred.b_U.data()).reduce((sum, x) => sum + x, 0);
    assert(Math.abs(sum) < 1e-4, `${what}: b_U sums to ${sum}`);
    centred.dispose();
    folded.dispose();
  });
});
