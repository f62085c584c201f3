import { mergeHeads, splitHeads, type SplitHeadsOptions, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertGradients, assertNear, normals, type Plain, plain, tensor } from "./plain.ts";

const reference = (options: SplitHeadsOptions) => (x: Plain): Plain => {
  const { heads, headWidth, offset = 0, stride = headWidth } = options;
  const [batch, positions, columns] = x.shape as [number, number, number];
  return plain([heads, batch, positions, headWidth], (i) => {
    const column = i % headWidth;
    const row = Math.floor(i / headWidth) % (batch * positions);
    const head = Math.floor(i / headWidth / (batch * positions));
    return x.data[row * columns + offset + head * stride + column]!;
  });
};
const layouts: Record<string, SplitHeadsOptions> = {
  "all columns": { heads: 8, headWidth: 3 },
  "GPT-2's keys": { heads: 4, headWidth: 2, offset: 8 },
  "GPT-NeoX's values": { heads: 4, headWidth: 2, offset: 4, stride: 6 },
  "an odd corner": { heads: 2, headWidth: 2, offset: 5, stride: 17 },
};

for (const [name, options] of Object.entries(layouts)) {
  testOn(`splitHeads() cuts ${name}`, () => {
    const x = normals(1, 2, 3, 24);
    assertNear(splitHeads(tensor(x), options), reference(options)(x), 0);
    assertGradients((x) => splitHeads(x, options), reference(options), [x]);
  });
}

testOn("mergeHeads() undoes splitHeads(), forward and backward", () => {
  const x = normals(1, 2, 3, 24);
  const whole = (t: tf.Tensor) => mergeHeads(splitHeads(t, { heads: 4, headWidth: 6 }));
  assertNear(whole(tensor(x)), x, 0);
  assertGradients(whole, (x) => x, [x]);
  const square = tf.grad(tf.grad((t: tf.Tensor) => whole(t).square().mul(whole(t))))(tensor(x));
  assertNear(square, plain(x.shape, (i) => 6 * x.data[i]!), 1e-6);
});

testOn("splitHeads() and mergeHeads() pass empty batches", () => {
  assertEquals(splitHeads(tf.zeros([0, 3, 8]), { heads: 2, headWidth: 4 }).shape, [2, 0, 3, 4]);
  assertEquals(mergeHeads(tf.zeros([2, 0, 3, 4])).shape, [0, 3, 8]);
});

Deno.test("splitHeads() refuses heads outside the columns", () => {
  assertThrows(
    () => splitHeads(tf.zeros([1, 2, 8]), { heads: 3, headWidth: 3 }),
    RangeError,
    "Cannot split heads as they must lie in 8 columns: 3 heads of 3 columns from 0 by 3 end at 9",
  );
  assertThrows(
    () => splitHeads(tf.zeros([2, 8]), { heads: 2, headWidth: 4 }),
    TypeError,
    "Cannot split heads as the input must be [batch, position, column]: its shape is [2, 8]",
  );
  assertThrows(
    () => mergeHeads(tf.zeros([2, 8])),
    TypeError,
    "Cannot merge heads as the input must be [head, batch, position, head_width]: its shape is [2, 8]",
  );
});
