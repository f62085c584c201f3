import { PositionTensors } from "../../../lib/model/blocks/position_tensors.ts";
import { startBackend } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel } from "../fixture.ts";

await startBackend();

const places = [[0, 1, 2, 3, 4, 5, 6, 7]];
const ids = [[1, 2, 3, 4, 5, 6, 7, 8]];

Deno.test("layers that turn and mask alike share their tensors, and all are freed", async () => {
  const { architecture } = await fixtureModel("gemma3"), before = heldTensors();
  const tensors = new PositionTensors(architecture, { ids }, places);
  const [first, last] = [tensors.of(0), tensors.of(2)];
  assert(first.mask !== null && first.mask === last.mask, "8 columns are over the window of 6");
  assert(first.rotary === last.rotary && first.alibi === null);
  assertEquals(first.mask.shape, [1, 1, 8, 8]);
  tensors.dispose();
  assertEquals(heldTensors(), before);
});

Deno.test("what no layer needs is not made", async () => {
  const { architecture } = await fixtureModel("gpt2"), before = heldTensors();
  const tensors = new PositionTensors(architecture, { ids }, places);
  assertEquals(tensors.of(0), { rotary: null, mask: null, alibi: null });
  assertEquals(heldTensors(), before);
  tensors.dispose();
});

Deno.test("a layer without angles has none, one with a window that holds all has no mask", async () => {
  const smol = await fixtureModel("smollm3");
  const tensors = new PositionTensors(smol.architecture, { ids }, places);
  assert(tensors.of(0).rotary !== null && tensors.of(1).rotary === null);
  const { architecture } = await fixtureModel("mistral");
  const short = new PositionTensors(architecture, { ids: [[1, 2, 3]] }, [[0, 1, 2]]);
  assertEquals(short.of(0).mask, null);
  tensors.dispose();
  short.dispose();
});
