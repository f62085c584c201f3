import type { Multiply, Product } from "../../../lib/tensor/native/blas.ts";
import { eachAlone, type MultiplyBatch } from "../../../lib/tensor/native/blas_batch.ts";
import {
  batchFault,
  multiplyByLoops,
  type Trial,
  trial,
} from "../../../lib/tensor/native/trial.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";

/** How many products of numbers the trial's larger product has; the smaller is left to one thread. */
const shared = 96 * 192 * 256;

/** The share of the larger product's numbers that a product has. */
const share = ({ rows, columns, inner }: Product): number => rows * columns * inner / shared;

/** A clock that products move by themselves: of the larger product loops take 100 ms, what is tried takes `time`. */
function tried(
  time: number | ((product: Product) => number),
  multiply: Multiply,
  loopTime = () => 100,
): Trial {
  let now = 0;
  const taking = (work: Multiply, span: (product: Product) => number): Multiply => (product) => {
    work(product);
    now += span(product) * share(product);
  };
  const span = typeof time === "number" ? () => time : time;
  return trial(taking(multiply, span), () => now, taking(multiplyByLoops, loopTime));
}

Deno.test("trial() passes what is right and many times as fast as a loop", () => {
  const { passed, gigaflops, reason } = tried(1, multiplyByLoops);
  assertEquals([passed, reason], [true, undefined]);
  assert(Math.abs(gigaflops - 2e-6 * 96 * 192 * 256) < 1e-9);
});

Deno.test("trial() refuses what is not clearly faster than a loop", () => {
  const { passed, reason } = tried(50, multiplyByLoops);
  assertEquals([passed, reason], [
    false,
    "it is 2.0 times as fast as a plain loop, less than 6",
  ]);
});

Deno.test("trial() passes what is clearly but not many times as fast when it had its time", () => {
  assertEquals(tried(15, multiplyByLoops).passed, true);
});

Deno.test("trial() waits for a busy moment to pass", () => {
  let run = 0;
  // Four runs of the larger product, and four in each round of the smaller.
  assertEquals(tried(() => ++run < 24 ? 50 : 1, multiplyByLoops).passed, true);
});

Deno.test("trial() passes a library whose threads wait for each other on a busy machine", () => {
  // A library shares a product among threads from some size on.
  const waiting = (product: Product) => share(product) === 1 ? 500 : 1;
  assertEquals(tried(waiting, multiplyByLoops).passed, true);
});

Deno.test("trial() refuses what is faster only than a loop that is not compiled yet", () => {
  for (const [slow, time] of [[3, 400], [7, 400], [4, 600]] as const) {
    let run = 0;
    const { passed, reason } = tried(50, multiplyByLoops, () => ++run < slow ? time : 100);
    assertEquals([passed, reason], [
      false,
      "it is 2.0 times as fast as a plain loop, less than 6",
    ]);
  }
});

Deno.test("trial() refuses a loop timed by the real clock", () => {
  assertEquals(trial(multiplyByLoops).passed, false);
});

Deno.test("trial() refuses a wrong number, a missing one and NaN", () => {
  const wrong: Multiply[] = [
    (product) => {
      multiplyByLoops(product);
      product.c[product.c.length - 1]! += 0.01;
    },
    () => {},
    ({ c }) => c.fill(NaN),
  ];
  for (const multiply of wrong) {
    const { passed, reason } = tried(1, multiply);
    assertEquals(passed, false);
    assertMatch(reason!, /^its trial product is .+ where a loop gives -?[\d.]+$/);
  }
});

Deno.test("trial() refuses what ignores transposes, offsets, alpha or beta", () => {
  for (const ignored of ["transposeA", "transposeB", "aOffset", "bOffset", "alpha", "beta"]) {
    const { passed, reason } = tried(1, (product) => {
      multiplyByLoops({ ...product, [ignored]: undefined });
    });
    assertEquals(passed, false, ignored);
    assertMatch(reason!, /^its transposed product is /);
  }
});

Deno.test("multiplyByLoops() multiplies", () => {
  const c = new Float32Array(4).fill(1);
  const a = Float32Array.of(9, 1, 2, 3, 4);
  multiplyByLoops({ a, b: a, c, rows: 2, columns: 2, inner: 2, aOffset: 1, bOffset: 1, beta: 1 });
  assertEquals([...c], [8, 11, 16, 23]);
});

Deno.test("batchFault() finds a batch that mistakes places, strides, transposes, alpha or beta", () => {
  const right = eachAlone(multiplyByLoops);
  assertEquals(batchFault(right), undefined);
  const wrong: MultiplyBatch[] = [
    (product, places) => right(product, places.slice(1)),
    (product, places) => right(product, places.map(({ a, ...place }) => ({ a: a - 1, ...place }))),
    (product, places) => right({ ...product, bStride: 65 }, places),
    (product, places) => right({ ...product, transposeA: false }, places),
    (product, places) => right({ ...product, alpha: 1 }, places),
    (product, places) => right({ ...product, beta: 0 }, places),
    () => {},
  ];
  for (const batch of wrong) {
    assertMatch(batchFault(batch)!, /^one of its products at once is .+ where a loop gives /);
  }
});
