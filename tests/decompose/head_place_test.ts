import { allHeads, headPlace, headText } from "../../lib/decompose/head_place.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("headPlace() counts from the end, and says what is no head", async () => {
  const model = await fixtureModel("gpt2");
  assertEquals(headPlace(model, { layer: -1, head: 2 }, "look"), { layer: 1, head: 2 });
  assertEquals(headText({ layer: 1, head: 2 }), "1.2");
  assertEquals(allHeads(model).length, 8);
  assertThrows(
    () => headPlace(model, { layer: 2, head: 0 }, "look"),
    RangeError,
    "Cannot look as the layer must be from -2 to 1: current value is 2",
  );
  assertThrows(
    () => headPlace(model, "1.2" as never, "look"),
    TypeError,
    'Cannot look as a head must be given as { layer, head }: current value is "1.2"',
  );
});
