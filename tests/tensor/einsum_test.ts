import { einsum, tf } from "../../lib/tensor/mod.ts";
import { assertThrows } from "../assert.ts";
import { near } from "../near.ts";
import { testOn } from "./on_backends.ts";
import { assertGradients, assertNear, normals, plainEinsum, tensor } from "./plain.ts";

const sizes: Record<string, number> = { a: 2, b: 3, c: 4, d: 2, h: 2, k: 3, q: 4 };
const equations = [
  "ab->ba",
  "abc->b",
  "a,b->ab",
  "ab,bc->ac",
  "ab,cb->ca",
  "hqd,hkd->hqk",
  "hqd,hqd->hq",
  "ab,ab->",
  "ab,bc,cd->ad",
  "ab,b,bc,a->c",
  "a,a,a->a",
  "aa->a",
  "aa->",
  "abab->ab",
  "aba,bc->ca",
  "abc,d->cd",
  "->",
];

for (const equation of equations) {
  testOn(`einsum() evaluates ${equation}, forward and backward`, () => {
    const inputs = equation.split("->")[0]!.split(",")
      .map((term, i) => normals(i + 1, ...[...term].map((label) => sizes[label]!)));
    const expected = plainEinsum(equation, ...inputs);
    assertNear(einsum(equation, ...inputs.map((input) => tensor(input))), expected, 1e-5);
    assertGradients(
      (...tensors) => einsum(equation, ...tensors),
      (...all) => plainEinsum(equation, ...all),
      inputs,
    );
  });
}

const slopes = [
  "ab,bc->ac",
  "aba,bc->ca",
  "abab->ab",
  "aa->",
  "abc->b",
  "ab,b,bc,a->c",
  "...a,a->...",
  "cb,ba",
  "ab,ab->b",
];
for (const equation of slopes) {
  testOn(`einsum() has the gradient that central differences of ${equation} have`, () => {
    const inputs = equation.split("->")[0]!.split(",").map((term, i) =>
      tensor(normals(i + 1, ...[...term.replace("...", "h")].map((label) => sizes[label]!)))
    );
    // A sum of squares, so that every number of the result weighs something else.
    const value = (...all: tf.Tensor[]) => einsum(equation, ...all).square().sum().asScalar();
    const found = tf.grads(value)(inputs), step = 1e-5;
    inputs.forEach((input, i) => {
      const expected = Float64Array.from({ length: input.size }, (_, at) => {
        const [up, down] = [step, -step].map((by) => {
          const moved = Float64Array.from(input.dataSync());
          moved[at]! += by;
          const all = inputs.map((each, j) => j === i ? tf.tensor(moved, input.shape) : each);
          return value(...all).dataSync()[0]!;
        }) as [number, number];
        return (up - down) / (2 * step);
      });
      // The third derivative of a polynomial of degree 8 times the square of the step.
      near(found[i]!.dataSync(), expected, 1e-7);
    });
  }, ["float64"]);
}

testOn("einsum() broadcasts the axes of an ellipsis", () => {
  const [x, y] = [normals(1, 2, 3, 4), normals(2, 3, 5, 4)];
  const expected = plainEinsum("zqd,zkd->zqk", { ...x, shape: [1, 6, 4] }, {
    shape: [1, 15, 4],
    data: y.data,
  });
  const whole = einsum(
    "...d,...d->...",
    tensor({ ...x, shape: [6, 1, 4] }),
    tensor({
      ...y,
      shape: [1, 15, 4],
    }),
  );
  assertNear(whole, { shape: [6, 15], data: expected.data }, 1e-5);
  const one = einsum("...ab,...bc->...ac", tensor(x), tensor(normals(3, 4, 2)));
  assertNear(one, plainEinsum("zab,bc->zac", x, normals(3, 4, 2)), 1e-5);
});

testOn("einsum() without a result keeps letters that occur once, in order", () => {
  const [x, y] = [normals(1, 4, 3), normals(2, 3, 2)];
  assertNear(einsum("cb,ba", tensor(x), tensor(y)), plainEinsum("cb,ba->ac", x, y), 1e-5);
});

Deno.test("einsum() refuses what it cannot read, and sizes that differ", () => {
  const x = tf.zeros([2, 3]);
  const cases: [string, tf.Tensor[], typeof SyntaxError | typeof TypeError, string][] = [
    [
      "a-b",
      [x],
      SyntaxError,
      'Cannot read an equation as it must be letters, commas and one "->": current value is "a-b"',
    ],
    [
      "ab->ac",
      [x],
      SyntaxError,
      'Cannot evaluate "ab->ac" as each letter of its result must be in an input and stand once: current value is "ac"',
    ],
    [
      "ab,bc->ac",
      [x],
      TypeError,
      'Cannot evaluate "ab,bc->ac" as it must have one input for each tensor: 2 and 1',
    ],
    [
      "abc->a",
      [x],
      TypeError,
      'Cannot evaluate "abc->a" as "abc" must fit its tensor: the shape is [2, 3]',
    ],
    ["aa->a", [x], TypeError, 'Cannot evaluate "aa->a" as "a" must have one size: it has 2 and 3'],
  ];
  for (const [equation, inputs, type, message] of cases) {
    assertThrows(() => einsum(equation, ...inputs), type, message);
  }
});
