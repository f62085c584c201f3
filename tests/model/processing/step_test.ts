import { processed, type ProcessingStep } from "../../../lib/model/processing/step.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel } from "../fixture.ts";

/** Doubles the unembedding, slot by slot. */
const doubling = (during: () => void = () => {}): ProcessingStep => ({
  purpose: "double the unembedding",
  change: "unembedding doubled",
  refusal: () => null,
  *apply(draft) {
    draft.change("unembed", (before) => before!.mul(2));
    during();
    yield;
  },
});

const refused: ProcessingStep = {
  ...doubling(),
  purpose: "mend it",
  refusal: () => "it must be broken: it is whole",
};

Deno.test("processed() runs steps in turn on one draft and holds nothing of what is between them", async () => {
  const model = await fixtureModel("llama"), tensors = heldTensors();
  const other = await processed(model, [["one", doubling()], ["two", doubling()]]);
  assertEquals(heldTensors(), tensors + 1);
  const [before, after] = [await model.W_U.data(), await other.W_U.data()];
  assertEquals([...after], [...before.map((x) => 4 * x)]);
  assertEquals(other.provenance.changes, ["unembedding doubled", "unembedding doubled"]);
  other.dispose();
});

Deno.test("processed() refuses a step half-way and frees what the others made, or leaves it out and says so", async () => {
  const model = await fixtureModel("llama"), tensors = heldTensors();
  const steps: [string, ProcessingStep][] = [["one", doubling()], ["two", refused]];
  const error = await assertRejects(() => processed(model, steps), TypeError);
  assertEquals(error.message, "Cannot mend it of llama as it must be broken: it is whole");
  assertEquals(heldTensors(), tensors);
  const other = await processed(model, steps, { leaveOut: true });
  assertEquals(other.provenance.changes, [
    "unembedding doubled",
    "two left out: it must be broken: it is whole",
  ]);
  other.dispose();
});

Deno.test("processed() stops half-way at a signal and frees what was made", async () => {
  const model = await fixtureModel("llama"), tensors = heldTensors();
  const controller = new AbortController(), reason = new Error("enough");
  const step = doubling(() => controller.abort(reason));
  const { signal } = controller;
  assertEquals(await assertRejects(() => processed(model, [["one", step]], { signal })), reason);
  assertEquals(heldTensors(), tensors);
});
