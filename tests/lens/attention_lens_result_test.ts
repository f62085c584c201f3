import { AttentionLens } from "../../lib/lens/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { drawings } from "../run/drawings.ts";

Deno.test("AttentionLens shows what heads add above their mean, and how far the sum is off", async () => {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([1, 2]);
  const add = (id: number, logit: number) => ({ id, token: { text: `t${id}`, id }, logit });
  const reading = {
    promoted: [add(4, 5)],
    suppressed: [add(3, -1)],
    tracked: [],
    mean: 2,
    deviation: 1,
  };
  const lens = new AttentionLens(
    {
      model: "m",
      prompt: prompt!,
      position: 1,
      norm: "frozen",
      tracked: [],
      edits: [],
      uniform: 3.5,
    },
    [{ layer: 0, heads: [{ head: 1, ...reading }], sum: reading, divergence: 2.5, gap: 1e-6 }],
  );
  const { plain } = await drawings(lens);
  for (
    const part of ["0.1", "t4 3", "t3 −3", "0, all heads", "layer 0 2.50", "3.50 nats", "1.00e−6"]
  ) {
    assertEquals(plain.includes(part), true, `${part} in ${plain}`);
  }
});
