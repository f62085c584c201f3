import { svgOf } from "../../lib/show/chart.ts";
import type { FallingBar } from "../../lib/show/falling_bars.ts";
import { waterfall, type WaterfallOptions } from "../../lib/show/waterfall.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";
import { stream } from "../browser/views.ts";

type Row = FallingBar & { place: number; next: number };

/** The rows of a chart as they are after a notebook was saved and read. */
async function saved(options: WaterfallOptions): Promise<Row[]> {
  const bundle = JSON.parse(JSON.stringify(await waterfall(options)));
  return bundle["application/vnd.vegalite.v5+json"].data.values;
}

const parts = [
  { label: "embed", value: 0.5, group: "embed" },
  { label: "head 0.0", value: -0.125, group: "layer 0", interval: [-0.5, 0.25] as const },
  { label: "head 0.1", value: 2, group: "layer 0" },
  { label: "b_U", value: 0.25 },
];
const options = { title: "t", parts, total: 3, label: "logit", unit: "nat" };

Deno.test("waterfall() has one line a bar, the sum so far, and the equation", async () => {
  const chart = await waterfall({ ...options, caption: "one prompt" });
  assertEquals(
    chart["text/plain"],
    `t
part       group    logit (nat)         interval  sum so far
embed      embed         +0.500                        0.500
head 0.0   layer 0       −0.125  −0.500 to 0.250       0.375
head 0.1   layer 0           +2                         2.38
b_U                      +0.250                         2.63
left over                +0.375                            3
total                         3
parts + left over = total: 2.63 + 0.375 = 3
whiskers are the intervals of single parts
one prompt`,
  );
});

Deno.test("waterfall() draws what takes away thinner than what adds, as grey paper hides colours", async () => {
  const chart = await waterfall(options);
  const { layer } = chart["application/vnd.vegalite.v5+json"] as unknown as {
    layer: { mark: { type: string; height?: { band: number } }; transform: { filter: string }[] }[];
  };
  const bars = layer.filter(({ mark }) => mark.type === "bar");
  const thin = 'datum.kind !== "total" && datum.kind !== "left over" && datum.value < 0';
  assertEquals(bars.map(({ mark, transform }) => [mark.height!.band, transform[1]!.filter]), [
    [0.72, `!(${thin})`],
    [0.36, thin],
  ]);
  const [svg] = await Promise.all([svgOf(chart["application/vnd.vegalite.v5+json"])]);
  const heights = [...svg.matchAll(/aria-roledescription="bar" d="M[^"]*v(-?[\d.]+)/g)];
  assert(new Set(heights.map(([, height]) => Math.abs(Number(height)).toFixed(0))).size > 1);
});

Deno.test("waterfall() saved and read again has bars that add up to the number shown", async () => {
  const random = stream(5);
  const many = Array.from({ length: 60 }, (_, i) => ({
    label: `part ${i}`,
    value: (random() - 0.5) * 10 ** (6 * random() - 3),
    group: `layer ${i % 7}`,
  }));
  const total = 12.3456789;
  for (const order of ["given", "sorted"] as const) {
    for (const most of [undefined, 0, 1, 12, 60, 80]) {
      for (const group of [false, true]) {
        const rows = await saved({
          ...options,
          parts: many,
          total,
          order,
          group,
          ...most === undefined ? {} : { most },
        });
        const last = rows.pop()!;
        assertEquals([last.kind, last.start, last.end, last.value], ["total", 0, total, total]);
        assertEquals(rows.at(-1)!.kind, "left over");
        assertEquals(rows.at(-1)!.end, total);
        let sum = 0;
        for (const { start, end, value } of rows) {
          assertEquals(start, sum, "a bar does not begin where the last one ended");
          // Rounding of one addition, as the last bar ends at the total itself.
          assert(Math.abs(start + value - end) <= 1e-12);
          sum = end;
        }
        const added = rows.reduce((a, { value }) => a + value, 0);
        assert(Math.abs(added - total) <= 1e-10, `the bars add up to ${added}`);
      }
    }
  }
});

Deno.test("waterfall() shows what is left over where it is almost nothing or nothing", async () => {
  const chart = await waterfall({ ...options, total: 2.625 + 1e-7 });
  assertStringIncludes(chart["text/plain"], "left over              +1.00e−7");
  assertStringIncludes((await waterfall({ ...options, total: 2.625 }))["text/plain"], "2.63 + 0 =");
  const none = await saved({ ...options, parts: [] });
  assertEquals(none.map(({ kind, value }) => [kind, value]), [["left over", 3], ["total", 3]]);
});

Deno.test("waterfall() says how many parts one bar is the sum of", async () => {
  const chart = await waterfall({ ...options, most: 2, order: "sorted" });
  const spec = JSON.stringify(chart["application/vnd.vegalite.v5+json"]);
  const said =
    "2 of 4 bars stand alone; the other 2, each at most 0.250 in size, are one bar of their sum";
  for (const text of [spec, chart["text/plain"]]) {
    assertStringIncludes(text, said);
    assertStringIncludes(text, "2 other parts");
    assertStringIncludes(text, "sums have no interval: 1 part with one is in them");
  }
  const rows = await saved({ ...options, most: 2, order: "sorted" });
  assertEquals(rows.map(({ name, value }) => [name, value]), [
    ["head 0.1", 2],
    ["embed", 0.5],
    ["2 other parts", 0.125],
    ["left over", 0.375],
    ["total", 3],
  ]);
});

Deno.test("waterfall() draws one bar for each group, and keeps parts of none", async () => {
  const rows = await saved({ ...options, group: true });
  assertEquals(rows.map(({ name, group, value }) => [name, group, value]), [
    ["embed", "1 part", 0.5],
    ["layer 0", "2 parts", 1.875],
    ["b_U", undefined, 0.25],
    ["left over", undefined, 0.375],
    ["total", undefined, 3],
  ]);
});

Deno.test("waterfall() places whiskers where the bar of that value would end", async () => {
  const row = (await saved(options))[1]!;
  assertEquals([row.low, row.high, row.lowEnd, row.highEnd], [-0.5, 0.25, 0, 0.75]);
});

Deno.test("waterfall() draws no bar from an undefined part on, and says so", async () => {
  const bad = parts.with(1, { label: "bad", value: NaN });
  const chart = await waterfall({ ...options, parts: bad });
  assertStringIncludes(chart["text/plain"], "4 of 6 bars not drawn");
  assertStringIncludes(chart["text/plain"], "undefined + undefined = 3");
  const rows = await saved({ ...options, parts: bad });
  assertEquals(rows.map(({ start, end }) => [start, end]), [
    [0, 0.5],
    ...Array(4).fill([null, null]),
    [0, 3],
  ]);
  // Sorted, it comes last and hides no other.
  const sorted = await saved({ ...options, parts: bad, order: "sorted" });
  assertEquals(sorted.map(({ end }) => end), [2, 2.5, 2.75, null, null, 3]);
});

Deno.test("waterfall() draws hostile labels as they are", async () => {
  const names = ['"]; broken(', "</script>", "\ud800", "a\u2028b", "total", "left over", "total"];
  const rows = await saved({
    ...options,
    parts: names.map((label) => ({ label, value: 1, group: label })),
  });
  assertEquals(rows.length, names.length + 2);
  assertEquals(rows.filter(({ kind }) => kind === "total").length, 1);
});

Deno.test("waterfall() gives the same picture twice", async () => {
  assertEquals(JSON.stringify(await waterfall(options)), JSON.stringify(await waterfall(options)));
});

Deno.test("waterfall() refuses what it cannot draw, and says where", async () => {
  const part = { label: "a", value: 1 };
  const wrong: [object, typeof RangeError | typeof TypeError, string][] = [
    [
      { sort: true },
      TypeError,
      'options must be among parts, total, label, unit, title, caption, order, most, group: "sort" is not',
    ],
    [{ order: "size" }, TypeError, 'order must be among given, sorted: "size" is not'],
    [{ parts: "a" }, TypeError, 'parts must be a list: current value is "a"'],
    [{ total: [3] }, TypeError, "total must be a number: current value is a list"],
    [{ most: 1.5 }, RangeError, "most must be a whole number from 0: current value is 1.5"],
    [{ group: "layer" }, TypeError, 'group must be true or false: current value is "layer"'],
    [
      { parts: [part, { ...part, values: 1 }] },
      TypeError,
      'draw part 1 of a waterfall as its options must be among label, value, group, interval: "values" is not',
    ],
    [{ parts: [{ value: 1 }] }, TypeError, "label must be text: current value is undefined"],
    [{ parts: [{ ...part, group: 3 }] }, TypeError, "group must be text: current value is 3"],
    [
      { parts: [{ ...part, value: "1" }] },
      TypeError,
      'draw part 0 of a waterfall as value must be a number: current value is "1"',
    ],
    [
      { parts: [{ ...part, interval: [2, 1] }] },
      RangeError,
      "interval must be two numbers, the lower first: current value is [2, 1]",
    ],
  ];
  for (const [change, kind, message] of wrong) {
    await assertRejects(async () => await waterfall({ ...options, ...change }), kind, message);
  }
});
