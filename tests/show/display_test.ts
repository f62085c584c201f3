import { display, drawable, inspect, isDisplayable } from "../../lib/show/display.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("display is the symbol that the Deno kernel asks for", () => {
  assertEquals(display, Symbol.for("Jupyter.display") as unknown as typeof display);
  assertEquals(inspect, Symbol.for("Deno.customInspect") as unknown as typeof inspect);
});

Deno.test("drawable() draws itself, prints its text and stays two strings as JSON", () => {
  const bundle = drawable({ "text/html": "<p>", "text/plain": "plain" });
  assertEquals(bundle[display](), bundle);
  assertEquals(Deno.inspect(bundle), "plain");
  assertEquals(JSON.stringify(bundle), '{"text/html":"<p>","text/plain":"plain"}');
});

Deno.test("isDisplayable() knows what draws itself", () => {
  assert(isDisplayable(drawable({ "text/html": "", "text/plain": "" })));
  for (const value of [null, undefined, 1, "text", {}, { [display]: 1 }]) {
    assert(!isDisplayable(value));
  }
});
