// Alone: it sets how large outputs are, for all drawings.
import * as show from "../../lib/show/mod.ts";
import type { DrawnChart, DrawnDocument, ShownToken } from "../../lib/show/mod.ts";
import { drawnRows } from "../../lib/show/drawn_rows.ts";
import { bytesOf, drawnSmaller, outputRoom } from "../../lib/show/show_within.ts";
import { decodeIndexedPng } from "../../lib/show/png.ts";
import { toValue } from "../../lib/show/value_scale.ts";
import { payloadOf } from "../../lib/show/static_layer.ts";
import type { HeatMapPayload } from "../../lib/show/payload.ts";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "../assert.ts";
import { stream } from "../browser/views.ts";

const random = stream(1);
const numbers = (count: number): number[] => Array.from({ length: count }, () => random() - 0.5);
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i}`);
const tokens = (count: number): ShownToken[] =>
  Array.from({ length: count }, (_, i) => ({ text: ` word${i % 977}`, id: i }));
const grid = (rows: number, columns: number) => ({
  values: numbers(rows * columns),
  rows: { name: "row", labels: names(rows) },
  columns: { name: "column", labels: names(columns) },
  label: "effect",
});
const side = (label: string, count: number) => ({
  label,
  tokens: tokens(count).map(({ text }) => ({ text: text + label })),
  own: numbers(count).map(Math.abs),
});

type Drawn = DrawnDocument | DrawnChart;

/** Views of more than an output holds: what they say, and how many rows their files have. */
const absurd: Record<string, readonly [() => Drawn | Promise<Drawn>, said: RegExp, rows: number]> =
  {
    table: [
      () =>
        show.table({
          title: "t",
          columns: [{ name: "a" }, { name: "b" }],
          rows: numbers(100_000).map((value, i) => [`n${i}`, value]),
        }),
      /The first [\d,]+ of 100,000 rows are shown/,
      100_000,
    ],
    tokenTable: [
      () =>
        show.tokenTable({
          title: "t",
          rows: tokens(20_000).map((token, i) => ({
            rank: i + 1,
            token,
            probability: 1 / (i + 2),
          })),
        }),
      /The first [\d,]+ of 20,000 tokens are shown/,
      20_000,
    ],
    tokenStrip: [
      () =>
        show.tokenStrip({
          tokens: tokens(20_000),
          values: numbers(20_000).with(19_999, 7),
          label: "loss",
        }),
      /The first [\d,]+ of 20,000 tokens \(the greatest loss of the others is 7, of token 19,999\)/,
      20_000,
    ],
    tokenMetrics: [
      () =>
        show.tokenMetrics({
          title: "m",
          tokens: tokens(2000),
          metrics: names(20).map((label) => ({ label, values: numbers(2000) })),
        }),
      /The first [\d,]+ of 2,000 tokens are shown/,
      2000,
    ],
    tokenPair: [
      () =>
        show.tokenPair({
          title: "p",
          first: { name: "a", tokens: tokens(4000) },
          second: { name: "b", tokens: tokens(4000) },
        }),
      /The first [\d,]+ of 4,000 positions are shown/,
      4000,
    ],
    tokenDiff: [
      () => show.tokenDiff({ title: "d", before: side("a", 700), after: side("b", 700) }),
      /The first [\d,]+ of 1,400 tokens of both texts are shown/,
      1400,
    ],
    lensTable: [
      () =>
        show.lensTable({
          stages: names(20),
          tokens: tokens(300),
          top: names(20).map(() => tokens(300).map((token) => [{ token, probability: random() }])),
        }),
      /The first [\d,]+ of 300 tokens are shown/,
      6000,
    ],
    graph: [
      () =>
        show.graph({
          title: "g",
          layers: names(40),
          nodes: Array.from({ length: 10_000 }, (_, i) => ({
            layer: Math.floor(i / 250),
            label: `n${i}`,
          })),
          edges: numbers(20_000).map((weight, i) => ({
            from: i % 9000,
            to: 9000 + i % 1000,
            weight,
          })),
          label: "weight",
          most: 20_000,
        }),
      /The [\d,]+ strongest of 20,000 edges are shown/,
      20_000,
    ],
    tree: [
      () =>
        show.tree({
          title: "t",
          root: {
            name: "root",
            children: names(100).map((name) => ({
              name,
              children: names(100).map((name) => ({ name })),
            })),
          },
        }),
      /The first [\d,]+ of 10,101 nodes, from the root down, are shown/,
      10_101,
    ],
    tokenCard: [
      () =>
        show.tokenCard({
          title: "c",
          lists: [{
            name: "l",
            label: "logit",
            rows: tokens(2000).map((token) => ({ token, value: 1 })),
          }],
        }),
      /The first [\d,]+ of each list and of the examples are shown/,
      2000,
    ],
    heatMap: [() => show.heatMap(grid(1000, 1000)), /each \d+ × \d+ are drawn as one/, 1_000_000],
    tensorView: [
      () =>
        show.tensorView({
          values: numbers(400 * 400),
          axes: [{ name: "a", size: 400 }, { name: "b", size: 400 }],
          label: "x",
        }),
      /The first \d+ of 400 of a are drawn/,
      160_000,
    ],
    attentionView: [
      () =>
        show.attentionView({
          pattern: numbers(4 * 200 * 200).map(Math.abs),
          heads: 4,
          tokens: tokens(200),
          layer: 3,
        }),
      /weights are drawn in \d+ levels|tokens are one cell/i,
      160_000,
    ],
    attentionSheet: [
      () =>
        show.attentionSheet({
          patterns: [numbers(160_000).map(Math.abs)],
          heads: 4,
          tokens: tokens(200),
        }),
      /weights are drawn in \d+ levels|each \d+ × \d+ tokens are one cell/i,
      160_000,
    ],
  };

Deno.test("every view of an absurd size keeps within the bytes of an output, says so, and its files hold all", async () => {
  for (const [name, [draw, said, rows]] of Object.entries(absurd)) {
    try {
      if (name !== "table") {
        show.showWithin(
          name === "heatMap" ? 600_000 : name === "attentionSheet" ? 100_000 : 200_000,
        );
      }
      const drawing = await draw(), size = bytesOf(drawing);
      assert(size <= outputRoom(), `${name} has ${size} bytes`);
      // What is there is used.
      assert(size > outputRoom() * 0.4, `${name} has but ${size} bytes`);
      const { "text/plain": text, "text/html": html } = drawing as DrawnDocument;
      assert(said.test(text), `${name} says ${text.slice(0, 300)}`);
      assert(said.test(html), `${name} does not say so in its page`);
      assert(text.includes("showWithin"), name);
      let count = 0;
      for (const _ of drawnRows(drawing)!.fields()) count++;
      assertEquals(count, rows, name);
    } finally {
      show.showWithin();
    }
  }
});

Deno.test("charts of an absurd size show the greatest, and their files hold all", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const values = numbers(5000).with(4321, -9);
    const bars = await show.bars({ title: "b", labels: names(5000), values, label: "effect" });
    const lines = await show.lines({
      title: "l",
      x: { name: "x" },
      y: { name: "y" },
      series: [{ name: "a", y: [...values, ...numbers(9000)] }, { name: "b", y: numbers(10) }],
    });
    const fall = await show.waterfall({
      title: "w",
      parts: values.map((value, i) => ({ label: `n${i}`, value })),
      total: 1,
      label: "logit",
    });
    const said = [/The 300 greatest of 5,000 bars/, /[\d,]+ of 14,010 values/, /240 of 5000 bars/];
    for (const [i, chart] of [bars, lines, fall].entries()) {
      assert(bytesOf(chart) < 1_500_000, `${bytesOf(chart)}`);
      assert(said[i]!.test(chart["text/plain"]), chart["text/plain"].slice(-300));
      assert(JSON.stringify(chart["application/vnd.vegalite.v5+json"]).includes("-9"));
      await chart.save(`${folder}/c.json`);
      const { usermeta } = JSON.parse(await Deno.readTextFile(`${folder}/c.json`));
      assertEquals(usermeta.rows.length, i === 1 ? 14_010 : 5000);
      await chart.save(`${folder}/c.csv`);
      assert((await Deno.readTextFile(`${folder}/c.csv`)).includes("-9"));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("cells drawn as one show the greatest of them, within the levels that are left", () => {
  show.showWithin(100_000);
  try {
    const options = grid(300, 200), drawing = show.heatMap(options), html = drawing["text/html"];
    const [, down, across] = /each (\d+) × (\d+) are drawn as one/.exec(html)!.map(Number);
    assert(down! * across! > 1);
    const source = /src="data:image\/png;base64,([^"]*)"/.exec(html)![1]!;
    const { width, indices } = decodeIndexedPng(Uint8Array.fromBase64(source));
    const payload = payloadOf(html) as HeatMapPayload, { by } = payload;
    const cell = width / payload.columns.length, step = (by.high - by.low) / 252;
    payload.rows.forEach((_, row) =>
      payload.columns.forEach((_, column) => {
        let greatest = 0;
        for (let y = row * down!; y < Math.min(300, (row + 1) * down!); y++) {
          for (let x = column * across!; x < Math.min(200, (column + 1) * across!); x++) {
            const value = options.values[y * 200 + x]!;
            if (Math.abs(value) > Math.abs(greatest)) greatest = value;
          }
        }
        const drawn = toValue(indices[row * cell * width + column * cell]!, by);
        // Of an eighth of the levels at least.
        assertAlmostEquals(drawn, greatest, step * 4 + 1e-9);
      })
    );
    // The list is of all cells, and exact.
    const most = Math.max(...options.values.map(Math.abs));
    assert(drawing["text/plain"].includes(most.toPrecision(3)), "the greatest is listed");
  } finally {
    show.showWithin();
  }
});

Deno.test("values drawn as one share the bytes: small ones stay, large ones are drawn with less, text is cut", async () => {
  const folder = await Deno.makeTempDir();
  show.showWithin(400_000);
  try {
    const rows = (count: number) => numbers(count).map((value) => [value]);
    const small = show.table({ title: "small", columns: [{ name: "a" }], rows: rows(3) });
    const large = show.table({ title: "large", columns: [{ name: "a" }], rows: rows(900) });
    const huge = show.table({ title: "huge", columns: [{ name: "a" }], rows: rows(9000) });
    assert(!large["text/plain"].includes("are shown"), "alone it fits");
    const letters = "letters ".repeat(100_000);
    for (
      const list of [
        show.all([small, large, huge, letters]),
        show.sideBySide([small, large, huge, letters]),
        show.tabs({ small, large, huge, letters }),
      ]
    ) {
      const drawing = await list[show.display](), text = drawing["text/plain"];
      assert(bytesOf(drawing) <= 400_000, `${bytesOf(drawing)}`);
      assert(drawing["text/html"].includes(small["text/html"]), "the small one is whole");
      assert(/The first [\d,]+ of 9,000 rows/.test(text) && text.includes("of 800,000 characters"));
      assert(drawnSmaller(drawing, 200_000), "what is put together can be drawn smaller again");
    }
    await show.save(show.all([small, huge]), `${folder}/all.csv`);
    assertEquals((await Deno.readTextFile(`${folder}/all.csv`)).trim().split("\n").length, 9004);
    await huge.save(`${folder}/huge.json`);
    assertEquals(JSON.parse(await Deno.readTextFile(`${folder}/huge.json`)).rows.length, 9000);
  } finally {
    show.showWithin();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("showWithin() refuses less than scripts take, and raises the bytes", () => {
  assertThrows(
    () => show.showWithin(10),
    RangeError,
    "Cannot show within a number of bytes as it must be at least 100,000: current value is 10",
  );
  const rows = numbers(9000).map((value) => [value]);
  show.showWithin(Infinity);
  try {
    const all = show.table({ title: "t", columns: [{ name: "a" }], rows })["text/plain"];
    assertEquals(all.split("\n").length, 9002);
  } finally {
    show.showWithin();
  }
});
