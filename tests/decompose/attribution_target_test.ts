import {
  directionTensor,
  isDirection,
  logitSums,
  unembeddingOf,
} from "../../lib/decompose/attribution_target.ts";
import { logit, logitDifference } from "../../lib/run/mod.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

Deno.test("a target is a sum of logits or a direction, and nothing else", async () => {
  const model = await fixtureModel("gpt2"), tokens = model.tokenize([[1, 2]]);
  assertEquals(isDirection({ label: "x", direction: [1] }), true);
  assertEquals(isDirection(logit(3)), false);
  assertEquals(logitSums(model, tokens, logit(3), "try"), [{ position: 1, tokens: [[3, 1]] }]);
  assertThrows(
    () => logitSums(model, tokens, " Mary" as never, "try"),
    TypeError,
    "Cannot try as the target must be a sum of logits",
  );
  assertThrows(
    () => directionTensor({ label: "x", direction: [1, 2] }, model, "try"),
    TypeError,
    "Cannot try as a direction must have the width of the stream, [32]: current value is [2]",
  );
});

for (const family of ["gpt2", "llama", "gpt_neox", "cohere", "phi"]) {
  Deno.test(`C-10 unembeddingOf() mixes columns of W_U and biases, ${family}`, async () => {
    const model = await fixtureModel(family), { logitScale = 1 } = model.architecture;
    const sums = logitSums(model, model.tokenize([[1, 2], [3]]), logitDifference([5, 6], 9), "try");
    tf.tidy(() => {
      const { directions, biases } = unembeddingOf(model, sums.map(({ tokens }) => tokens));
      const columns = tf.transpose(model.W_U.tensor());
      const row = (id: number) => tf.slice(columns, [id, 0], [1, -1]);
      const expected = tf.concat([row(5).sub(row(9)), row(6).sub(row(9))]).mul(logitScale);
      near(readNumbers(directions), readNumbers(expected), 1e-12);
      const b = readNumbers(model.b_U.tensor());
      const own = [b[5]! - b[9]!, b[6]! - b[9]!].map((x) => x * logitScale);
      near(biases ? readNumbers(biases) : [0, 0], own, 1e-12);
    });
  });
}
