import { display, drawable } from "../../lib/show/display.ts";
import { drawn } from "../../lib/show/drawn.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "../assert.ts";

const page = drawable({ "text/html": "<p>page</p>", "text/plain": "page" });

Deno.test("drawn() gives back the promise, which draws what it brings", async () => {
  const promise = Promise.resolve(page);
  const later = drawn(promise);
  assertStrictEquals(later, promise);
  // The kernel asks with `in`, and awaits what the method returns.
  assert(display in later);
  assertEquals(await later[display](), page);
  assertStrictEquals(await later, page);
});

Deno.test("drawn() passes a refusal on to who draws it", async () => {
  const later = drawn(Promise.reject<typeof page>(new RangeError("no such layer")));
  await assertRejects(() => later[display](), RangeError, "no such layer");
});
