import { Patchscope } from "../../lib/lens/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { drawings } from "../run/drawings.ts";

Deno.test("Patchscope finds a pair of layers, and shows all beside no patch", async () => {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([1, 2]);
  const next = [{ id: 3, token: { text: " Paris", id: 3 }, rank: 1, logit: 2, probability: 0.5 }];
  const found = new Patchscope(
    { model: "m", source: prompt!, position: 1, target: prompt!, positions: [0] },
    [{ source: 0, target: 2, next, text: " Paris is" }],
    { next: [], text: " then" },
  );
  assertEquals(found.at(0, 2).text, " Paris is");
  assertThrows(() => found.at(1, 2), RangeError, "there are 0 into 2");
  const { plain } = await drawings(found);
  for (const part of ["no patch", "·Paris is", "50.0%", "·then"]) {
    assertEquals(plain.includes(part), true, part);
  }
  assertEquals(JSON.parse(JSON.stringify(found)).patches.length, 1);
});
