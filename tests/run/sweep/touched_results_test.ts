import { headsByPositions, logit, run, scale, sweep } from "../../../lib/run/mod.ts";
import { near } from "../../near.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("sweep() of what heads write is that of runs, also where blocks stand side by side or norms behind them", async () => {
  const prompts = [[3, 17, 24, 40], [52, 9, 61]];
  for (const family of ["gpt2", "gpt_neox", "granite", "gemma2"]) {
    const model = await fixtureModel(family), positions = [1, -1];
    const grid = headsByPositions("result", {
      positions,
      edit: ({ at, where }) => scale(at, 3, where),
    });
    const { data } = await sweep(model, prompts, grid, logit(9)), expected: number[] = [];
    const { layers, heads } = model.architecture;
    for (let cell = 0; cell < layers * heads * 2; cell++) {
      const at = `blocks.${Math.floor(cell / 2 / heads)}.attn.result` as const;
      const where = { heads: Math.floor(cell / 2) % heads, positions: positions[cell % 2]! };
      using alone = await run(model, prompts, { edits: [scale(at, 3, where)] });
      expected.push(...alone.measure(logit(9)));
    }
    near(data.values, expected, 1e-5, family);
  }
});
