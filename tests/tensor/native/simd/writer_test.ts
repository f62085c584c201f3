import { assertEquals } from "../../../assert.ts";
import type { Vector, Writer } from "../../../../lib/tensor/native/simd/writer.ts";
import { changed, run } from "./compiled.ts";

Deno.test("Writer computes with vectors, lane by lane", () => {
  const x = [1, -2, 3, NaN];
  const by = (f: (w: Writer, x: Vector) => Vector) => run(x, changed(f));
  assertEquals(by((w, x) => w.do("add", x, w.constant(2))), [3, 0, 5, NaN]);
  assertEquals(by((w, x) => w.do("subtract", w.constant(1), x)), [0, 3, -2, NaN]);
  assertEquals(by((w, x) => w.do("multiply", x, x)), [1, 4, 9, NaN]);
  assertEquals(by((w, x) => w.do("divide", x, w.constant(2))), [0.5, -1, 1.5, NaN]);
  assertEquals(by((w, x) => w.do("least", x, w.constant(2))), [1, -2, 2, NaN]);
  assertEquals(by((w, x) => w.do("most", x, w.constant(2))), [2, 2, 3, NaN]);
  assertEquals(by((w, x) => w.fused("multiplyAdd", x, w.constant(2), x)), [3, -6, 9, NaN]);
  assertEquals(by((w, x) => w.fused("multiplySubtract", x, w.constant(2), x)), [-1, 2, -3, NaN]);
  assertEquals(by((w, x) => w.of("abs", x)), [1, 2, 3, NaN]);
  assertEquals(by((w, x) => w.of("negate", x)), [-1, 2, -3, NaN]);
  assertEquals(run([4, 9, 0, 1], changed((w, x) => w.of("root", x))), [2, 3, 0, 1]);
  assertEquals(
    by((w, x) => w.select(w.do("less", x, w.constant(2)), w.constant(7), x)),
    [7, 7, 3, NaN],
  );
  assertEquals(run([1, 2, 3, 4], changed((w, x) => w.across("add", x))), [10, 10, 10, 10]);
  assertEquals(run([1, 9, 3, 4], changed((w, x) => w.across("most", x))), [9, 9, 9, 9]);
});

Deno.test("Writer computes with two doubles, and turns numbers into them and back", () => {
  const root = (w: Writer, x: Vector) => {
    const doubles = w.of("toDoubles", x), two = w.of("toDoubles", w.turned(x));
    const product = w.do("multiplyDoubles", w.do("subtractDoubles", two, doubles), two);
    return w.firstTwice(w.of("toSingles", w.of("rootDoubles", w.across("addDoubles", product))));
  };
  // (7 − 1) · 7 + (9 − 2) · 9 = 105
  assertEquals(run([1, 2, 7, 9], changed(root)), Array(4).fill(Math.fround(Math.sqrt(105))));
});

Deno.test("Writer moves the bits of numbers as integers", () => {
  // The bits of 1 are 127 in the exponent: 3 more there is times 8.
  const times = (w: Writer, x: Vector) =>
    w.do("addIntegers", x, w.shiftUp(w.integerConstant(3), 23));
  assertEquals(run([1, 2, -0.5, 3], changed(times)), [8, 16, -4, 24]);
});

Deno.test("Writer loops up to a bound, and not at all where it begins there", () => {
  const doubled = (w: Writer) => {
    const at = w.integer(0);
    w.loop(at, w.parameter(0), 16, () => {
      const x = w.load(at, 16);
      w.store(at, w.do("add", x, x), 16);
    });
  };
  const x = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3];
  assertEquals(run(x, doubled, 32), [1, 1, 1, 1, 4, 4, 4, 4, 6, 6, 6, 6]);
  assertEquals(run(x, doubled, 0), x);
  const counted = (w: Writer) => {
    const sum = w.variable(w.constant(0)), at = w.integer(5);
    w.set(at, "subtract", at, 1);
    w.set(at, "multiply", at, w.parameter(0));
    w.set(at, "add", at, 2); // 4 · 2 + 2
    w.loop(at, 13, 1, () => w.assign(sum, w.do("add", sum, w.constant(1))));
    w.set(at, "multiply", at, 0);
    w.store(at, sum);
  };
  assertEquals(run([0, 0, 0, 0], counted, 2), [3, 3, 3, 3]);
});
