import { attend, Tape, tf } from "../../../lib/tensor/mod.ts";
import { registerFloat64 } from "../../../lib/tensor/float64/register.ts";
import { assertEquals } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";

registerFloat64();

Deno.test("the gradients of heads that were cut out are made together, and all but the asked one freed", async () => {
  await tf.setBackend("float64");
  const before = heldTensors();
  const parts = [1, 2, 3].map((i) => tf.fill([1, 1, 2, 1], i)), tape = new Tape();
  const [query, key, value] = parts.map((of) => ({ of }));
  const inputs = { query: query!, key: key!, value: value! };
  const options = { heads: 1, groups: 1, headWidth: 1, scale: 1 };
  const z = tape.record(() => tf.tidy(() => attend(inputs, options)));
  const steps = tape.backward([{ of: z, gradient: tf.onesLike(z) }], [parts[2]!]);
  let step = steps.next();
  while (!step.done) step = steps.next();
  // The first position is seen by itself and, half, by the second.
  assertEquals([...step.value[0]!.dataSync()], [1.5, 0.5]);
  tape.dispose();
  tf.dispose([...parts, z, step.value[0]!]);
  assertEquals(heldTensors() - before, 1, "the ones that the gradient began with");
});
