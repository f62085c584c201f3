import { card } from "../../lib/zoo/mod.ts";
import { cards } from "../../lib/zoo/card.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

Deno.test("card() draws what seedling has learnt, as a page and as text, from the same facts", () => {
  const seedling = card("seedling");
  const drawing = seedling[display]();
  for (const { task } of seedling.facts.learnt) {
    assert(drawing["text/plain"].includes(task), task);
  }
  assert(drawing["text/html"].length > drawing["text/plain"].length);
  assertEquals(JSON.parse(JSON.stringify(seedling)).name, "seedling");
});

Deno.test("card() lists the names that there are", () => {
  const error = assertThrows(() => card("seedlin"), RangeError);
  assertEquals(
    error.message,
    'Cannot find a card of "seedlin" as it must be one of seedling',
  );
  assertEquals([...cards.keys()], ["seedling"]);
});
