import { display, sideBySide, table } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

Deno.test("sideBySide() draws all in order, each in a cell of its own", async () => {
  const one = table({ title: "One", columns: [], rows: [] });
  const drawing = await sideBySide([one, "<b>"], { columns: 3 })[display]();
  assertEquals(drawing["text/plain"], "One\n\n<b>");
  assertEquals(drawing["text/html"].match(/flex:1 1 calc\(33\.3/g)?.length, 2);
  assert(drawing["text/html"].includes("&lt;b&gt;"));
  assertThrows(() => sideBySide([], { columns: 0 }), RangeError);
});
