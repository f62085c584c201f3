import { histogram, type HistogramOptions } from "../../lib/show/histogram.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";
import { stream } from "../browser/views.ts";

const options: HistogramOptions = {
  title: "Activations",
  x: { name: "activation" },
  label: "tokens",
};

type Row = { low: number; high: number; count: number };
const rows = async (given: HistogramOptions): Promise<Row[]> =>
  JSON.parse(JSON.stringify(await histogram(given)))["application/vnd.vegalite.v5+json"].data
    .values;

Deno.test("histogram() counts each value once, the edges of a bin with the bin above", async () => {
  const given = { ...options, values: [0, 0.5, 1, 1, 2, 3, -1, NaN, Infinity], edges: [0, 1, 2] };
  assertEquals(await rows(given), [
    { low: 0, high: 1, count: 2 },
    // The last bin has its upper edge too.
    { low: 1, high: 2, count: 3 },
  ]);
  const chart = await histogram({
    ...given,
    markers: [{ label: "mine", x: 1.5 }],
    countScale: "log",
    caption: "seedling",
  });
  assertEquals(
    chart["text/plain"],
    `Activations
activation from  to  tokens
              0   1       2
              1   2       3
5 tokens in 2 bins, counts on a logarithmic axis
dashed: mine, activation 1.50
not drawn: 1 below 0; 1 above 2; 2 undefined or infinite
seedling`,
  );
});

Deno.test("histogram() counts as a plain loop does, on linear and logarithmic axes", async () => {
  const random = stream(11);
  const values = Array.from({ length: 5000 }, () => 10 ** (4 * random() - 2));
  for (const scale of ["linear", "log"] as const) {
    const found = await rows({ ...options, values, bins: 17, x: { name: "a", scale } });
    assertEquals(found.length, 17);
    assertEquals([found[0]!.low, found[16]!.high], [Math.min(...values), Math.max(...values)]);
    for (const [i, { low, high, count }] of found.entries()) {
      const expected = values.filter((value) =>
        value >= low && (i === 16 ? value <= high : value < high)
      );
      assertEquals(count, expected.length);
    }
    const width = ({ low, high }: Row) => scale === "log" ? Math.log(high / low) : high - low;
    for (const bin of found) assert(Math.abs(width(bin) / width(found[0]!) - 1) < 1e-9);
  }
});

Deno.test("histogram() draws counts that are there already", async () => {
  const given = { ...options, counts: [5, 0, 2], edges: new Float32Array([0, 1, 2, 4]) };
  assertEquals((await rows(given)).map(({ count }) => count), [5, 0, 2]);
});

Deno.test("histogram() draws values that are all the same, and none", async () => {
  for (const scale of ["linear", "log"] as const) {
    const given = { ...options, x: { name: "a", scale }, bins: 5 };
    assertEquals((await rows({ ...given, values: [2, 2, 2] })).map(({ count }) => count), [3]);
    assertEquals(await rows({ ...given, values: [] }), []);
    assertEquals(await rows({ ...given, values: [NaN] }), []);
  }
  assertEquals((await rows({ ...options, values: [0] })).map(({ count }) => count), [1]);
  const text =
    (await histogram({ ...options, values: [0], x: { name: "a", scale: "log" } }))["text/plain"];
  assertStringIncludes(text, "not drawn: 1 undefined, infinite or not above zero");
});

Deno.test("histogram() refuses what it cannot draw", async () => {
  const wrong: [object, typeof RangeError | typeof TypeError, string][] = [
    [{ value: [] }, TypeError, '"value" is not, perhaps "values" is meant'],
    [{}, TypeError, "it must have either values or counts: current value is neither"],
    [
      { values: [1], counts: [1], edges: [0, 1] },
      TypeError,
      "values or counts: current value is both",
    ],
    [{ values: ["a"] }, TypeError, 'values must be a flat list of numbers: the one at 0 is "a"'],
    [
      { values: [1], bins: 0 },
      RangeError,
      "bins must be a whole number above zero: current value is 0",
    ],
    [{ counts: [1] }, RangeError, "edges must be one more than counts: current value is 0 for 1"],
    [
      { counts: [-1], edges: [0, 1] },
      RangeError,
      "counts must be finite and not negative: current value is -1",
    ],
    [
      { counts: [NaN], edges: [0, 1] },
      RangeError,
      "counts must be finite and not negative: current value is NaN",
    ],
    [
      { values: [1], edges: [1, 0] },
      RangeError,
      "edges must be at least two that have a place on the axis and rise: current value is [1, 0]",
    ],
    [
      { values: [1], countScale: "ln" },
      TypeError,
      'countScale must be among linear, log: "ln" is not',
    ],
    [
      { values: [1], markers: [{ label: "a", y: 1 }] },
      TypeError,
      'with reference 0 as its options must be among label, x: "y" is not',
    ],
  ];
  for (const [change, kind, message] of wrong) {
    await assertRejects(async () => await histogram({ ...options, ...change }), kind, message);
  }
});
