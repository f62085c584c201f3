import { lines, type LinesOptions } from "../../lib/show/lines.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";

const options: LinesOptions = {
  title: "Spectra",
  x: { name: "place" },
  y: { name: "singular value", unit: "u" },
  series: [
    { name: "head 0", y: [3, 1, NaN], low: [2, 0.5, NaN], high: [4, 1.5, NaN] },
    { name: "head 1", y: [2, -0.125, 1e-7] },
  ],
};

type Row = { series: string; x: number; y: number | null; low?: number | null };
type Spec = { data: { values: Row[] }; layer: object[] };
const spec = async (given: LinesOptions) =>
  JSON.parse(JSON.stringify(await lines(given)))["application/vnd.vegalite.v5+json"] as Spec;

Deno.test("lines() has the same numbers in its text and its specification", async () => {
  const chart = await lines({
    ...options,
    references: [{ label: "chance", y: 0.5 }, { label: "rank", x: 1 }],
    caption: "seedling",
  });
  assertEquals(
    chart["text/plain"],
    `Spectra
singular value (u):
place                              head 0   head 1
    0                          3 (2 to 4)        2
    1                   1 (0.500 to 1.50)   −0.125
    2  undefined (undefined to undefined)  1.00e−7
dashed: chance, singular value 0.500
dashed: rank, place 1
shaded: the interval of each value
1 undefined or infinite, not drawn
seedling`,
  );
});

Deno.test("lines() keeps full precision, and null for what has no place", async () => {
  const { data, layer } = await spec(options);
  assertEquals(data.values.slice(2), [
    { series: "head 0", x: 2, y: null, low: null, high: null },
    { series: "head 1", x: 0, y: 2 },
    { series: "head 1", x: 1, y: -0.125 },
    { series: "head 1", x: 2, y: 1e-7 },
  ] as Row[]);
  // Zero, band, lines: the line of zero is there as a value is negative.
  assertEquals(layer.length, 3);
  const log = { ...options, y: { name: "value", scale: "log" as const } };
  assertEquals((await spec(log)).data.values.map(({ y }) => y), [3, 1, null, 2, null, 1e-7]);
  assertStringIncludes(
    (await lines(log))["text/plain"],
    "2 undefined or infinite, or not above zero on a logarithmic axis, not drawn",
  );
});

Deno.test("lines() takes places of its own for each line, and names for whole numbers", async () => {
  const chart = await lines({
    ...options,
    x: { name: "stage", labels: ["embed", "layer\n0"] },
    series: [{ name: "a", x: [0, 1], y: [5, 6] }, { name: "b", x: [1], y: [7] }],
  });
  assertEquals(chart["text/plain"].split("\n").slice(1), [
    "line    stage  singular value (u)",
    "a       embed                   5",
    "a     layer 0                   6",
    "b     layer 0                   7",
  ]);
});

Deno.test("lines() says which rows of many its text has, and the chart has all", async () => {
  const y = Float64Array.from({ length: 1001 }, (_, i) => i);
  const given = { ...options, series: [{ name: "a", y }] };
  const text = (await lines(given))["text/plain"].split("\n");
  assertEquals(text.at(-1), "one row in 50 of 1001, and the last; the chart has all");
  assertEquals(text.at(-2)!.trim().split(/ +/), ["1000", "1000"]);
  assertEquals((await spec(given)).data.values.length, 1001);
});

Deno.test("lines() draws hostile names, one value and none", async () => {
  const names = ['"]; broken(', "</script>", "\ud800", "a\u2028b", "__proto__"];
  const chart = await lines({
    ...options,
    series: names.map((name) => ({ name, y: [1] })),
    x: { name: "<b>", labels: ['"]+alert(1)+["'] },
    references: names.map((label, y) => ({ label, y })),
  });
  assert(chart["image/png"].length > 1000);
  await lines({ ...options, series: [] });
  await lines({ ...options, series: [{ name: "a", y: [] }] });
});

Deno.test("lines() refuses what it cannot draw, and says where", async () => {
  const line = { name: "a", y: [1, 2] };
  const wrong: [object, typeof RangeError | typeof TypeError, string][] = [
    [
      { serie: [] },
      TypeError,
      'its options must be among series, x, y, references, title, caption: "serie" is not',
    ],
    [{ x: { name: "x", log: true } }, TypeError, "draw lines over x as its options must be among"],
    [
      { y: { name: "y", scale: "ln" } },
      TypeError,
      'draw lines over y as scale must be among linear, log: "ln" is not',
    ],
    [
      { y: {} },
      TypeError,
      "draw lines over y as its name must be text: current value is undefined",
    ],
    [{ series: line }, TypeError, "series must be a list: current value is an object"],
    [
      { series: Array.from({ length: 13 }, (_, i) => ({ ...line, name: `${i}` })) },
      RangeError,
      "there must be at most 12, which can be told apart: current value is 13",
    ],
    [{ series: [line, line] }, TypeError, 'each must have a name of its own: "a" is there twice'],
    [{ series: [{ y: [1] }] }, TypeError, "draw line 0 as its name must be text"],
    [
      { series: [{ name: "a", y: ["1"] }] },
      TypeError,
      'y must be a flat list of numbers: the one at 0 is "1"',
    ],
    [
      { series: [{ ...line, x: [1] }] },
      RangeError,
      "x must be one for each value: current value is 1 for 2",
    ],
    [{ series: [{ ...line, low: [1, 2] }] }, TypeError, "its band must have both low and high"],
    [
      { references: [{ label: "a" }] },
      TypeError,
      'with reference 0 as it must have a label and a number as x or y: current value is {"label":"a"}',
    ],
    [
      { references: [{ label: "a", x: 1, y: 2 }] },
      TypeError,
      "must have a label and a number as x or y",
    ],
  ];
  for (const [change, kind, message] of wrong) {
    await assertRejects(async () => await lines({ ...options, ...change }), kind, message);
  }
});
