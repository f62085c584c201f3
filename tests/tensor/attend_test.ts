import { type AttendInputs, composeAttend } from "../../lib/tensor/attend.ts";
import { attend, readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertClose, normals, tensor } from "./plain.ts";

const x = (seed: number, ...shape: number[]) => tensor(normals(seed, ...shape));

/** Calls with heads that were cut out, that stand among columns, and that follow others. */
const cases: Record<string, () => [AttendInputs, heads: number, groups: number]> = {
  "heads side by side": () => {
    const of = x(1, 2, 5, 18);
    return [{ query: { of }, key: { of, offset: 6 }, value: { of, offset: 12 } }, 2, 2];
  },
  "heads one after another": () => {
    const of = x(2, 1, 4, 18), stride = 9;
    const at = (offset: number) => ({ of, offset, stride });
    return [{ query: at(0), key: at(3), value: at(6) }, 2, 2];
  },
  "groups of heads": () => {
    const of = x(3, 2, 3, 12);
    return [{ query: { of: x(4, 4, 2, 3, 3) }, key: { of }, value: { of, offset: 6 } }, 4, 2];
  },
  "fewer queries than keys": () => [
    {
      query: { of: x(5, 2, 2, 6) },
      key: { of: x(6, 1, 2, 7, 3) },
      value: { of: x(7, 1, 2, 7, 3) },
    },
    2,
    1,
  ],
  "a past for each row": () => {
    const of = x(8, 2, 3, 18), past = { key: x(9, 2, 2, 4, 3), value: x(10, 2, 2, 4, 3) };
    return [{ query: { of }, key: { of, offset: 6 }, value: { of, offset: 12 }, past }, 2, 2];
  },
  "a past for every second row": () => {
    const of = x(11, 4, 2, 12), past = { key: x(12, 1, 2, 5, 3), value: x(13, 1, 2, 5, 3) };
    return [{ query: { of }, key: { of, offset: 6 }, value: { of, offset: 9 }, past }, 2, 1];
  },
  "more queries than are taken together": () => {
    const of = x(14, 1, 300, 9);
    return [{ query: { of }, key: { of, offset: 3 }, value: { of, offset: 6 } }, 1, 1];
  },
};

for (const [name, make] of Object.entries(cases)) {
  testOn(`attend() is scores, softmax and mix, ${name}`, () => {
    const [inputs, heads, groups] = make(), options = { heads, groups, headWidth: 3, scale: 0.4 };
    const composed = composeAttend(inputs, options), z = attend(inputs, options);
    assertEquals(z.shape, composed.shape);
    assertClose(readNumbers(z), readNumbers(composed), 1e-5);
    if (inputs.past) return;
    const parts = ["query", "key", "value"] as const, dy = x(20, ...z.shape);
    const gradients = (f: typeof attend) =>
      tf.grads((...own: tf.Tensor[]) =>
        f(
          Object.fromEntries(
            parts.map((part, i) => [part, { ...inputs[part], of: own[i]! }]),
          ) as unknown as AttendInputs,
          options,
        )
      )(parts.map((part) => inputs[part].of.clone()), dy);
    const own = gradients(attend);
    gradients(composeAttend).forEach((gradient, i) => {
      assertClose(readNumbers(own[i]!), readNumbers(gradient), 1e-5);
    });
  });
}

testOn("attend() of one tensor has one gradient, that of all its parts", () => {
  const dy = x(21, 2, 5, 6), [inputs] = cases["heads side by side"]!();
  const options = { heads: 2, groups: 2, headWidth: 3, scale: 0.4 };
  const gradient = (f: typeof attend) =>
    tf.grad((of: tf.Tensor) =>
      f({ query: { of }, key: { of, offset: 6 }, value: { of, offset: 12 } }, options)
    )(inputs.query.of, dy);
  assertClose(readNumbers(gradient(attend)), readNumbers(gradient(composeAttend)), 1e-5);
});

testOn("attend() refuses what does not fit", () => {
  const of = tf.zeros([1, 2, 6]), options = { heads: 2, groups: 2, headWidth: 3, scale: 1 };
  const whole = { query: { of }, key: { of }, value: { of } };
  const refused = (inputs: object, more: object = {}) =>
    assertThrows(
      () => attend({ ...whole, ...inputs }, { ...options, ...more }),
      TypeError,
      "must fit",
    );
  refused({ query: { of, offset: 1 } });
  refused({ key: { of: tf.zeros([1, 1, 6]) } });
  refused({ value: { of: tf.zeros([2, 2, 6]) } });
  refused({}, { heads: 3, groups: 2 });
  refused({ past: { key: tf.zeros([2, 1, 2, 3]), value: tf.zeros([2, 1, 3, 3]) } });
  refused({ key: { of: tf.zeros([1, 1, 2, 3]) } });
});
