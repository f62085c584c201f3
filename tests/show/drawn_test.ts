import { display, drawable } from "../../lib/show/display.ts";
import { drawn } from "../../lib/show/drawn.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "../assert.ts";

const page = drawable({ "text/html": "<p>page</p>", "text/plain": "page" });

Deno.test("drawn() begins the work in a turn of its own, and draws what it brings", async () => {
  let begun = false;
  const later = drawn(() => {
    begun = true;
    return page;
  });
  // Work between two microtasks of the caller would still be in the caller's turn.
  for (let i = 0; i < 100; i++) await null;
  assert(!begun);
  // The kernel asks with `in`, and awaits what the method returns.
  assert(display in later);
  assertEquals(await later[display](), page);
  assertStrictEquals(await later, page);
});

Deno.test("drawn() passes a refusal on to who draws it", async () => {
  const later = drawn<typeof page>(() => Promise.reject(new RangeError("no such layer")));
  await assertRejects(() => later[display](), RangeError, "no such layer");
});
