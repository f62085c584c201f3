import { run } from "../../lib/run/mod.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { StreamRows } from "../../lib/decompose/stream_rows.ts";
import {
  lastStream,
  normScaleSites,
  pulled,
  pushed,
  streamEnd,
  streamWrites,
} from "../../lib/decompose/stream_writes.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

Deno.test("streamEnd() reads places of the stream, and refuses others", async () => {
  const model = await fixtureModel("gpt2");
  assertEquals(lastStream(model), "blocks.1.resid_post");
  assertEquals(streamEnd(model, "blocks.0.hook_resid_mid", "try"), {
    site: "blocks.0.resid_mid",
    layer: 0,
    part: "resid_mid",
  });
  assertThrows(
    () => streamEnd(model, "blocks.0.mlp_out", "try"),
    RangeError,
    "Cannot try as it must be read off the stream",
  );
  assertThrows(() => streamEnd(model, "blocks.9.resid_pre", "try"), RangeError);
});

Deno.test("A-07 A-25 streamWrites() lists what is written until the stream is read", async () => {
  const kinds = async (family: string, at: string) => {
    const model = await fixtureModel(family);
    using result = await run(model, PROMPTS, { capture: normScaleSites(model) });
    const rows = new StreamRows(model, result, [{ example: 0, position: 3 }]);
    return tf.tidy(() => {
      streamWrites(rows, streamEnd(model, at, "try")).forEach(({ after }) =>
        assertEquals(after, [])
      );
      return streamWrites(rows, streamEnd(model, at, "try")).map(({ kind, layer }) =>
        `${layer ?? ""}${kind}`
      );
    });
  };
  assertEquals(await kinds("gpt2", "blocks.0.resid_pre"), ["embed", "pos_embed"]);
  assertEquals(await kinds("gpt2", "blocks.0.resid_mid"), ["embed", "pos_embed", "0attention"]);
  assertEquals(await kinds("gpt_neox", "blocks.0.resid_post"), [
    "embed",
    "0attention",
    "0feed-forward",
  ]);
  assertEquals((await kinds("gemma2", "blocks.1.resid_post")).length, 5);
});

Deno.test("A-04 A-02 pulled() is pushed() seen from the other side", async () => {
  const model = await fixtureModel("gpt2");
  using result = await run(model, PROMPTS, { capture: normScaleSites(model) });
  const rows = new StreamRows(model, result, [
    { example: 0, position: 3 },
    { example: 1, position: 5 },
  ]);
  tf.tidy(() => {
    const norms = [rows.norm("blocks.0.ln1")!, rows.norm("ln_final")!];
    const numbers = (seed: number) =>
      tf.tensor(Array.from({ length: 64 }, (_, i) => Math.sin(seed * (i + 1))), [2, 32]);
    const x = numbers(1.3), u = numbers(2.7);
    const left = pushed(x, norms).mul(u).sum(-1), right = x.mul(pulled(u, norms)).sum(-1);
    near(readNumbers(left), readNumbers(right), 1e-12);
    assertEquals(pushed(x, []), x);
  });
});
