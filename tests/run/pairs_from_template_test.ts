import { pairsFromTemplate } from "../../lib/run/mod.ts";
import type { PairsFromTemplateOptions } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { seedling } from "../model/fixture.ts";

const NAMES = ["Mary", "John", "Emma", "Peter", "Anna"];
const TEMPLATE = "When {A:IO} and {B:S1} went to the {place}, {B:S2} gave a key to";
const OPTIONS: PairsFromTemplateOptions = {
  slots: { A: NAMES, B: NAMES, place: ["store", "park"] },
  corrupt: { S2: { slot: "A" } },
  answer: " {A}",
  wrong: " {B}",
  count: 10,
  seed: 0,
};

Deno.test("pairsFromTemplate() makes different pairs whose spans stand in the same positions", async () => {
  const pairs = await pairsFromTemplate(await seedling(), TEMPLATE, OPTIONS);
  assertEquals([pairs.size, pairs.facts.passedOver, pairs.facts.title], [10, 0, TEMPLATE]);
  assertEquals(new Set(pairs.pairs.map(({ clean }) => clean.text)).size, 10);
  assert(pairs.equalLengths);
  for (const { spans, differences } of pairs) {
    assertEquals(spans, { A: [2], IO: [2], B: [4, 10], S1: [4], S2: [10], place: [8] });
    assertEquals(differences.map(({ position }) => position), [10]);
  }
  const again = await pairsFromTemplate(await seedling(), TEMPLATE, OPTIONS);
  assertEquals(JSON.stringify(again), JSON.stringify(pairs));
});

Deno.test("every pair that a template has can be made, and no more", async () => {
  const model = await seedling();
  const all = await pairsFromTemplate(model, TEMPLATE, { ...OPTIONS, count: 40 });
  assertEquals(new Set(all.pairs.map(({ clean }) => clean.text)).size, 5 * 4 * 2);
  await assertRejects(
    () => pairsFromTemplate(model, TEMPLATE, { ...OPTIONS, count: 41 }),
    RangeError,
    `Cannot make 41 pairs (${TEMPLATE}) as so many different candidates must fit seedling: 40 do`,
  );
});

Deno.test("pairsFromTemplate() refuses fillers of different token counts", async () => {
  const model = await seedling();
  const slots = { ...OPTIONS.slots, A: [...NAMES, "Tiger Woods", "Emma"] };
  await assertRejects(
    () => pairsFromTemplate(model, TEMPLATE, { ...OPTIONS, slots }),
    RangeError,
    `Cannot fill ${
      JSON.stringify(TEMPLATE)
    } as all fillers of "A" must have as many tokens as "Mary": 1 of 7 have not, such as "Tiger Woods"`,
  );
  await assertRejects(
    () => pairsFromTemplate(model, TEMPLATE, { ...OPTIONS, seeds: 1 } as never),
    TypeError,
    'perhaps "seed" is meant',
  );
});
