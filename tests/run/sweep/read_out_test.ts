import { ReadOut } from "../../../lib/run/sweep/read_out.ts";
import { baseRun } from "../../../lib/run/sweep/base_run.ts";
import { nobody } from "../../../lib/model/mod.ts";
import { crossEntropy, logit, logitDifference, rank, run } from "../../../lib/run/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

const PROMPTS = [[3, 17, 24, 40, 9], [52, 9, 61]];

Deno.test("ReadOut reads what measure() does, of all logits or of those alone that are read", async () => {
  const model = await fixtureModel("gemma2"), tokens = model.tokenize(PROMPTS);
  using base = await baseRun(model, tokens, { capture: [] });
  using plain = await run(model, PROMPTS);
  const few = [logitDifference([3, 5], [70, 71]), logit(9, { position: -2 }), logit(3)];
  for (const metrics of [few, [...few, rank(4)], [crossEntropy()]]) {
    const readOut = new ReadOut(model, tokens, base.layout.window, metrics);
    assertEquals(readOut.first, metrics.length === 1 ? 0 : 1);
    const from = readOut.first, stream = base.stream(model.architecture.layers, from);
    for (const watched of [false, true]) {
      const values = await readOut.read(stream, from, { observer: nobody, watched });
      metrics.forEach((metric, m) =>
        plain.measure(metric).forEach((value, example) => {
          const own = values[example * metrics.length + m]!;
          assert(Math.abs(own - value) < 1e-5, `${metric.label}: ${own} for ${value}`);
        })
      );
    }
    stream.dispose();
  }
});
