import { seedling as facts } from "../../../lib/zoo/cards/seedling.ts";
import { attentionPatterns, testPrompt } from "../../../lib/run/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";

Deno.test("the card of seedling says what seedling does: it names the right heads and answers", async () => {
  const model = await seedling();
  const cases: [prompt: string, answer: string][] = [
    ["When Mary and John went to the store, John gave a key to", " Mary"],
    ["The capital of Poland is", " Warsaw"],
    ["In this story, the capital of Poland is Rome. The capital of Poland is", " Rome"],
  ];
  for (const [prompt, answer] of cases) {
    const { rank, probability } = await testPrompt(model, prompt, answer);
    assertEquals(rank, 1, prompt);
    assert(probability > 0.4, `${prompt}: ${probability}`);
  }
  assertEquals(facts.name, "seedling");
});

Deno.test("the induction heads of seedling's card look behind the earlier copy of a token", async () => {
  const model = await seedling();
  const half = [...new RandomStream(3, "tokens").permutation(3000)].slice(0, 30).map((id) =>
    id + 200
  );
  const patterns = await attentionPatterns(model, [0, ...half, ...half]);
  const score = (layer: number, head: number) => {
    let total = 0;
    for (let i = 1; i < 30; i++) total += patterns.weight(layer, head, 30 + i, i + 1);
    return total / 29;
  };
  const row = facts.heads.find(({ work }) => /induction/i.test(work))!;
  const named = [...row.heads.matchAll(/(\d)\.(\d)/g)].map(([, layer, head]) => [+layer!, +head!]);
  assert(named.length > 0, row.heads);
  for (const [layer, head] of named) {
    assert(score(layer!, head!) > 0.5, `${layer}.${head}: ${score(layer!, head!)}`);
  }
  assert(score(0, 0) < 0.2, "another head does not");
});
