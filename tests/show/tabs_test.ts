import { display, tabs } from "../../lib/show/mod.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("tabs() opens the first of elements that close each other, names escaped, and no others'", async () => {
  const drawn = async () => (await tabs({ "<a>": "x", b: 2 })[display]())["text/html"];
  const [one, two] = [await drawn(), await drawn()];
  const names = one.match(/<details name="[^"]+"( open)?>/g)!;
  assertEquals(names.map((name) => name.includes(" open")), [true, false]);
  assert(one.includes("&lt;a&gt;") && !two.startsWith(names[0]!));
  const { "text/plain": text } = await tabs({ a: "x", b: 2 })[display]();
  assertEquals(text, "a\nx\n\nb\n2");
});
