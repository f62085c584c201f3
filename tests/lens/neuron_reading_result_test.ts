import { readNeuron } from "../../lib/lens/mod.ts";
import { display, inspect } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { copiedCode, ranCode } from "../copied_code.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";

Deno.test("NeuronReading draws what it writes, reads and does, and says what it is compared with", async () => {
  const model = await seedling();
  const reading = await readNeuron(model, { layer: 3, neuron: 5 }, {
    count: 3,
    texts: ["The capital of France is Paris."],
  });
  const drawing = await reading[display](), text = drawing["text/plain"];
  assert("text/html" in drawing);
  for (const part of ["promotes", "suppresses", "W_in answers to", "seed 0", "greatest"]) {
    assertStringIncludes(text, part);
  }
  assertStringIncludes(reading[inspect](), "gains of norms counted in");
  for (const part of ['class="bar minus"', 'class="bin"', 'class="peak"']) {
    assertStringIncludes(drawing["text/html"], part);
  }
  assertEquals(reading.promotes.length, 3);
  // Tokens of all stretches are counted on.
  const [first, second] = reading.activity!.places, at = first!.tokens.length + 1;
  const copied = await ranCode(await copiedCode(reading, { position: at }), model);
  assertEquals(copied, second!.activations[1]);
  assertEquals(JSON.parse(JSON.stringify(reading)).writes.greatest.length, 3);
});

Deno.test("NeuronReading of a gated neuron tells its two keys apart", async () => {
  const model = await fixtureModel("llama");
  const reading = await readNeuron(model, { layer: 0, neuron: 5 }, { texts: null, gains: "raw" });
  assertStringIncludes(reading[inspect](), "gate, column of W_gate through W_E");
  assertStringIncludes(reading[inspect](), "linear branch, column of W_in through W_E");
  assertEquals([reading.activity, reading.data], [null, null]);
});
