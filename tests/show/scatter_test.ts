import { scatter, type ScatterOptions } from "../../lib/show/scatter.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";

const options: ScatterOptions = {
  title: "Eigenvalues",
  x: { name: "real part" },
  y: { name: "imaginary part", unit: "u" },
  points: [
    { x: 0.5, y: 0.25, class: "a" },
    { x: -1.5, y: 0, class: "b", label: "least", named: true },
    { x: NaN, y: 1 },
  ],
};

// deno-lint-ignore no-explicit-any -- a specification is what Vega-Lite says it is
const spec = async (given: ScatterOptions): Promise<any> =>
  JSON.parse(JSON.stringify(await scatter(given)))["application/vnd.vegalite.v5+json"];

Deno.test("scatter() has the same numbers in its text and its specification", async () => {
  const chart = await scatter({
    ...options,
    circles: [{ label: "modulus 1", x: 0, y: 0, radius: 1 }],
    lines: [{ label: "diagonal", from: [0, 0], to: [1, 1] }],
    references: [{ label: "mean", x: -0.5 }],
    caption: "seedling",
  });
  assertEquals(
    chart["text/plain"],
    `Eigenvalues
point  kind  real part  imaginary part (u)
least  b         −1.50                   0
       a         0.500               0.250
             undefined                   1
dashed: mean, real part −0.500
dashed circle: modulus 1, radius 1
dashed line: diagonal
1 undefined or infinite, not drawn
seedling`,
  );
  assertEquals((await spec(options)).data.values, [
    { x: 0.5, y: 0.25, class: "a" },
    { x: -1.5, y: 0, label: "least", named: true, class: "b" },
  ]);
});

Deno.test("scatter() makes a step as long along both axes, with everything in the frame", async () => {
  const { width, height, layer } = await spec({
    ...options,
    equal: true,
    circles: [{ label: "c", x: 0, y: 0, radius: 3 }],
  });
  const encoding = layer.find(({ mark }: { mark: { type: string } }) => mark.type === "point")
    .encoding;
  const [x, y] = [encoding.x.scale.domain, encoding.y.scale.domain];
  assertEquals(width / (x[1] - x[0]), height / (y[1] - y[0]));
  for (const [low, high] of [x, y]) assert(low < -3 && high > 3);
});

Deno.test("scatter() draws a line of zero only where points lie on both sides of it", async () => {
  const rules = async (points: ScatterOptions["points"]) =>
    (await spec({ ...options, points })).layer.filter(({ mark }: { mark: { type: string } }) =>
      mark.type === "rule"
    ).length;
  assertEquals(await rules([{ x: 1, y: 2 }, { x: 2, y: 3 }]), 0);
  assertEquals(await rules([{ x: 1, y: 2 }, { x: -2, y: 3 }]), 1);
});

Deno.test("scatter() says how many of many points its text has, and the chart has all", async () => {
  const points = Array.from({ length: 1000 }, (_, i) => ({ x: i, y: -i, named: i === 999 }));
  const text = (await scatter({ ...options, points }))["text/plain"].split("\n");
  assertEquals(text.at(-1), "40 of 1000 points, those with a name first; the chart has all");
  assertEquals(text[2]!.trim().split(/ +/), ["999", "−999"]);
  assertEquals((await spec({ ...options, points })).data.values.length, 1000);
});

Deno.test("scatter() draws hostile labels, one point and none", async () => {
  const names = ['"]; broken(', "</script>", "\ud800", "a\u2028b", "__proto__"];
  await scatter({
    ...options,
    points: names.map((label, x) => ({ x, y: 1, label, class: label, named: true })),
  });
  for (const equal of [false, true]) {
    await scatter({ ...options, equal, points: [] });
    await scatter({ ...options, equal, points: [{ x: 2, y: 3 }] });
  }
  const log = { ...options, x: { name: "x", scale: "log" as const }, points: [{ x: 0, y: 1 }] };
  assertStringIncludes(
    (await scatter(log))["text/plain"],
    "1 undefined or infinite, or not above zero on a logarithmic axis, not drawn",
  );
});

Deno.test("scatter() refuses what it cannot draw, and says where", async () => {
  const point = { x: 1, y: 2 };
  const wrong: [object, typeof RangeError | typeof TypeError, string][] = [
    [{ circle: [] }, TypeError, '"circle" is not, perhaps "circles" is meant'],
    [{ points: point }, TypeError, "points must be a list: current value is an object"],
    [
      { points: [{ x: 1, y: "2" }] },
      TypeError,
      'with point 0 as y must be a number: current value is "2"',
    ],
    [
      { points: [point, { ...point, name: "a" }] },
      TypeError,
      'with point 1 as its options must be among x, y, label, named, class: "name" is not',
    ],
    [
      { points: Array.from("abcdefg", (kind) => ({ ...point, class: kind })) },
      RangeError,
      "at most 6 kinds, which can be told apart: current value is 7",
    ],
    [
      { equal: true, x: { name: "x", scale: "log" } },
      RangeError,
      "equal axes must be linear: current value is log",
    ],
    [
      { circles: [{ label: "a", x: 0, y: 0 }] },
      TypeError,
      "with circle 0 as radius must be a number: current value is undefined",
    ],
    [
      { lines: [{ label: "a", form: [0, 0] }] },
      TypeError,
      '"form" is not, perhaps "from" is meant',
    ],
    [
      { lines: [{ label: "a", from: [0, 0] }] },
      TypeError,
      "with line 0 as from and to must be two numbers each",
    ],
  ];
  for (const [change, kind, message] of wrong) {
    await assertRejects(async () => await scatter({ ...options, ...change }), kind, message);
  }
});

Deno.test("scatter() of very many points draws how many lie where, and those with a name", async () => {
  const points = Array.from(
    { length: 20_001 },
    (_, i) => ({ x: i % 100, y: (i % 7) + 1, ...(i === 5 ? { label: "five", named: true } : {}) }),
  );
  const [x, y] = [{ name: "x" }, { name: "y", scale: "log" as const }];
  const chart = await scatter({ title: "Many", points, x, y });
  const spec = chart["application/vnd.vegalite.v5+json"] as {
    data: { values: unknown[] };
    layer: { mark: { type: string }; data?: { values: { count: number }[] } }[];
  };
  const cells = spec.layer.find(({ mark }) => mark.type === "rect")!.data!.values;
  assertEquals(cells.reduce((sum, { count }) => sum + count, 0), points.length);
  assertEquals(spec.data.values, [{ x: 5, y: 6, label: "five", named: true }]);
  assertStringIncludes(chart["text/plain"], "20001 points: colour says how many lie in each cell");
  assert(JSON.stringify(spec).length < 100_000);
});
