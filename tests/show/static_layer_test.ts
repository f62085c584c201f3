import { tokenStrip } from "../../lib/show/mod.ts";
import { staticLayer } from "../../lib/show/static_layer.ts";
import { assert, assertEquals } from "../assert.ts";
import { views } from "../browser/views.ts";

Deno.test("staticLayer() finds the text of every drawing, its scripts left out", () => {
  for (const [name, { "text/html": html }] of Object.entries(views())) {
    const text = JSON.stringify(staticLayer(html));
    assert(staticLayer(html)[0]?.kind === "title", name);
    assert(!text.includes("function") && !text.includes("</"), name);
  }
  const [, strip] = staticLayer(
    tokenStrip({
      tokens: [{ text: "a\n" }, { text: "b" }],
      values: [0, 1],
      label: "x",
    })["text/html"],
  );
  assert(strip?.kind === "paragraph" && strip.lines.length === 2);
  assertEquals(strip.lines[1]![0]!.background, "rgb(8,48,107)");
});
