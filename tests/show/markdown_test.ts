import { heatMap, markdown } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { hostile, views } from "../browser/views.ts";

Deno.test("markdown() writes tables as tables, and pictures by what they show", () => {
  const map = heatMap({
    values: [1, -2, NaN, 0.5],
    rows: { name: "layer", labels: ["0", "1"] },
    columns: { name: "head", labels: ["a", "b"] },
    label: "effect",
  });
  const text = markdown(map);
  assertMatch(text, /^\*\*effect by layer and head\*\*\n\n/);
  assertMatch(text, /\*Picture: .*greatest −2 at layer 0, head b\*/);
  assertMatch(text, /\| layer \| head \| effect \|\n\| :-- \| :-- \| --: \|\n\| 0 \| b \| −2 \|/);
});

Deno.test("markdown() has no markup of a token's, and every line of a table as many cells", () => {
  for (const view of Object.values(views(hostile))) {
    const text = markdown(view);
    if (text.startsWith("```")) continue;
    assert(!/(^|[^\\])[<>]/.test(text), text.slice(0, 400));
    for (const rows of text.split("\n\n").filter((part) => part.startsWith("| "))) {
      const cells = rows.split("\n").map((row) => row.split(/(?<!\\)\|/).length);
      assertEquals(new Set(cells).size, 1);
    }
  }
});
