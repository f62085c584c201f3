import {
  collectedTensors,
  freeWhenCollected,
  keepWhenCollected,
  tf,
} from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";

/** Collects garbage, which an engine does when it likes, and lets what waits for it run. */
async function collectGarbage(until: () => boolean): Promise<void> {
  const { default: v8 } = await import("node:v8");
  const { default: vm } = await import("node:vm");
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  for (let i = 0; i < 100 && !until(); i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function lose(tensors: tf.Tensor[], kept: boolean): void {
  const holder = {};
  freeWhenCollected(holder, tensors);
  if (kept) keepWhenCollected(holder);
}

Deno.test("freeWhenCollected() frees what a lost holder held, and counts it", async () => {
  const lost = tf.zeros([3]), kept = tf.zeros([3]), gone = tf.zeros([3]);
  const before = heldTensors(), collected = collectedTensors();
  lose([lost, gone], false);
  lose([kept], true);
  gone.dispose();
  await collectGarbage(() => lost.isDisposed);
  assert(lost.isDisposed && !kept.isDisposed);
  assertEquals(heldTensors(), before - 1, "only what was freed by hand is missing");
  assert(collectedTensors() > collected);
  kept.dispose();
});
