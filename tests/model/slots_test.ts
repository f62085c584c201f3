import { families } from "../../lib/model/mod.ts";
import { slots } from "../../lib/model/slots.ts";
import { assert, assertEquals } from "../assert.ts";
import { FAMILIES, fixtureModel, readFixture } from "./fixture.ts";

Deno.test("slots() names exactly the tensors that a file of its family holds, with their shapes", async () => {
  for (const name of FAMILIES) {
    const family = families.get(name)!, { architecture } = await fixtureModel(name);
    const { tensors } = await readFixture(name);
    const wanted = new Map(
      [...slots(family, architecture)].map((
        [, { name, shape }],
      ) => [`${family.base}${name}`, shape]),
    );
    for (const [title, { shape }] of tensors) {
      if (title === `${family.unembed}.weight`) continue;
      assertEquals([...wanted.get(title)!], [...shape], title);
      wanted.delete(title);
    }
    assertEquals([...wanted.keys()], [], name);
  }
});

Deno.test("slots() are made one by one, so that a claim of a billion layers costs nothing", async () => {
  const { architecture } = await fixtureModel("gpt2");
  let count = 0;
  for (const [slot] of slots(families.get("gpt2")!, { ...architecture, layers: 2 ** 31 - 1 })) {
    if (++count === 100) {
      assert(slot.startsWith("blocks."));
      break;
    }
  }
  assertEquals(count, 100);
});
