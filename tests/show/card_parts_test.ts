import { histogramHtml, listHtml, peakOf } from "../../lib/show/card_parts.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

Deno.test("peakOf() is the first greatest value, whatever is undefined", () => {
  assertEquals([[NaN, -2, 3, 3], [NaN], [], [-Infinity]].map(peakOf), [2, -1, -1, 0]);
});

Deno.test("listHtml() draws no bar for what has no size", () => {
  const rows = [NaN, Infinity, 0].map((value) => ({ token: { text: "a" }, value }));
  const list = { name: "a", label: "b", rows };
  const widths = [...listHtml(list, [list]).matchAll(/inline-block;width:([\d.]+)px/g)];
  assertEquals(widths.map(([, width]) => width), ["0", "0", "0"]);
});

Deno.test("histogramHtml() makes heights grow with the logarithm, from nothing for an empty bin", () => {
  const html = histogramHtml({
    label: "a",
    counted: "b",
    counts: [999, 0, 9],
    edges: [0, 1, 2, 3],
  });
  const heights = [...html.matchAll(/class="bar" style="width:\d+px;height:(\d+)px/g)];
  assertEquals(heights.map(([, height]) => Number(height)), [64, 0, Math.round(64 / 3)]);
  assertStringIncludes(html, "1008 b; the highest bar is 999");
});
