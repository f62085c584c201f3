import { freeze, zero } from "../../lib/run/mod.ts";
import { Instrument } from "../../lib/run/instrument.ts";
import { givePlainValues } from "../../lib/run/plain_run.ts";
import { plainWindow } from "../../lib/run/window.ts";
import { KeyValueCache } from "../../lib/model/mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

Deno.test("givePlainValues() leaves the keys and values of earlier passes as they are", async () => {
  const model = await fixtureModel("gpt2"), edits = [freeze("blocks.1.attn.z", { positions: -1 })];
  const window = plainWindow(1, 4), ids = [PROMPTS[0]!.slice(0, 4)];
  const instrument = new Instrument(model, new Set(), edits, window);
  using past = new KeyValueCache();
  await givePlainValues({ model, pass: { ids, past }, edits, window, instrument });
  assertEquals(past.columns, 0);
  instrument.dispose();
});

Deno.test("an edit that freezes is an error where the unedited run was not made", async () => {
  const model = await fixtureModel("gpt2"), window = plainWindow(1, 2);
  const instrument = new Instrument(model, new Set(), [freeze("embed")], window);
  const error = assertThrows(() => [...model.forward({ ids: [[1, 2]] }, instrument)], RangeError);
  assertEquals(
    error.message,
    "Cannot freeze embed as the unedited run must have been made before: it was not",
  );
});

Deno.test("givePlainValues() makes no run where nothing is frozen, and frees what a stopped one held", async () => {
  const model = await fixtureModel("gpt2"), window = plainWindow(1, 2), pass = { ids: [[1, 2]] };
  const with_ = (edits: Parameters<typeof givePlainValues>[0]["edits"]) => ({
    model,
    pass,
    edits,
    window,
    instrument: new Instrument(model, new Set(), edits, window),
  });
  const before = heldTensors();
  await givePlainValues(with_([zero("embed")]));
  assertEquals(heldTensors(), before);
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => givePlainValues(with_([freeze("embed")]), signal), Error, "enough");
  assertEquals(heldTensors(), before);
});
