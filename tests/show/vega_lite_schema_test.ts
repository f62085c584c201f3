import { bars, type Chart, histogram, lines, scatter, waterfall } from "../../lib/show/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { mistakeIn } from "./vega_lite_schema.ts";

const title = "A chart", label = "size", axis = { name: "size" };

Deno.test("every chart is Vega-Lite 5 to its schema, which notebooks hold it to", async () => {
  const parts = [{ label: "a", value: 1, interval: [0, 2] as const }, { label: "b", value: -2 }];
  const points = [{ x: 1, y: 2, label: "a", named: true, class: "one" }, { x: 3, y: NaN }];
  const series = [{ name: "a", y: [1, 2], low: [0, 1], high: [2, 3] }, { name: "b", y: [2, 1] }];
  const charts: Record<string, Promise<Chart>> = {
    bars: bars({ title, labels: ["a", "b"], values: [1, NaN], label, baseline: 0.5 }),
    histogram: histogram({ title, values: [1, 2, 2, 3], x: axis, label, countScale: "log" }),
    lines: lines({ title, x: axis, y: { ...axis, scale: "log" }, series }),
    scatter: scatter({ title, x: axis, y: axis, points, equal: true }),
    waterfall: waterfall({ title, label, parts, total: -1 }),
  };
  for (const [name, chart] of Object.entries(charts)) {
    const specification = (await chart)["application/vnd.vegalite.v5+json"];
    assertEquals(mistakeIn(JSON.parse(JSON.stringify(specification))), null, name);
  }
  assert(mistakeIn({ mark: "bars", encoding: {} }) !== null, "the schema refuses what is none");
});
