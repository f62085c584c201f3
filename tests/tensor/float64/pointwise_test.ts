import { activate, tf } from "../../../lib/tensor/mod.ts";
import { erf, normalProbability } from "../../../lib/tensor/float64/erf.ts";
import { assertEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { assertGradients, assertNear, normals, type Plain, plain, tensor } from "../plain.ts";

const only = ["float64"];
type Pair = [
  name: string,
  onTensor: (x: tf.Tensor) => tf.Tensor,
  onNumber: (x: number) => number,
];

const softplus = (x: number) => Math.log(1 + Math.exp(x));
/** Functions with a slope, on numbers from 0.2 to 0.8. */
const smooth: Pair[] = [
  ["abs", (x) => x.abs(), Math.abs],
  ["acos", (x) => x.acos(), Math.acos],
  ["acosh", (x) => x.add(1).acosh(), (x) => Math.acosh(x + 1)],
  ["asin", (x) => x.asin(), Math.asin],
  ["asinh", (x) => x.asinh(), Math.asinh],
  ["atan", (x) => x.atan(), Math.atan],
  ["atan2", (x) => tf.atan2(x, 0.3), (x) => Math.atan2(x, 0.3)],
  ["atanh", (x) => x.atanh(), Math.atanh],
  ["clipByValue", (x) => x.clipByValue(0.3, 0.55), (x) => Math.min(0.55, Math.max(0.3, x))],
  ["cos", (x) => x.cos(), Math.cos],
  ["cosh", (x) => x.cosh(), Math.cosh],
  ["erf", (x) => x.erf(), erf],
  ["exp", (x) => x.exp(), Math.exp],
  ["expm1", (x) => x.expm1(), Math.expm1],
  ["gelu", (x) => activate(x, "gelu"), (x) => x * normalProbability(x)],
  ["leakyRelu", (x) => x.sub(0.45).leakyRelu(0.3), (x) => (x < 0.45 ? 0.3 : 1) * (x - 0.45)],
  ["log", (x) => x.log(), Math.log],
  ["log1p", (x) => x.log1p(), Math.log1p],
  ["logSigmoid", (x) => x.logSigmoid(), (x) => -softplus(-x)],
  ["maximum", (x) => x.maximum(0.45), (x) => Math.max(x, 0.45)],
  ["minimum", (x) => x.minimum(0.45), (x) => Math.min(x, 0.45)],
  ["pow", (x) => x.pow(1.7), (x) => x ** 1.7],
  ["power of a number", (x) => tf.pow(1.7, x), (x) => 1.7 ** x],
  ["reciprocal", (x) => x.reciprocal(), (x) => 1 / x],
  ["relu", (x) => x.sub(0.45).relu(), (x) => Math.max(x - 0.45, 0)],
  ["rsqrt", (x) => x.rsqrt(), (x) => 1 / Math.sqrt(x)],
  ["sigmoid", (x) => x.sigmoid(), (x) => 1 / (1 + Math.exp(-x))],
  ["sin", (x) => x.sin(), Math.sin],
  ["sinh", (x) => x.sinh(), Math.sinh],
  ["softplus", (x) => x.softplus(), softplus],
  ["sqrt", (x) => x.sqrt(), Math.sqrt],
  ["square", (x) => x.square(), (x) => x * x],
  ["squared difference", (x) => x.squaredDifference(0.3), (x) => (x - 0.3) ** 2],
  ["tan", (x) => x.tan(), Math.tan],
  ["tanh", (x) => x.tanh(), Math.tanh],
  ["remainder", (x) => x.mod(0.37), (x) => x % 0.37],
];
const between = plain([3, 4], (i) => 0.2 + 0.6 * (i + 0.5) / 12.3);

for (const [name, onTensor, onNumber] of smooth) {
  testOn(`A-27 ${name} and its gradient are those of doubles`, () => {
    const onPlain = (x: Plain) => plain(x.shape, (i) => onNumber(x.data[i]!));
    assertNear(onTensor(tensor(between)), onPlain(between), 1e-12);
    assertGradients(onTensor, onPlain, [between]);
  }, only);
}

/** Functions without one. */
const stepped: Pair[] = [
  ["ceil", (x) => x.ceil(), Math.ceil],
  ["floor", (x) => x.floor(), Math.floor],
  ["sign", (x) => x.sign(), Math.sign],
  ["step", (x) => x.step(0.1), (x) => x > 0 ? 1 : 0.1],
];
for (const [name, onTensor, onNumber] of stepped) {
  testOn(`${name} is that of doubles`, () => {
    const x = normals(4, 20);
    assertNear(onTensor(tensor(x)), plain(x.shape, (i) => onNumber(x.data[i]!)), 1e-12);
  }, only);
}

testOn("round goes to even numbers from half-way, as that of tfjs", () => {
  const x = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999999999, 1.2, -3.7];
  assertEquals([...tf.tensor1d(x).round().dataSync()].map((y) => y + 0), [
    -2,
    -2,
    0,
    0,
    2,
    2,
    0,
    1,
    -4,
  ]);
}, only);

testOn("remainders take the sign of the divisor, as those of tfjs", () => {
  const [x, y] = [tf.tensor1d([5.5, -5.5, 5.5, -5.5]), tf.tensor1d([3, 3, -3, -3])];
  assertEquals([...x.mod(y).dataSync()], [2.5, 0.5, -0.5, -2.5]);
}, only);

testOn("comparisons see the last digit, and broadcast", () => {
  const x = tf.tensor2d([[0.1 + 0.2], [0.3]]);
  const y = tf.tensor1d([0.3, 1]);
  const flags = (t: tf.Tensor) => [t.dtype, ...t.dataSync()];
  assertEquals(flags(x.equal(y)), ["bool", 0, 0, 1, 0]);
  assertEquals(flags(x.notEqual(y)), ["bool", 1, 1, 0, 1]);
  assertEquals(flags(x.greater(y)), ["bool", 1, 0, 0, 0]);
  assertEquals(flags(x.greaterEqual(0.3)), ["bool", 1, 1]);
  assertEquals(flags(x.less(y)), ["bool", 0, 1, 0, 1]);
  assertEquals(flags(x.lessEqual(y)), ["bool", 0, 1, 1, 1]);
}, only);

testOn("what is undefined stays so", () => {
  const x = tf.tensor1d([NaN, Infinity, -Infinity, 1]);
  assertEquals([...x.isNaN().dataSync()], [1, 0, 0, 0]);
  assertEquals([...x.isInf().dataSync()], [0, 1, 1, 0]);
  assertEquals([...x.isFinite().dataSync()], [0, 0, 0, 1]);
  for (const apply of [tf.step, tf.sign, tf.erf, tf.relu, tf.round, tf.softplus] as const) {
    assertEquals((apply as (x: tf.Tensor) => tf.Tensor)(x).dataSync()[0], NaN);
  }
  assertEquals(x.clipByValue(0, 1).dataSync()[0], NaN);
}, only);
