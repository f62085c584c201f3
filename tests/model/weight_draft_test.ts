import { WeightDraft } from "../../lib/model/weight_draft.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel } from "./fixture.ts";

Deno.test("a draft holds one tensor for each slot that was changed, however often", async () => {
  const { weights } = await fixtureModel("gpt2"), { gain: first } = weights.norm("ln_final");
  const tensors = heldTensors(), draft = new WeightDraft(weights);
  for (let times = 1; times <= 3; times++) {
    draft.change("ln_final.gain", (before) => before!.mul(2));
    draft.change("unembed.bias", (before) => before ? before.add(1) : tf.zeros([96]));
    assertEquals(heldTensors(), tensors + 2);
  }
  const [gain, bias] = [draft.read("ln_final.gain"), draft.read("unembed.bias")];
  assertEquals([...gain.dataSync()], [...first.dataSync().map((x) => 8 * x)]);
  assertEquals([...bias.dataSync()], Array(96).fill(2));
  tf.dispose([gain, bias]);
  draft.dispose();
  assertEquals(heldTensors(), tensors);
});

Deno.test("a draft keeps what it holds through the scopes around it, and what a change gives back unchanged", async () => {
  const { weights } = await fixtureModel("gpt2"), draft = new WeightDraft(weights);
  tf.tidy(() => {
    draft.change("ln_final.gain", (before) => before!);
    draft.change("ln_final.gain", (before) => before!);
  });
  const gain = draft.read("ln_final.gain");
  assertEquals([...gain.dataSync()], [...weights.norm("ln_final").gain.dataSync()]);
  gain.dispose();
  draft.dispose();
});

Deno.test("a draft says the shape of its model: untied, and with the biases that were added", async () => {
  const { weights } = await fixtureModel("llama"), draft = new WeightDraft(weights);
  assertEquals(draft.architecture, weights.architecture);
  const flags = () => Object.values(draft.architecture.biases);
  draft.change("blocks.1.attn.value.bias", () => tf.zeros([16]));
  assertEquals(flags(), [true, false, false, false, false]);
  draft.change("blocks.0.attn.output.bias", () => tf.zeros([32]));
  draft.change("blocks.0.mlp.gate.bias", () => tf.zeros([64]));
  draft.change("unembed.bias", () => tf.zeros([96]));
  assertEquals(flags(), [true, true, true, false, true]);
  assertEquals([draft.has("unembed.bias"), draft.has("blocks.0.mlp.in.bias")], [true, false]);
  draft.dispose();
  const gpt2 = new WeightDraft((await fixtureModel("gpt2")).weights);
  assertEquals(gpt2.architecture.tied, true);
  gpt2.change("embed", (before) => before!.mul(2));
  assertEquals(gpt2.architecture.tied, false);
  const [embed, unembed] = [gpt2.read("embed"), gpt2.read("unembed")];
  assertEquals(unembed.shape, [32, 96], "the other end reads the matrix that both were");
  const both = tf.tidy(() => tf.transpose(unembed).mul(2).sub(embed).abs().max().dataSync()[0]);
  assertEquals(both, 0);
  tf.dispose([embed, unembed]);
  gpt2.dispose();
});

Deno.test("a draft hands its tensors over when it is finished, and has none then", async () => {
  const { weights } = await fixtureModel("gpt2"), draft = new WeightDraft(weights);
  draft.change("ln_final.gain", (before) => before!.mul(0));
  const own = draft.finish();
  draft.dispose();
  assertEquals(Math.max(...own.norm("ln_final").gain.dataSync()), 0);
  assert(own.norm("ln_final").bias === weights.norm("ln_final").bias);
  own.dispose();
  assertThrows(() => own.norm("ln_final"), Error, "must not be disposed: they were");
});

Deno.test("a draft whose change throws is as it was before", async () => {
  const { weights } = await fixtureModel("gpt2"), draft = new WeightDraft(weights);
  draft.change("ln_final.gain", (before) => before!.mul(2));
  const tensors = heldTensors();
  assertThrows(() =>
    draft.change("ln_final.gain", (before) => {
      before!.mul(3);
      throw new RangeError("no");
    }), RangeError);
  assertEquals(heldTensors(), tensors);
  const gain = draft.read("ln_final.gain");
  assertEquals([...gain.dataSync()], [
    ...weights.norm("ln_final").gain.dataSync().map((x) => 2 * x),
  ]);
  gain.dispose();
  draft.dispose();
});

Deno.test("a draft takes a slot once, gives way after it, and passes over one where nothing stands", async () => {
  const { weights } = await fixtureModel("gpt2"), draft = new WeightDraft(weights);
  const tensors = heldTensors();
  const turns = (slot: string) => [...draft.take(slot)].length;
  assertEquals(["unembed", "unembed", "unembed.bias"].map(turns), [1, 0, 0]);
  assertEquals([heldTensors(), draft.has("unembed.bias")], [tensors + 1, false]);
  const own = draft.finish();
  assertEquals([...own.unembed.matrix.dataSync()], [
    ...tf.tidy(() => weights.copy("unembed").dataSync()),
  ]);
  own.dispose();
});
