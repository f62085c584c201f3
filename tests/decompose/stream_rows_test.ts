import { StreamRows } from "../../lib/decompose/stream_rows.ts";
import { run } from "../../lib/run/mod.ts";
import { readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near, same } from "../near.ts";

Deno.test("StreamRows reads sites at some positions of some examples", async () => {
  const model = await fixtureModel("gpt2"), prompts = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 5)];
  using result = await run(model, prompts, {
    capture: ["blocks.1.attn.z", "blocks.1.attn.v", "blocks.1.mlp_out", "ln_final.scale"],
  });
  const rows = new StreamRows(model, result, [
    { example: 1, position: 4 },
    { example: 0, position: 2 },
  ]);
  tf.tidy(() => {
    const written = rows.value("blocks.1.mlp_out"), whole = result.cache.get("blocks.1.mlp_out");
    assertEquals(written.shape, [2, 32]);
    same(
      readNumbers(tf.slice(written, [0, 0], [1, -1])),
      readNumbers(tf.slice(whole, [1, 4, 0], [1, 1, -1])),
    );
    const heads = model.architecture.heads;
    assertEquals(rows.value("blocks.1.attn.z").shape.slice(0, 2), [heads, 2]);
    const values = rows.whole("blocks.1.attn.v");
    assertEquals(values.shape.slice(0, 3), [heads, 2, 11]);
    assert(readNumbers(values).every(Number.isFinite), "padding counts as 0");
    assertEquals(rows.only(1).places, [{ example: 0, position: 2 }]);
    assertEquals(rows.lengths, [5, 11]);
    assertEquals(rows.norm("ln_final")!.centred, true);
    assertEquals(rows.norm("blocks.0.ln1_post"), null);
  });
  const [[a, b], [c]] = rows.logits([[3, 4], [5]]) as [[number, number], [number]];
  const logit = (example: number, position: number, token: number) =>
    readNumbers(result.logits)[(example * 11 + position) * model.architecture.vocabulary + token]!;
  near([a, b, c], [logit(1, 4, 3), logit(1, 4, 4), logit(0, 2, 5)], 0);
});
