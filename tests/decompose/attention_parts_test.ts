import { attentionParts } from "../../lib/decompose/attention_parts.ts";
import { captureStream } from "../../lib/decompose/mod.ts";
import { StreamRows } from "../../lib/decompose/stream_rows.ts";
import { run } from "../../lib/run/mod.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { DECODERS, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

for (const family of DECODERS) {
  Deno.test(`A-09 A-12 heads write their results, and read each position by their pattern, ${family}`, async () => {
    const model = await fixtureModel(family);
    using stream = await captureStream(model, PROMPTS, { by: "path" });
    using result = await run(model, PROMPTS, { capture: ["blocks.1.attn.result"] });
    const rows = new StreamRows(model, stream.result, [{ example: 1, position: 7 }]);
    const { heads, width } = model.architecture;
    tf.tidy(() => {
      const [own] = attentionParts(rows, 1, "head", []),
        [paths] = attentionParts(rows, 1, "path", []);
      const expected = tf.slice(result.cache.get("blocks.1.attn.result"), [0, 1, 7, 0], [
        -1,
        1,
        1,
        -1,
      ]);
      near(readNumbers(own!.vectors()), readNumbers(expected), 1e-9);
      const sums = paths!.vectors().reshape([heads, 11, width]).sum(1);
      near(readNumbers(sums), readNumbers(expected), 1e-9);
      assertEquals(paths!.parts[12], {
        kind: "path",
        label: "L1H1 from 1",
        layer: 1,
        head: 1,
        source: 1,
      });
      const later = paths!.vectors().reshape([heads, 11, width]);
      near(readNumbers(tf.slice(later, [0, 8, 0], [-1, -1, -1]).abs().max()), [0], 0, "later keys");
    });
  });
}
