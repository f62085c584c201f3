import { columnKey, labelHtml, labelTexts, leftLabels, topLabels } from "../../lib/show/axis.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

Deno.test("labelTexts() numbers tokens and keeps words on one line", () => {
  assertEquals(labelTexts([{ text: " a" }, { text: "\n" }]), ["0 ·a", "1 ↵"]);
  assertEquals(labelTexts(["two\nlines"]), ["two lines"]);
});

Deno.test("labelHtml() keeps markup and direction to itself", () => {
  assertEquals(labelHtml("<i>"), '<span dir="ltr" style="white-space:pre-wrap">&lt;i&gt;</span>');
});

Deno.test("leftLabels() is as high as the picture", () => {
  for (const [count, cell] of [[7, 20], [40, 3], [128, 4]] as const) {
    const html = leftLabels(Array.from({ length: count }, (_, i) => String(i)), cell);
    const heights = [...html.matchAll(/;height:(\d+)px/g)].map(([, height]) => Number(height));
    assertEquals(heights.reduce((a, b) => a + b), count * cell);
  }
});

Deno.test("topLabels() is as wide as the picture", () => {
  for (const [count, cell] of [[7, 20], [40, 3], [128, 4]] as const) {
    const html = topLabels(Array.from({ length: count }, (_, i) => String(i)), cell);
    const widths = [...html.matchAll(/;width:(\d+)px/g)].map(([, width]) => Number(width));
    assertEquals(widths.reduce((a, b) => a + b), count * cell);
  }
});

Deno.test("columnKey() explains numbers only where labels did not fit", () => {
  const axis = { name: "key", labels: ["first word", "b"] };
  assertStringIncludes(columnKey(axis, ["first word", "b"], 20), "0\u00a0first word");
  assertEquals(columnKey(axis, ["first word", "b"], 200), "");
  const numbers = Array.from({ length: 128 }, (_, i) => String(i));
  assertEquals(columnKey({ name: "key", labels: numbers }, numbers, 4), "");
  assert(!columnKey(axis, ["<b> is too long", "c"], 20).includes("<b>"));
});
