import { normed } from "../../../lib/model/blocks/norm.ts";
import { nobody } from "../../../lib/model/observer.ts";
import { exact } from "../../../lib/model/mechanisms.ts";
import type { NormKind } from "../../../lib/model/mod.ts";
import { startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { largestGap, near, same } from "../../near.ts";
import { randomTensor } from "../fixture.ts";
import { recorder } from "../recorder.ts";

await startBackend();

const width = 24;
const sites = { scale: "ln_final.scale", normalized: "ln_final.normalized" } as const;
const random = (label: string, rows: number, deviation = 1, mean = 0) =>
  randomTensor(1, label, [rows, width], deviation, mean).values;
const layer = (epsilon: number): NormKind => ({ kind: "layer", epsilon });
const rms = (epsilon: number): NormKind => ({ kind: "rms", epsilon });

/** Normalises rows of numbers. */
function norm(
  x: Float32Array,
  kind: NormKind,
  gain: Float32Array = new Float32Array(width).fill(1),
  bias: Float32Array | null = null,
  observer = nobody,
): Float32Array {
  return tf.tidy(() => {
    const weights = { gain: tf.tensor1d(gain), bias: bias && tf.tensor1d(bias) };
    const stream = tf.tensor3d(x, [1, x.length / width, width]);
    const y = normed(stream, weights, {
      weights: { architecture: { norm: kind } },
      observer,
      mechanisms: exact,
    }, sites);
    assertEquals(y.shape, stream.shape);
    return y.dataSync<"float32">().slice();
  });
}

const rows = (x: Float32Array) =>
  Array.from({ length: x.length / width }, (_, row) => x.slice(row * width, (row + 1) * width));
const sum = (x: Float32Array) => x.reduce((a, b) => a + b, 0);
const length = (x: Float32Array) => Math.sqrt(x.reduce((a, b) => a + b * b, 0));

Deno.test("A-01 LayerNorm leaves rows that sum to 0 and are √width long, whatever their scale and shift", () => {
  const x = random("x", 5, 3, 2), y = norm(x, layer(1e-12));
  for (const row of rows(y)) {
    near([sum(row), length(row)], [0, Math.sqrt(width)], 1e-5);
  }
  near(norm(x.map((value) => 7 * value - 40), layer(1e-12)), y, 1e-5, "LN(az + b)");
  near(norm(x.map((value) => -value), layer(1e-12)), y.map((value) => -value), 1e-6, "LN(-z)");
});

Deno.test("A-02 LayerNorm projects along the ones and puts on a sphere", () => {
  const x = random("x", 4);
  const expected = rows(x).flatMap((row) => {
    const projected = row.map((value) => value - sum(row) / width);
    return [...projected.map((value) => Math.sqrt(width) * value / length(projected))];
  });
  near(norm(x, layer(1e-14)), expected, 2e-6);
});

Deno.test("A-01 ε stands inside the root, and a row without variance gives the bias", () => {
  const bias = random("bias", 1), gain = random("gain", 1);
  near(norm(new Float32Array(width).fill(5), layer(1e-5), gain, bias), bias, 1e-6);
  near(norm(new Float32Array(width), rms(1e-6), gain), new Float32Array(width), 0);
  // With deviation 2 and ε = 5 the scale is 3: neither 2 + √5 nor the sample deviation.
  const x = Float32Array.from({ length: width }, (_, i) => i % 2 ? 2 : -2);
  near(norm(x, layer(5)), x.map((value) => value / 3), 1e-6);
  near(norm(x, rms(5)), x.map((value) => value / 3), 1e-6);
});

Deno.test("A-03 RMSNorm is LayerNorm without bias on rows of mean 0, and does not centre others", () => {
  const x = random("x", 5, 2, 1), gain = random("gain", 1);
  const centred = Float32Array.from(
    rows(x).flatMap((row) => {
      const mean = sum(row) / width;
      return [...row.map((value) => value - mean)];
    }),
  );
  near(norm(centred, rms(1e-6), gain), norm(centred, layer(1e-6), gain), 1e-5);
  assert(largestGap(norm(x, rms(1e-6), gain), norm(x, layer(1e-6), gain)) > 0.1);
  const [row] = rows(norm(x, rms(1e-12)));
  near([length(row!)], [Math.sqrt(width)], 1e-5);
});

Deno.test("normed() gives the same bits in one step and in parts", () => {
  const x = random("x", 300, 2, 0.3), gain = random("gain", 1, 0.2, 1), bias = random("bias", 1);
  for (const [kind, own] of [[layer(1e-5), bias], [rms(1e-6), null]] as const) {
    const plain = norm(x, kind, gain, own);
    for (const watched of [[], [sites.scale], [sites.normalized]]) {
      const observer = recorder(watched);
      same(norm(x, kind, gain, own, observer), plain, kind.kind);
      assertEquals(
        [...observer.kept.keys()],
        watched.length ? watched : [sites.scale, sites.normalized],
      );
    }
  }
});

Deno.test("normed() goes on with what an observer makes of scale and normalized stream", () => {
  const x = random("x", 3, 2, 0.3), gain = random("gain", 1), bias = random("bias", 1);
  const plain = norm(x, layer(1e-5), gain, bias);
  const halved = recorder([], { [sites.scale]: (scale) => scale.mul(2) });
  const shifted = (value: number, i: number) => (value - bias[i % width]!) / 2 + bias[i % width]!;
  near(norm(x, layer(1e-5), gain, bias, halved), plain.map(shifted), 1e-6);
  const zeroed = recorder([], { [sites.normalized]: (stream) => stream.mul(0) });
  const expected = plain.map((_, i) => bias[i % width]!);
  same(norm(x, layer(1e-5), gain, bias, zeroed), expected);
  same(zeroed.kept.get(sites.normalized)!.map(Math.abs), new Float32Array(3 * width));
});
