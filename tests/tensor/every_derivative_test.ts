/**
 * First and second derivatives of every operation of this folder at every input: on the float64 backend against central
 * differences, on the others against float64.
 */

import {
  activate,
  activationNames,
  affine,
  attend,
  attentionMix,
  attentionScores,
  einsum,
  layerNorm,
  layerNormScale,
  linear,
  logSoftmax,
  maskCausal,
  matMul,
  mergeHeads,
  normalize,
  readNumbers,
  rmsNorm,
  rmsNormScale,
  rotate,
  softmax,
  splitHeads,
  tf,
} from "../../lib/tensor/mod.ts";
import "./on_backends.ts";
import { assertClose, normals, type Plain, plain, tensor } from "./plain.ts";

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;
type Case = readonly [of: Operation, ...shapes: number[][]];

const vector = (x: tf.Tensor | undefined) => (x ?? null) as tf.Tensor1D | null;
const matrix = (x: tf.Tensor | undefined) => x as tf.Tensor2D;
const line = (transposed: boolean): Operation => (x, w, b) =>
  linear(x!, matrix(w), vector(b), { transposed });
const scores: Operation = (q, k) => softmax(attentionScores(q!, k!, { scale: 0.3 }));
const spin = (pairing: "half" | "interleaved"): Operation => (x, cosines, sines) =>
  rotate(x!, matrix(cosines), matrix(sines), { pairing });
/** Queries of two heads, then a key and a value for both, with a column between them. */
const attendColumns = (of: tf.Tensor) =>
  attend({ query: { of }, key: { of, offset: 5 }, value: { of, offset: 7 } }, {
    heads: 2,
    groups: 1,
    headWidth: 2,
    scale: 0.3,
  });
const layer: Operation = (x, g, b) => layerNorm(x!, vector(g)!, vector(b), 1e-2);

const cases: Record<string, Case> = {
  "linear()": [line(false), [2, 3, 5], [5, 4], [4]],
  "linear() without a bias": [line(false), [2, 3, 5], [5, 4]],
  "linear() of one row": [line(false), [1, 1, 5], [5, 4], [4]],
  "linear() by a transposed weight": [line(true), [2, 3, 5], [4, 5], [4]],
  "linear() of one row by a transposed weight": [line(true), [1, 5], [4, 5]],
  "affine()": [(x, g, b) => affine(x!, vector(g)!, vector(b)), [2, 3, 5], [5], [5]],
  "affine() without a bias": [(x, g) => affine(x!, vector(g)!, null), [1, 5], [5]],
  "layerNorm()": [layer, [2, 3, 5], [5], [5]],
  "layerNorm() without a bias": [layer, [1, 1, 5], [5]],
  "rmsNorm()": [(x, g) => rmsNorm(x!, vector(g)!, 1e-2), [2, 3, 5], [5]],
  "layerNormScale()": [(x) => layerNormScale(x!, 1e-2), [2, 3, 5]],
  "rmsNormScale()": [(x) => rmsNormScale(x!, 1e-2), [1, 5]],
  "normalize()": [(x, s) => normalize(x!, s!.square().add(1), { centre: true }), [2, 5], [2, 1]],
  "normalize() without centring": [
    (x, s) => normalize(x!, s!.square().add(1), { centre: false }),
    [2, 5],
    [2, 1],
  ],
  "attentionScores()": [scores, [2, 2, 3, 4], [2, 2, 3, 4]],
  "attentionScores() of groups": [scores, [4, 1, 3, 4], [2, 1, 3, 4]],
  "attentionScores() of fewer queries than keys": [scores, [4, 2, 1, 3], [2, 2, 4, 3]],
  "attentionMix()": [(p, v) => attentionMix(p!, v!), [2, 2, 3, 3], [2, 2, 3, 4]],
  "attentionMix() of groups": [(p, v) => attentionMix(p!, v!), [4, 1, 2, 3], [2, 1, 3, 4]],
  "attend() of columns": [(x) => attendColumns(x!), [2, 3, 9]],
  "attend() of heads in groups": [
    (q, k, v) =>
      attend({ query: { of: q! }, key: { of: k! }, value: { of: v! } }, {
        heads: 4,
        groups: 2,
        headWidth: 3,
        scale: 0.3,
      }),
    [4, 2, 2, 3],
    [2, 2, 3, 3],
    [2, 2, 3, 3],
  ],
  "maskCausal()": [(x) => softmax(maskCausal(x!)), [2, 3, 4]],
  "rotate() by halves": [spin("half"), [2, 1, 3, 5], [3, 2], [3, 2]],
  "rotate() of neighbours": [spin("interleaved"), [2, 2, 3, 4], [3, 2], [3, 2]],
  "splitHeads()": [(x) => splitHeads(x!, { heads: 2, headWidth: 2, offset: 1, stride: 3 }), [
    1,
    2,
    7,
  ]],
  "mergeHeads()": [(z) => mergeHeads(z!), [2, 2, 3, 2]],
  "softmax()": [(x) => softmax(x!), [3, 4]],
  "logSoftmax()": [(x) => logSoftmax(x!), [3, 4]],
  "matMul() of batches that broadcast": [(a, b) => matMul(a!, b!), [2, 1, 2, 3], [3, 3, 2]],
  "matMul() of transposed factors": [(a, b) => matMul(a!, b!, true, true), [3, 2], [2, 2, 3]],
  "einsum()": [(a, b) => einsum("iij,jk->ik", a!, b!), [2, 2, 3], [3, 2]],
  ...Object.fromEntries(
    activationNames.map((name) =>
      [`activate() by ${name}`, [(x: tf.Tensor) => activate(x, name), [3, 4]]] as unknown as [
        string,
        Case,
      ]
    ),
  ),
};

/** A curved number of an operation's result, so that second derivatives are not just those of the operation. */
function energy([of, ...shapes]: Case): Operation {
  const weight = normals(9, ...tf.tidy(() => of(...shapes.map((shape) => tf.zeros(shape)))).shape);
  return (...inputs) => of(...inputs).add(0.3).square().mul(tensor(weight)).sum();
}

/** The slope of the energy along a direction at every input. */
function slope(work: Operation, directions: readonly Plain[]): Operation {
  return (...inputs) =>
    tf.grads(work)(inputs).map((gradient, i) => gradient.mul(tensor(directions[i]!)).sum())
      .reduce((sum, part) => sum.add(part));
}

/** What central differences say of a function of tensors. */
function differences(work: Operation, inputs: readonly Plain[]): number[] {
  const step = 1e-5;
  return inputs.flatMap((input, at) =>
    Array.from(input.data, (_, i) => {
      const moved = (by: number) =>
        inputs.map((other, j) =>
          tensor(j === at ? plain(other.shape, (k) => other.data[k]! + (k === i ? by : 0)) : other)
        );
      const value = (by: number) => tf.tidy(() => readNumbers(work(...moved(by)))[0]!);
      return (value(step) - value(-step)) / (2 * step);
    })
  );
}

for (const [name, shown] of Object.entries(cases)) {
  Deno.test(`A-27 ${name} has its first and second derivatives at every input, on every backend`, async () => {
    const inputs = shown.slice(1).map((shape, i) => normals(i + 1, ...shape as number[]));
    const directions = inputs.map(({ shape }, i) => normals(i + 5, ...shape));
    const expected: number[][] = [];
    for (const backend of ["float64", "native", "cpu", "wasm"]) {
      await tf.setBackend(backend);
      tf.tidy(() => {
        const first = energy(shown), second = slope(first, directions);
        [first, second].forEach((work, order) => {
          const actual = tf.grads(work)(inputs.map((input) => tensor(input)))
            .flatMap((gradient) => [...readNumbers(gradient)]);
          if (backend === "float64") {
            assertClose(actual, differences(work, inputs), 1e-7);
            expected[order] = actual;
          } else assertClose(actual, expected[order]!, 1e-4);
        });
      });
    }
  });
}
