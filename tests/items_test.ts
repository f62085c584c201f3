import { assert, assertEquals } from "./assert.ts";
import { heldItems, wantedItems } from "./items.ts";

Deno.test("every item of finished work has a test of its id", async () => {
  const held = await heldItems(), wanted = wantedItems();
  assert(wanted.length > 50);
  assertEquals(wanted.filter((id) => !held.has(id)), [], "a test was lost");
  assertEquals(
    [...held.keys()].filter((id) => !wanted.includes(id)),
    [],
    "add it to tests/items.json",
  );
});
