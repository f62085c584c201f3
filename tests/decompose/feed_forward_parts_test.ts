import { feedForwardParts } from "../../lib/decompose/feed_forward_parts.ts";
import { captureStream } from "../../lib/decompose/mod.ts";
import { StreamRows } from "../../lib/decompose/stream_rows.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

for (const family of ["gpt2", "llama", "gpt_neox", "granite", "mixtral", "gpt_oss"]) {
  Deno.test(`A-13 A-14 neurons, experts and biases add up to what the network writes, ${family}`, async () => {
    const model = await fixtureModel(family), { mixture, neurons } = model.architecture;
    using stream = await captureStream(model, PROMPTS, { by: "neuron" });
    const rows = new StreamRows(model, stream.result, [
      { example: 0, position: 9 },
      { example: 1, position: 2 },
    ]);
    tf.tidy(() => {
      const expected = readNumbers(rows.value("blocks.1.mlp_out"));
      for (const level of ["neuron", ...mixture ? ["expert" as const] : []] as const) {
        const all = feedForwardParts(rows, 1, level as "neuron", []);
        const sum = tf.addN(all.map(({ vectors }) => vectors().sum(0)));
        near(readNumbers(sum), expected, 1e-9, level);
        assertEquals(
          all.reduce(
            (count, { parts }) => count + parts.filter(({ kind }) => kind === level).length,
            0,
          ),
          (mixture?.experts ?? 1) * (level === "neuron" ? neurons : 1),
        );
      }
    });
  });
}
