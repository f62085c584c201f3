import { bars } from "../../lib/show/bars.ts";
import { chartOf, svgOf } from "../../lib/show/chart.ts";
import { scatter } from "../../lib/show/scatter.ts";
import { display } from "../../lib/show/display.ts";
import { assert, assertEquals, assertNotEquals } from "../assert.ts";

const spec = (title: string): object => ({
  title,
  data: { values: [{ x: 1, y: 2 }] },
  mark: "point",
  encoding: { x: { field: "x", type: "quantitative" } },
});

Deno.test("chartOf() makes a chart that draws itself and says which version it is", async () => {
  const chart = await chartOf(spec("a"), "text");
  assertEquals(chart[display](), chart);
  assertEquals(chart["text/plain"], "text");
  const written = chart["application/vnd.vegalite.v5+json"] as { background?: string };
  assertEquals(written.background, undefined, "a background would override the notebook's theme");
});

Deno.test("chartOf() draws letters in its picture", async () => {
  // Without a font resvg draws no text at all, and says nothing.
  const [first, second] = await Promise.all([
    chartOf(spec("letters"), ""),
    chartOf(spec("wxyz"), ""),
  ]);
  assertNotEquals(first["image/png"], second["image/png"]);
  assert(first["image/png"].length > 1000);
});

Deno.test("chartOf() draws whatever a label holds", async () => {
  const odd = "\0\u0007\ud800\ufffe</svg>\u2028";
  const chart = await scatter({
    title: odd,
    points: [{ x: 1, y: 2, label: odd, named: true, class: odd }, { x: 2, y: 1, label: odd }],
    x: { name: odd },
    y: { name: odd },
  });
  assertEquals(chart["image/png"].slice(0, 8), "iVBORw0K");
});

Deno.test("svgOf() leaves no more room for a label than it is cut to", async () => {
  const wide = async (label: string) => {
    const chart = await bars({ title: "t", labels: [label, "b"], values: [1, 2], label: "v" });
    const svg = await svgOf(chart["application/vnd.vegalite.v5+json"]);
    return Number(/width="([\d.]+)"/.exec(svg)![1]);
  };
  const [long, longer] = [await wide("x".repeat(200)), await wide("x".repeat(300))];
  assert(long === longer && long < 800, `${long}, ${longer}`);
});
