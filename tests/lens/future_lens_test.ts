import { futureLens } from "../../lib/lens/mod.ts";
import { generate, nextTokens, ofCache, replace, run } from "../../lib/run/mod.ts";
import { type Transformer, withWeights } from "../../lib/model/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertThrows,
} from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { drawings } from "../run/drawings.ts";
import { KINDS } from "./kinds.ts";

const [PROMPT, CONTEXT] = PROMPTS as [readonly number[], readonly number[]];

/** A model that counts: whatever stands before, token t is followed by t + 1, as W_U reads each embedding one column on. */
async function counting(family: string): Promise<Transformer> {
  const model = await fixtureModel(family), { width, vocabulary, layers } = model.architecture;
  const random = new RandomStream(1, "directions");
  const rows = Array.from(
    { length: vocabulary },
    () => Array.from({ length: width }, () => Math.sign(random.normal())),
  );
  const columns = rows[0]!.map((_, i) =>
    rows.map((_, id) => rows[(id + vocabulary - 1) % vocabulary]![i]!)
  );
  const silent = Object.fromEntries(
    Array.from({ length: layers }, (_, l) =>
      [
        [`blocks.${l}.attn.W_O`, model.layerWeight(l, "W_O")!.shape],
        [`blocks.${l}.attn.b_O`, [width]],
        [`blocks.${l}.mlp.W_out`, model.layerWeight(l, "W_out")!.shape],
        [`blocks.${l}.mlp.b_out`, [width]],
      ] as const).flat().map(([name, shape]) => [name, zeros(shape)]),
  );
  return withWeights(model, {
    W_E: rows,
    W_U: columns,
    W_pos: zeros(model.W_pos!.shape),
    ...silent,
  });
}

// deno-lint-ignore no-explicit-any
function zeros([size, ...inner]: readonly number[]): any {
  return Array.from({ length: size! }, () => inner.length ? zeros(inner) : 0);
}

Deno.test("F-06 states of a model that copies ahead tell the next token at every layer; the text alone tells none", async () => {
  using model = await counting("gpt2");
  const lens = await futureLens(model, PROMPT, { context: CONTEXT, ahead: 3 });
  assertEquals(
    lens.facts.continuations.map((list) => list.map(({ id }) => id)),
    lens.facts.positions.map((position) => [1, 2, 3].map((k) => (PROMPT[position]! + k) % 96)),
  );
  for (const layer of lens.facts.layers) {
    for (const distance of [1, 2, 3]) assertEquals(lens.accuracy(layer, distance), 1);
  }
  // The context's own last token is followed by itself plus one, which none of the prompt's is.
  assertEquals(lens.accuracy(null, 1), 0);
  assertEquals(
    [lens.accuracy(null, 2), lens.accuracy(null, 3)],
    [1, 1],
    "tokens that are given tell the next",
  );
});

for (const family of KINDS) {
  Deno.test(`F-06 ${family}: the last stream tells the next token; all readings are those of single runs`, async () => {
    const model = await fixtureModel(family);
    const lens = await futureLens(model, PROMPT, {
      context: CONTEXT,
      positions: [2, -1],
      ahead: 2,
    });
    assertEquals(lens.accuracy(-1, 1), 1);
    using given = await run(model, PROMPT, { capture: ["blocks.1.resid_pre"] });
    for (const [place, position] of [2, 10].entries()) {
      using own = await generate(model, PROMPT.slice(0, position + 1), {
        tokens: 2,
        stopTokens: [],
      });
      const ids = own.texts[0]!.tokens.map(({ id }) => id);
      assertEquals(lens.facts.continuations[place]!.map(({ id }) => id), ids);
      const edits = [
        replace("blocks.1.resid_pre", ofCache(given.cache, { positions: position }), {
          positions: 10,
        }),
      ];
      for (const [k, at] of [10, 11].entries()) {
        const read = async (edits: Parameters<typeof nextTokens>[2]) =>
          (await nextTokens(model, [...CONTEXT, ids[0]!], { count: 96, position: at, ...edits }))
            .tokens;
        const [patched, plain] = [await read({ edits }), await read({})];
        for (
          const [found, expected] of [[lens.readings[1]![place]![k]!, patched], [
            lens.baseline[place]![k]!,
            plain,
          ]] as const
        ) {
          const { rank, probability } = expected.find(({ id }) => id === ids[k])!;
          assertEquals([found.own.rank, found.likeliest.id], [rank, expected[0]!.id]);
          assertAlmostEquals(found.own.probability, probability, 1e-5);
        }
      }
    }
    assertAlmostEquals(
      lens.surprisal(1, 2),
      -(lens.readings[1]!.reduce((sum, row) => sum + Math.log(row[1]!.own.probability), 0)) / 2,
      1e-9,
    );
  });
}

Deno.test("futureLens() frees what it makes, says what is wrong and draws itself", async () => {
  const model = await fixtureModel("gpt2"), before = heldTensors();
  const how = { context: CONTEXT, positions: -1, ahead: 1 };
  const lens = await futureLens(model, PROMPT, how);
  assertEquals(heldTensors(), before);
  assertThrows(() => lens.accuracy(0, 2), RangeError, "up to 1 ahead");
  const message = async (options: object) =>
    (await assertRejects(() => futureLens(model, PROMPT, { ...how, ...options }))).message;
  assertEquals(
    await message({ ahead: 0 }),
    "Cannot use a future lens as ahead must be a whole number from 1 on: current value is 0",
  );
  assert((await message({ layers: 5 })).includes("must be from -3 to 2"));
  assert((await message({ positions: 20 })).includes("must be from -11 to 10"));
  await assertRejects(() => futureLens(model, PROMPTS, how), RangeError, "there are 2");
  const words = await seedling();
  const { html, plain } = await drawings(futureLens(words, "<img src=x> Mary", { positions: -1 }));
  assert(
    !html.includes("<img src") && plain.includes("no transplant") && plain.includes("+3 surprisal"),
  );
  assertEquals(JSON.parse(JSON.stringify(lens)).baseline.length, 1);
});
