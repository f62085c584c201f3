import { heatMap } from "../../lib/show/mod.ts";
import { documentSvg } from "../../lib/show/document_svg.ts";
import { assert, assertEquals } from "../assert.ts";
import { hostile, views } from "../browser/views.ts";

Deno.test("documentSvg() draws a grid with its labels, and no token's markup", () => {
  const map = heatMap({
    values: [1, -2],
    rows: { name: "layer", labels: ["seventh"] },
    columns: { name: "head", labels: ["left", "right"] },
    label: "effect",
  });
  const svg = documentSvg([map]);
  for (const text of ["seventh", "left", "right", "effect", "−2"]) assert(svg.includes(text), text);
  const tags = (text: string) => new Set(text.match(/<[a-z]+/g));
  const own = tags(Object.values(views()).map((view) => documentSvg([view])).join("") + "<title");
  for (const view of Object.values(views(hostile))) {
    assertEquals([...tags(documentSvg([view]))].filter((tag) => !own.has(tag)), []);
  }
});

Deno.test("documentSvg() says what it leaves out of a very long drawing", () => {
  assert(documentSvg([{ "text/plain": "line\n".repeat(900) }]).includes("the text form has"));
});

Deno.test("documentSvg() draws no joined letters apart, and gives no room to what stands on others", () => {
  const svg = documentSvg([{ "text/plain": "العربية\na👨\u200d👩\u200d👧b" }]);
  assert(/<text xml:space="preserve" x="\d+" y="\d+" fill="[^"]*">العربية</.test(svg));
  const [, length] = /textLength="([^"]*)"[^>]*>a👨/.exec(svg)!;
  assert(Number(length) < 40, length);
});

Deno.test("documentSvg() draws the thick lines that a page without scripts has, and names within pictures of lines", () => {
  const all = views();
  const lines = (name: string) => [
    documentSvg([all[name]!]).match(/<path [^>]* stroke="rgb\([^>]*\/>/g)?.length ?? 0,
    all[name]!["text/html"].match(/border-(top|bottom|left):([2-9]|\d\d)px (solid|dashed)/g)!
      .length,
  ];
  // All but that of the last cell below "should be", which holds nothing.
  const [drawn, written] = lines("lens");
  assertEquals(drawn, written! - 1);
  for (const name of ["card", "graph"]) assertEquals(...lines(name) as [number, number]);
  assert(lines("diff")[0]! >= lines("diff")[1]!);
  // A font reaches into no image.
  const graph = documentSvg([all.graph!]);
  assert(graph.includes(">head 0.1</text>") && !graph.includes("image/svg"));
});

Deno.test("documentSvg() says which layer, head and token a cell of a sheet is, and cuts none of its numbers", () => {
  const { sheet, compared } = views();
  const svg = documentSvg([sheet!]), words = svg.replace(/<[^>]*>/g, "");
  for (const text of [">layer 0</text>", ">layer 1</text>", ">head 3</text>"]) {
    assert(svg.includes(text), text);
  }
  assert(words.includes("the keys: 0\u00a0⟦&lt;bos&gt;⟧, "), words);
  assert(words.includes("3\u00a0·and, 4\u00a0·John") && !words.includes("…"));
  assert(
    documentSvg([compared!]).replace(/<[^>]*>/g, "").includes("purple is more, orange is less"),
  );
});
