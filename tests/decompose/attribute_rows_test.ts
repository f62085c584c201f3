import { attributeRows } from "../../lib/decompose/attribute_rows.ts";
import { captureStream } from "../../lib/decompose/mod.ts";
import { levelsOf } from "../../lib/decompose/part.ts";
import { readOnce } from "../../lib/decompose/read_once.ts";
import { StreamRows } from "../../lib/decompose/stream_rows.ts";
import { lastStream, streamEnd } from "../../lib/decompose/stream_writes.ts";
import { inSlices, readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`C-06 own norms measure each part by itself, rows one by one or together, ${family}`, async () => {
    const model = await fixtureModel(family), { norm, width } = model.architecture;
    using stream = await captureStream(model, PROMPTS, { by: ["head", "neuron"] });
    const rows = new StreamRows(model, stream.result, [
      { example: 0, position: 10 },
      { example: 1, position: 6 },
    ]);
    const numbers = Array.from({ length: 2 * width }, (_, i) => Math.sin(7 * i));
    const directions = tf.tensor(numbers, [2, width]);
    const end = streamEnd(model, lastStream(model), "try");
    const reading = {
      end,
      levels: levelsOf(["head", "neuron"], "try", false),
      norm: "own" as const,
      through: true,
      directions,
    };
    const before = heldTensors();
    const { parts, values } = await inSlices(attributeRows(rows, reading));
    assertEquals(heldTensors(), before, "all is freed");
    // The embedding, which goes through no norm on its way: by hand.
    const embed = readOnce(() => rows.value("embed"));
    const gain = readNumbers(model.weights.norm("ln_final").gain);
    const expected = [0, 1].map((row) => {
      const x = [...embed.slice(row * width, (row + 1) * width)];
      const mean = norm.kind === "layer" ? x.reduce((a, b) => a + b) / width : 0;
      const size = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
      return x.reduce(
        (sum, value, i) =>
          sum +
          (value - mean) / Math.sqrt(size + norm.epsilon) * gain[i]! * numbers[row * width + i]!,
        0,
      );
    });
    near(values[parts.findIndex(({ label }) => label === "embed")]!, expected, 1e-9);
    directions.dispose();
  });
}
