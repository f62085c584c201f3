import { logitTable, tableScores } from "../../lib/lens/logit_table.ts";
import { inSlices } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { near } from "../near.ts";
import { rowTimes, weightOf } from "./families.ts";

Deno.test("logitTable() has a row a neuron and a column a token, set by set", async () => {
  const model = await fixtureModel("llama"), sets = [[5, 6], [7, 5]], counts: number[] = [];
  const table = await inSlices(logitTable(model, {
    layers: [0, 1],
    gains: "raw",
    sets,
    onProgress: ({ neurons }) => counts.push(neurons),
  }));
  assertEquals([table.columns, table.places.length, counts], [4, 128, [64, 128]]);
  const W_out = weightOf(model, "blocks.1.mlp.W_out"), W_U = weightOf(model, "W_U");
  const row = rowTimes(W_out.subarray(9 * 32, 10 * 32), W_U), from = (64 + 9) * 4;
  near(table.logits.subarray(from, from + 4), [5, 6, 7, 5].map((id) => row[id]!), 1e-6);
});

Deno.test("tableScores() are mean deviations: of mean 0, and of deviation 1 for one token", () => {
  const places = [0, 1, 2, 3].map((neuron) => ({ layer: 0, neuron }));
  const table = { places, columns: 3, logits: Float64Array.of(1, 0, 9, 2, 0, 9, 3, 4, 9, 6, 4, 1) };
  const one = tableScores({ ...table, columns: 3 }, 0, 1);
  near([one.reduce((a, b) => a + b), one.reduce((a, b) => a + b * b, 0) / 4], [0, 1], 1e-12);
  near(tableScores(table, 1, 1), [-1, -1, 1, 1], 1e-12);
});
