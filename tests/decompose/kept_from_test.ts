import { keptFrom } from "../../lib/decompose/kept_from.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";

Deno.test("keptFrom() keeps what an object holds, nested or not, and frees the rest", () => {
  const before = heldTensors();
  const made = keptFrom(() => {
    const lost = tf.ones([2]);
    return { name: "x", list: [{ kept: lost.add(1), nothing: null }] };
  });
  assertEquals(heldTensors(), before + 1);
  assert(!made.list[0]!.kept.isDisposed);
  made.list[0]!.kept.dispose();
});
