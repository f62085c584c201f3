import { svdReading } from "../../lib/lens/mod.ts";
import { display, inspect } from "../../lib/show/mod.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("SvdReading draws both signs of each direction and says what chance reaches", async () => {
  const model = await fixtureModel("llama"), options = { directions: 3, count: 2, seed: 9 };
  const found = await svdReading(model, "OV", options);
  const text = found[display]()["text/plain"];
  for (const part of ["reads, +", "writes, −", "right vectors through W_U, random ones reach"]) {
    assertStringIncludes(text, part);
  }
  assertStringIncludes(found[inspect](), "left vectors through W_E");
  assertEquals(found.of({ layer: 1, head: 2 }).directions.length, 3);
  const plain = JSON.parse(JSON.stringify(found));
  assertEquals(plain.entries[0].values.length, 8);
  assertThrows(
    () => found.of({ layer: 2, head: 0 }),
    RangeError,
    'Cannot find OV of {"layer":2,"head":0} as it must be among those read: 0.0, 0.1, 0.2, 0.3, 1.0, 1.1, 1.2, 1.3',
  );
});
