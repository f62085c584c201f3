import { heatMap } from "../../lib/show/heat_map.ts";
import { special } from "../../lib/show/colour.ts";
import { decodeIndexedPng } from "../../lib/show/png.ts";
import { toValue, valueScale } from "../../lib/show/value_scale.ts";
import { stream } from "../browser/views.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";

const axis = (name: string, size: number) => ({
  name,
  labels: Array.from({ length: size }, (_, i) => String(i)),
});

const picture = (html: string) =>
  decodeIndexedPng(Uint8Array.fromBase64(html.match(/data:image\/png;base64,([^"]+)/)![1]!));

Deno.test("heatMap() lists the greatest cells by size, undefined ones last", () => {
  const map = heatMap({
    title: "Effects",
    values: [0.5, -2, NaN, 1],
    rows: axis("layer", 2),
    columns: axis("head", 2),
    label: "effect",
    unit: "logit",
    caption: "toy",
  });
  assertEquals(
    map["text/plain"],
    `Effects
2 × 2 cells (layer × head), effect (logit), greatest first
layer  head  effect (logit)
0      1                 −2
1      1                  1
0      0              0.500
1      0          undefined
toy`,
  );
});

Deno.test("heatMap() is a picture that is also the data, within half a level", () => {
  const random = stream(5);
  const values = Float32Array.from({ length: 30 * 20 }, () => random() * 6 - 3);
  const map = heatMap({ values, rows: axis("a", 30), columns: axis("b", 20), label: "x" });
  const by = valueScale(values);
  const { width, indices } = picture(map["text/html"]);
  const cell = width / 20;
  values.forEach((value, i) => {
    const at = Math.floor(i / 20) * cell * width + (i % 20) * cell;
    assertAlmostEquals(toValue(indices[at]!, by), value, (by.high - by.low) / 252 / 2 + 1e-9);
  });
});

Deno.test("heatMap() gives NaN and what lies outside the domain their own entries and legends", () => {
  const map = heatMap({
    values: [NaN, -Infinity, Infinity, 5, 0.5],
    rows: axis("a", 1),
    columns: axis("b", 5),
    label: "x",
    domain: [0, 1],
  });
  const { width, indices } = picture(map["text/html"]);
  const cell = width / 5;
  const found = [0, 1, 2, 3].map((column) => indices[column * cell]);
  assertEquals(found, [special.undefined, special.below, special.above, special.above]);
  for (const word of [">undefined<", ">below 0<", ">above 1<"]) {
    assertStringIncludes(map["text/html"], word);
  }
  // Without a domain only what is infinite lies beyond.
  const infinite = heatMap({
    values: [-Infinity, Infinity, 0.5],
    rows: axis("a", 1),
    columns: axis("b", 3),
    label: "x",
  });
  for (const word of [">−∞<", ">∞<"]) assertStringIncludes(infinite["text/html"], word);
  assert(!/>(above|below) /.test(infinite["text/html"]));
  const plain = heatMap({ values: [1], rows: axis("a", 1), columns: axis("b", 1), label: "x" });
  assert(!plain["text/html"].includes(">undefined<"), "a legend names what does not occur");
});

Deno.test("heatMap() draws nothing, zeros, and values that are all undefined", () => {
  for (const values of [[], [0], [NaN], [Infinity]]) {
    const columns = axis("b", values.length);
    heatMap({ values, rows: axis("a", 1), columns, label: "x" });
  }
});

Deno.test("heatMap() draws in a domain that is one value, undefined or infinite", () => {
  const options = { values: [-1, 0, 1], rows: axis("a", 1), columns: axis("b", 3), label: "x" };
  for (const domain of [[NaN, 1], [0, Infinity], [-Infinity, Infinity]] as const) {
    assertStringIncludes(heatMap({ ...options, domain })["text/plain"], "−1");
  }
  const { width, indices } = picture(heatMap({ ...options, domain: [0, 0] })["text/html"]);
  const found = [0, 1, 2].map((column) => indices[column * width / 3]);
  // Zero, alone in its domain, is the middle of the diverging scale.
  assertEquals(found, [special.below, 129, special.above]);
});

Deno.test("heatMap() refuses a domain that is no two numbers, the lower first", () => {
  const options = { values: [1], rows: axis("a", 1), columns: axis("b", 1), label: "x" };
  for (const domain of [[1, 0], [0], []] as unknown as [number, number][]) {
    assertThrows(
      () => heatMap({ ...options, domain }),
      RangeError,
      `Cannot draw a heat map as domain must be two numbers, the lower first: current value is [${
        domain.join(", ")
      }]`,
    );
  }
});

Deno.test("heatMap() refuses values that do not fill its axes", () => {
  assertThrows(
    () => heatMap({ values: [1], rows: axis("a", 2), columns: axis("b", 3), label: "x" }),
    RangeError,
    "Cannot draw a heat map as it must have rows × columns values: current value is 1 values for 2 × 3",
  );
});

Deno.test("heatMap() draws 12 × 128 × 128 cells in 200 KB", () => {
  const random = stream(9);
  const values = Float32Array.from({ length: 128 * 128 }, () => random() ** 8);
  const map = heatMap({ values, rows: axis("a", 128), columns: axis("b", 128), label: "x" });
  assert(map["text/html"].length < 200_000);
});

Deno.test("heatMap() says notes and dots of cells in its list, its text and its data", () => {
  const hostile = '"><img src=x onerror=alert(1)>';
  const map = heatMap({
    title: "Effects",
    values: [0.5, -2],
    rows: axis("layer", 1),
    columns: axis("head", 2),
    label: "effect",
    notes: [{ name: "95% interval", texts: [hostile, "−3 to −1"] }],
    marked: { label: "p ≤ 0.05", cells: [false, true] },
  });
  const many = heatMap({
    values: Array.from({ length: 60 }, (_, i) => i),
    rows: axis("layer", 4),
    columns: axis("head", 15),
    label: "effect",
  });
  assertStringIncludes(
    many["text/plain"],
    "4 × 15 cells (layer × head), effect, greatest first: 20 of 60, 40 are left out\n",
  );
  assertEquals(
    map["text/plain"],
    `Effects
1 × 2 cells (layer × head), effect, greatest first
layer  head  effect  95% interval
0      1       −2 ▪  −3 to −1
0      0      0.500  ${hostile}
▪ p ≤ 0.05`,
  );
  assert(!map["text/html"].includes("<img src=x"));
  const data = JSON.parse(map["text/html"].match(/application\/json">([^<]+)</)![1]!);
  assertEquals([data.notes[0].texts[1], data.marked], ["−3 to −1", [1]]);
  const with_ = (options: object) => () =>
    heatMap({ values: [1], rows: axis("a", 1), columns: axis("b", 1), label: "x", ...options });
  assertThrows(
    with_({ notes: [{ name: "p", texts: [] }] }),
    RangeError,
    'Cannot draw a heat map as notes "p" must be as many as the values, 1: current value is 0',
  );
  assertThrows(
    with_({ marked: { label: "x", cells: "no" } }),
    RangeError,
    'Cannot draw a heat map as marked cells must be as many as the values, 1: current value is "no"',
  );
});
