import { readValue, type WeightValue } from "../../lib/model/weight_value.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "./fixture.ts";

await startBackend();
const expected = { name: "blocks.0.attn.b_Q", axes: ["head", "head_width"], shape: [2, 3] };
const message = (value: WeightValue, kind: typeof TypeError | typeof RangeError = TypeError) =>
  assertThrows(() => readValue(value, expected), kind).message;

Deno.test("readValue() reads tensors, weights, nested numbers and typed arrays, as copies", async () => {
  const numbers = [1, 2, 3, 4, 5, 6], tensor = tf.tensor2d(numbers, [2, 3]);
  const float = Float32Array.from(numbers);
  const values: WeightValue[] = [tensor, [[1, 2, 3], [4, 5, 6]], float, Float64Array.from(numbers)];
  for (const value of values) {
    const read = readValue(value, expected);
    assertEquals([read.shape, [...read.dataSync()]], [[2, 3], numbers]);
    read.dataSync().fill(0);
    read.dispose();
  }
  assertEquals([...tensor.dataSync(), ...float], [...numbers, ...numbers]);
  tensor.dispose();
  const { b_K } = await fixtureModel("gpt2");
  const read = readValue(b_K, {
    name: "b_K",
    axes: ["layer", "head", "head_width"],
    shape: [2, 4, 8],
  });
  assertEquals([...read.dataSync()], [...await b_K.data()]);
  read.dispose();
});

Deno.test("readValue() refuses other axes, by their names", async () => {
  const end = "its axes must be head 2, head_width 3: current value is";
  assertEquals(message(tf.zeros([3, 2])), `Cannot replace blocks.0.attn.b_Q as ${end} [3, 2]`);
  assertEquals(message(tf.zeros([6])), `Cannot replace blocks.0.attn.b_Q as ${end} [6]`);
  assertEquals(
    message([[1, 2], [3, 4], [5, 6]]),
    `Cannot replace blocks.0.attn.b_Q as ${end} [3, 2]`,
  );
  assertEquals(message([]), `Cannot replace blocks.0.attn.b_Q as ${end} [0]`);
  assertEquals(
    message([[1, 2, 3], [4, 5]]),
    "Cannot replace blocks.0.attn.b_Q as lists of one level must be of one length: at level 1 they are not",
  );
  assertEquals(
    message(new Float32Array(5)),
    "Cannot replace blocks.0.attn.b_Q as it must be given 6 numbers, head 2, head_width 3: there are 5",
  );
  const { b_out, b_Q } = await fixtureModel("gpt2");
  assertEquals(
    message(b_out),
    "Cannot replace blocks.0.attn.b_Q as its axes must be head, head_width: those of b_out are layer, width",
  );
  assertEquals(
    message(b_Q.at({ layer: 0 })),
    `Cannot replace blocks.0.attn.b_Q as ${end} [4, 8]`,
  );
});

Deno.test("readValue() refuses what are no numbers, or not finite, and says where", () => {
  assertEquals(
    message([[1, 2, 3], [4, NaN, 6]], RangeError),
    "Cannot replace blocks.0.attn.b_Q as its numbers must be finite: current value at head 1, head_width 1 is NaN",
  );
  assertEquals(
    message(tf.tensor2d([[1, 2, Infinity], [4, 5, 6]]), RangeError),
    "Cannot replace blocks.0.attn.b_Q as its numbers must be finite: current value at head 0, head_width 2 is Infinity",
  );
  assertEquals(
    message(tf.zeros([2, 3], "int32")),
    "Cannot replace blocks.0.attn.b_Q as its tensor must be of type float32: current value is int32",
  );
  // @ts-expect-error: a compiler sees the text, the kernel of a notebook does not
  const text = message([["1", 2, 3], [4, 5, 6]]);
  assertEquals(
    text,
    'Cannot replace blocks.0.attn.b_Q as lists must hold numbers: current value is "1"',
  );
  for (const value of [undefined, null, 3, "zero", { data: [] }]) {
    assertEquals(
      message(value as never).split(": current")[0],
      "Cannot replace blocks.0.attn.b_Q as it must be given a tensor, a weight, lists of numbers or a typed array",
    );
  }
  const gone = tf.zeros([2, 3]);
  gone.dispose();
  assertEquals(
    message(gone),
    "Cannot replace blocks.0.attn.b_Q as its tensor must not be disposed: it was",
  );
});
