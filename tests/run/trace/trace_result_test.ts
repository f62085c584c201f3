import { trace, zero } from "../../../lib/run/mod.ts";
import { inspect } from "../../../lib/show/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../../model/fixture.ts";
import { drawings } from "../drawings.ts";

Deno.test("Trace owns the run and the tensors that bodies returned, and frees both", async () => {
  const model = await fixtureModel("gpt2");
  (await trace(model, PROMPTS, function* () {}, { capture: ["*"] })).dispose();
  const before = heldTensors();
  {
    using traced = await trace(model, PROMPTS, function* (at) {
      return { first: yield at("embed"), rest: [yield at("logits"), 3] };
    }, { capture: ["attn.z"] });
    assert(heldTensors() > before);
    assertEquals(traced.returned.first.shape, [2, 11, 32]);
    assertEquals(traced.run!.cache.sites.length, 2);
  }
  assertEquals(heldTensors(), before);
});

Deno.test("Trace draws its run with the edits of its options, one prompt or several, whole or stopped", async () => {
  const model = await seedling(), prompts = ["The capital of France is", "Mary"];
  using whole = await trace(model, prompts, function* () {}, {
    edits: [zero("blocks.0.attn_out")],
  });
  const { html, plain } = await drawings(whole);
  for (const text of ["France", "Mary", "zero blocks.0.attn_out"]) {
    assert(html.includes(text), text);
  }
  assertEquals(/NaN/.test(plain), false);
  assert(whole[inspect]().startsWith("Trace of seedling, then RunResult of"));
  using part = await trace(model, prompts, function* () {}, { stop: 1 });
  assertEquals(part.run!.stream!.shape, [2, 6, 256]);
  assert((await drawings(part)).plain.includes("stopped before its end"));
  using stopped = await trace(model, prompts, function* (at) {
    const stream = yield at("blocks.0.resid_post", { positions: -1 });
    yield at.stop();
    return stream;
  });
  assertEquals([stopped.run, stopped.returned.shape], [null, [2, 1, 256]]);
  assert((await drawings(stopped)).plain.includes("2 × 1 × 256"));
});

Deno.test("Trace says above its drawing what its bodies changed", async () => {
  const model = await seedling(), prompts = ["The capital of France is", "Mary"];
  using traced = await trace(model, prompts, [
    function* () {},
    function* (at) {
      yield at.set("blocks.1.resid_post", 0, { positions: -1 });
    },
  ]);
  assertEquals(traced.run!.traced, ["replace blocks.1.resid_post positions -1; examples 1"]);
  const { html, plain } = await drawings(traced);
  for (const text of [html, plain]) {
    assert(text.includes("traced: replace blocks.1.resid_post positions -1; examples 1"));
  }
  // Nothing was changed in the other prompt, so its strip does not speak of it.
  const captions = plain.split("\n").filter((line) => line.includes("beginning-of-text"));
  assertEquals(captions.map((line) => line.includes("traced")), [false, true]);
});
