import { families, openCheckpoint } from "../../lib/model/mod.ts";
import { resolveSlots } from "../../lib/model/weight_slots.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel, fixturePath } from "./fixture.ts";

Deno.test("resolveSlots() finds a stored tensor for each slot; parts of one tensor share it", async () => {
  const { architecture } = await fixtureModel("phi3");
  const checkpoint = await openCheckpoint(fixturePath("families/phi3"));
  const slots = resolveSlots(checkpoint, families.get("phi3")!, architecture);
  const name = (slot: string) => slots.get(`blocks.0.${slot}`)!.name;
  assertEquals(name("mlp.gate.matrix"), "model.layers.0.mlp.gate_up_proj.weight");
  assertEquals(name("mlp.in.matrix"), name("mlp.gate.matrix"));
  assertEquals(slots.get("blocks.0.mlp.in.matrix")!.shape, [64, 32]);
  const whole = checkpoint.tensors.get(name("mlp.in.matrix"))!.read();
  assertEquals(
    [...slots.get("blocks.0.mlp.in.matrix")!.read().slice(0, 3)],
    [...whole.slice(64 * 32, 64 * 32 + 3)],
  );
});

Deno.test("resolveSlots() adds one to gains that are stored as what they exceed it by", async () => {
  const { architecture } = await fixtureModel("gemma");
  const checkpoint = await openCheckpoint(fixturePath("families/gemma"));
  const slots = resolveSlots(checkpoint, families.get("gemma")!, architecture);
  const stored = checkpoint.tensors.get("model.norm.weight")!.read();
  assertEquals([...slots.get("ln_final.gain")!.read()], [...stored.map((x) => x + 1)]);
});
