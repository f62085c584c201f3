import { ReadOutSteering } from "../../lib/lens/mod.ts";
import { add } from "../../lib/run/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";
import { drawings } from "../run/drawings.ts";

Deno.test("ReadOutSteering shows what was measured beside what was predicted", async () => {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([1, 2]);
  const facts = {
    model: "m",
    prompt: prompt!,
    position: 1,
    site: "blocks.0.resid_pre",
    coefficient: 2,
    raise: { id: 3, token: { text: " x", id: 3 } },
    lower: null,
  } as const;
  const found = new ReadOutSteering(facts, add("blocks.0.resid_pre", [1]), {
    before: 5,
    direct: 1.5,
    throughout: 1.25,
    measured: 1,
  });
  const { plain } = await drawings(found);
  for (const part of ["Logit x", "1.50", "1.25", "moved by 2"]) {
    assertEquals(plain.includes(part), true, part);
  }
});
