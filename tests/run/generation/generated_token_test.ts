import { generatedToken } from "../../../lib/run/generation/generated_token.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { near } from "../../near.ts";

Deno.test("generatedToken() rates a token by the model's own distribution", async () => {
  const model = await fixtureModel("llama");
  const logits = Float32Array.from([2, 1, 3, 1, 0, -Infinity]);
  const { rank, probability, logProbability, drawProbability, best } = generatedToken(
    model,
    logits,
    1,
    0.25,
  );
  const total = Math.exp(2) + 2 * Math.exp(1) + Math.exp(3) + 1;
  near(
    [probability, logProbability],
    [Math.E / total, 1 - Math.log(total)],
    1e-15,
    "double precision",
  );
  assertEquals([rank, drawProbability], [3, 0.25]);
  assertEquals(best.map(({ id, rank }) => [id, rank]), [[2, 1], [0, 2], [1, 3], [3, 3], [4, 5]]);
});
