import { all, drawingOf } from "../../lib/show/all.ts";
import { bars } from "../../lib/show/bars.ts";
import { display, drawable } from "../../lib/show/display.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";

const page = drawable({ "text/html": "<p>page</p>", "text/plain": "page" });
const chart = drawable({
  "application/vnd.vegalite.v5+json": {},
  "image/png": "AAAA",
  "text/plain": "<chart>",
});

Deno.test("all() draws documents, charts, promises and plain values in order", async () => {
  const values = [page, chart, Promise.resolve(page), { plain: "<b>" }];
  const drawing = await all(values)[display]();
  assertEquals(drawing["text/plain"], 'page\n\n<chart>\n\npage\n\n{ plain: "<b>" }');
  const html = drawing["text/html"];
  assertStringIncludes(html, "data:image/png;base64,AAAA");
  assertStringIncludes(html, "{ plain: &quot;&lt;b&gt;&quot; }");
  assert(!html.includes("<b>"), "an inspected value became markup");
});

Deno.test("all() shows charts at half the dots of their pictures, whatever their breadth", async () => {
  const chart = await bars({ title: "t", labels: ["a"], axis: "x", values: [1], label: "y" });
  const dots = new DataView(Uint8Array.fromBase64(chart["image/png"]).buffer).getUint32(16);
  const { "text/html": html } = await all([chart])[display]();
  assertStringIncludes(html, ` width="${Math.round(dots / 2)}" `);
});

Deno.test("all() draws an empty list", async () => {
  assertEquals({ ...await all([])[display]() }, { "text/html": "", "text/plain": "" });
});

Deno.test("all() is refused by the error of a value that cannot be had", async () => {
  await assertRejects(() => all([Promise.reject(new Error("no"))])[display](), Error, "no");
});

Deno.test("drawingOf() waits for the drawing of a promised value", async () => {
  const slow = { [display]: () => Promise.resolve(page) };
  assertEquals(await drawingOf(Promise.resolve(slow)), page);
});
