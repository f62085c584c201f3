import { logitLens, vocabularyClasses } from "../../lib/lens/mod.ts";
import { scale } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { drawings } from "../run/drawings.ts";
import { KINDS } from "./kinds.ts";

const EACH = Object.fromEntries(Array.from({ length: 96 }, (_, id) => [`token ${id}`, id]));

for (const family of KINDS) {
  Deno.test(`F-17 ${family}: with every token a class of its own, choices are the logit lens's likeliest tokens`, async () => {
    const model = await fixtureModel(family);
    const prompts = PROMPTS.map((prompt, i) => ({ prompt, label: `token ${i}` }));
    for (const norm of ["own", "frozen"] as const) {
      const found = await vocabularyClasses(model, prompts, { classes: EACH, position: 4, norm });
      for (const [i, prompt] of PROMPTS.entries()) {
        const lens = await logitLens(model, prompt, { positions: 4, norm });
        assertEquals(
          found.choices.map((row) => row[i]),
          lens.readings.map(([reading]) => reading!.top[0]!.id),
        );
      }
    }
  });
}

Deno.test("F-17 classes of several tokens have their greatest logit, or the sum of their probabilities", async () => {
  const model = await fixtureModel("llama"), prompt = PROMPTS[0]!;
  const lens = await logitLens(model, prompt, {
    positions: -1,
    track: Array.from({ length: 96 }, (_, id) => id),
  });
  const classes = { few: [3, 4], many: Array.from({ length: 60 }, (_, i) => 10 + i), one: 90 };
  for (const score of ["greatest", "sum"] as const) {
    const { choices } = await vocabularyClasses(model, [{ prompt, label: "few" }], {
      classes,
      score,
    });
    lens.readings.forEach(([reading], layer) => {
      const of = (ids: number | number[]) => [ids].flat().map((id) => reading!.tracked[id]!);
      const scores = Object.values(classes).map((ids) =>
        score === "sum"
          ? of(ids).reduce((sum, { probability }) => sum + probability, 0)
          : Math.max(...of(ids).map(({ logit }) => logit))
      );
      assertEquals(choices[layer], [scores.indexOf(Math.max(...scores))]);
    });
  }
});

Deno.test("F-17 seedling's last stream knows capitals, its first does not; chance is the commonest class", async () => {
  const model = await seedling();
  const capitals = { France: "Paris", Poland: "Warsaw", Italy: "Rome", Japan: "Tokyo" };
  const prompts = Object.entries(capitals).map(([country, label]) => ({
    prompt: `The capital of ${country} is`,
    label,
  }));
  const classes = Object.fromEntries(Object.values(capitals).map((city) => [city, ` ${city}`]));
  const found = await vocabularyClasses(model, prompts, { classes }), before = heldTensors();
  await vocabularyClasses(model, prompts, { classes });
  assertEquals(heldTensors(), before);
  assertEquals(
    [found.accuracy(-1), found.accuracy(0), found.baseline],
    [1, 0.25, 0.25],
    "the embedding of the last word is the same for all",
  );
  assertEquals(found.confusion(4), [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]);
  const same = await vocabularyClasses(model, prompts, { classes, variants: true, layers: [4, 1] });
  assertEquals(same.accuracy(4), 1);
  assert(
    Object.values(same.facts.classes).every(([id], i) =>
      id === model.toSingleToken(` ${Object.values(capitals)[i]}`)
    ),
  );
  const silent = await vocabularyClasses(model, prompts, {
    classes,
    edits: [scale("blocks.*.attn_out", 0)],
  });
  assertEquals(silent.accuracy(-1), 0.25);
  const { plain } = await drawings(found);
  assert(plain.includes("always the commonest") && plain.includes("25.0%"));
  assertEquals(JSON.parse(JSON.stringify(found)).labels, [0, 1, 2, 3]);
});

Deno.test("vocabularyClasses() says what is wrong", async () => {
  const model = await fixtureModel("gpt2"), prompts = [{ prompt: PROMPTS[0]!, label: "a" }];
  const message = async (options: object, given: unknown = prompts) =>
    (await assertRejects(() =>
      vocabularyClasses(model, given as typeof prompts, { classes: { a: 1, b: 2 }, ...options })
    )).message;
  assertEquals(
    await message({}, []),
    "Cannot probe by vocabulary classes as there must be a list of prompts: there is none",
  );
  assertEquals(
    await message({}, [{ prompt: [1], label: "c" }]),
    'Cannot probe by vocabulary classes as a label must be among a, b: that of prompt 0 is "c"',
  );
  assertEquals(
    await message({ classes: { a: [1, 2], b: [2] } }),
    "Cannot probe by vocabulary classes as no token may stand in two classes: token 2 is in a and b",
  );
  assertEquals(
    await message({ classes: { a: 1, b: [] } }),
    "Cannot probe by vocabulary classes as a class must have a token: b has none",
  );
  assert((await message({ classes: { a: 1 } })).includes("two or more"));
  assert((await message({ layers: 9 })).includes("must be from -3 to 2"));
  assert((await message({ score: "mean" })).includes("greatest, sum"));
});
