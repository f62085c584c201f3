import { compile, parse, View } from "../../lib/show/vega.ts";
import { assertEquals } from "../assert.ts";

Deno.test("vega compiles and draws a specification that says version 5", async () => {
  const { spec } = compile({
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    data: { values: [{ x: 1 }] },
    mark: "bar",
    encoding: { x: { field: "x", type: "quantitative" } },
  });
  const view = new View(parse(spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  assertEquals(svg.startsWith("<svg"), true);
});
