import { attentionMix, attentionScores, maskCausal, softmax, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import {
  assertGradients,
  assertNear,
  normals,
  type Plain,
  plain,
  plainEinsum,
  tensor,
} from "./plain.ts";

/** Repeats each group for the heads that read it. */
function repeated(x: Plain, heads: number): Plain {
  const groups = x.shape[0]!;
  const size = x.data.length / groups;
  return plain([heads, ...x.shape.slice(1)], (i) => {
    const head = Math.floor(i / size);
    return x.data[Math.floor(head * groups / heads) * size + i % size]!;
  });
}
function masked(x: Plain): Plain {
  const [queries, keys] = x.shape.slice(-2) as [number, number];
  return plain(x.shape, (i) => {
    const query = Math.floor(i / keys) % queries;
    return i % keys > query + keys - queries ? -Infinity : x.data[i]!;
  });
}
const scale = 0.3;
function plainScores(query: Plain, key: Plain): Plain {
  const all = plainEinsum("hbqw,hbkw->hbqk", query, repeated(key, query.shape[0]!));
  return masked(plain(all.shape, (i) => scale * all.data[i]!));
}
const plainMix = (pattern: Plain, value: Plain) =>
  plainEinsum("hbqk,hbkw->hbqw", pattern, repeated(value, pattern.shape[0]!));

// [heads, groups, batch, queries, keys]
const sizes = [[2, 2, 1, 3, 3], [4, 2, 2, 3, 3], [3, 1, 2, 2, 5], [2, 2, 1, 1, 4]] as const;

for (const [heads, groups, batch, queries, keys] of sizes) {
  const shape = `${heads} heads of ${groups} groups, batch ${batch}, ${queries} by ${keys}`;
  const query = normals(1, heads, batch, queries, 5);
  const key = normals(2, groups, batch, keys, 5);
  const pattern = normals(3, heads, batch, queries, keys);
  testOn(`attentionScores() multiplies, scales and masks, ${shape}`, () => {
    const actual = attentionScores(tensor(query), tensor(key), { scale });
    assertNear(actual, plainScores(query, key), 1e-5);
    assertGradients((q, k) => attentionScores(q, k, { scale }), plainScores, [query, key]);
  });
  testOn(`attentionMix() weighs values, ${shape}`, () => {
    assertNear(attentionMix(tensor(pattern), tensor(key)), plainMix(pattern, key), 1e-5);
    assertGradients(attentionMix, plainMix, [pattern, key]);
  });
}

testOn("attentionScores(), softmax() and attentionMix() have a second derivative together", () => {
  const x = tensor(normals(5, 2, 1, 3, 4));
  const of = (x: tf.Tensor) => attentionMix(softmax(attentionScores(x, x, { scale })), x).square();
  const direction = tensor(normals(6, 2, 1, 3, 4));
  const slope = (x: tf.Tensor) => tf.grad((x: tf.Tensor) => of(x).sum())(x).mul(direction).sum();
  const second = tf.grad(slope)(x).mul(direction).sum().dataSync()[0]!;
  const value = (t: number) => slope(x.add(direction.mul(t))).dataSync()[0]!;
  const difference = (value(0.01) - value(-0.01)) / 0.02;
  // Differences of 32-bit numbers: about three digits.
  assertEquals(Math.abs(second - difference) < 0.02 * Math.abs(difference) + 0.02, true);
});

testOn("maskCausal() hides later keys, whatever was there, and nothing else", () => {
  const x = normals(4, 2, 2, 3, 5);
  x.data[4] = NaN;
  assertNear(maskCausal(tensor(x)), masked(x), 0);
  assertGradients(maskCausal, masked, [normals(4, 2, 3, 3)]);
});

testOn("attentionScores() passes empty batches", () => {
  const x = tf.zeros([2, 0, 3, 4]);
  assertEquals(attentionScores(x, x, { scale }).shape, [2, 0, 3, 3]);
});

Deno.test("attentionScores() and attentionMix() refuse sizes that do not fit", () => {
  assertThrows(
    () => attentionScores(tf.zeros([3, 1, 2, 4]), tf.zeros([2, 1, 2, 4]), { scale }),
    TypeError,
    "Cannot take attention scores as heads, batch and inner sizes must fit: shapes are [3, 1, 2, 4] and [2, 1, 2, 4]",
  );
  assertThrows(
    () => attentionScores(tf.zeros([2, 1, 3, 4]), tf.zeros([2, 1, 2, 4]), { scale }),
    TypeError,
    "Cannot take attention scores as there must be a key for each query: 3 queries and 2 keys",
  );
  assertThrows(
    () => attentionMix(tf.zeros([2, 1, 3, 4]), tf.zeros([2, 1, 3, 4])),
    TypeError,
    "Cannot take attention mix as heads, batch and inner sizes must fit: shapes are [2, 1, 3, 4] and [2, 1, 3, 4]",
  );
  assertThrows(
    () => maskCausal(tf.zeros([3])),
    TypeError,
    "Cannot mask scores as they must be [..., query, key]: their shape is [3]",
  );
});
