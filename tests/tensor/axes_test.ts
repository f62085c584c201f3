import { axes, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("axes() binds every name to its size, a scalar's to none", () => {
  const size = axes({
    query: [tf.zeros([5, 8]), "query width"],
    keys: [tf.zeros([7, 8]), "key width"],
    loss: [tf.scalar(1), ""],
  });
  assertEquals(size, { query: 5, width: 8, key: 7 });
});

Deno.test("axes() names an axis of two sizes and the tensors that have them", () => {
  const examples = { activations: tf.zeros([100, 8]), labels: tf.zeros([99, 2]) };
  assertThrows(
    () =>
      axes({
        activations: [examples.activations, "example width"],
        labels: [examples.labels, "example class"],
      }),
    TypeError,
    'Cannot match labels with activations: axis "example" is 99 in labels and 100 in activations',
  );
});

Deno.test("axes() refuses another rank than there are names", () => {
  assertThrows(
    () => axes({ pattern: [tf.zeros([2, 3]), "head query key"] }),
    TypeError,
    "Cannot read pattern as [head, query, key]: its shape is [2, 3]",
  );
});

Deno.test("axes() compares axes of one tensor too", () => {
  assertThrows(
    () => axes({ mask: [tf.zeros([2, 3]), "position position"] }),
    TypeError,
    'Cannot match mask with mask: axis "position" is 3 in mask and 2 in mask',
  );
});
