import { constant } from "../../lib/decompose/expansion.ts";
import { StreamRows } from "../../lib/decompose/stream_rows.ts";
import { run } from "../../lib/run/mod.ts";
import { readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { near } from "../near.ts";

Deno.test("constant() is the same vector in every row, by its factor", async () => {
  const model = await fixtureModel("gpt2");
  using result = await run(model, [1, 2, 3]);
  const rows = new StreamRows(model, result, [{ example: 0, position: 0 }, {
    example: 0,
    position: 2,
  }]);
  tf.tidy(() => {
    const vector = tf.tensor1d([1, 2, 3]);
    const own = constant({ label: "b", layer: 1, vector, factor: 2 }, rows, []);
    assertEquals(own.parts, [{ kind: "bias", label: "b", layer: 1 }]);
    assertEquals([...readNumbers(own.vectors())], [2, 4, 6, 2, 4, 6]);
    near(readNumbers(own.along(tf.tensor2d([[1, 0, 0], [1, 1, 1]]))), [2, 12], 0);
  });
});
