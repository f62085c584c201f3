import { captureStream } from "../../lib/decompose/mod.ts";
import { levelsOf } from "../../lib/decompose/part.ts";
import { StreamRows } from "../../lib/decompose/stream_rows.ts";
import { lastStream, pushed, streamEnd, streamWrites } from "../../lib/decompose/stream_writes.ts";
import { writeParts } from "../../lib/decompose/write_parts.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

for (const family of ["gpt2", "mistral", "gpt_neox", "gemma2", "gpt_oss"]) {
  Deno.test(`C-04 every part of every write is along a direction what its vector is, ${family}`, async () => {
    const model = await fixtureModel(family), { mixture, width } = model.architecture;
    using stream = await captureStream(model, PROMPTS, { by: ["path", "neuron"] });
    const places = [{ example: 0, position: 4 }, { example: 1, position: 10 }];
    const rows = new StreamRows(model, stream.result, places);
    const levels = [
      levelsOf("component", "try", false),
      levelsOf("head", "try", false),
      levelsOf(["path", "neuron"], "try", false),
      ...mixture ? [levelsOf("expert", "try", true)] : [],
    ];
    tf.tidy(() => {
      const numbers = Array.from({ length: 2 * width }, (_, i) => Math.cos(3 * i));
      const directions = tf.tensor(numbers, [2, width]);
      for (const write of streamWrites(rows, streamEnd(model, lastStream(model), "try"))) {
        for (const level of levels) {
          for (const { parts, norms, vectors, along } of writeParts(write, rows, level)) {
            const made = vectors();
            assertEquals(made.shape, [parts.length, 2, width]);
            const expected = made.mul(directions).sum(-1);
            near(readNumbers(along(directions)), readNumbers(expected), 1e-9);
            assertEquals(pushed(made, norms).shape, made.shape);
          }
        }
      }
    });
  });
}
