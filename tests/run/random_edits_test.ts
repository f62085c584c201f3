/** Laws that any list of edits keeps, held on random ones: how a run is cut into passes and padded changes no number. */

import { type Edit, generate, type Generation, meanOver, run } from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { idsOf } from "./generation/written.ts";
import { randomEdit, type RandomEditsOf } from "./random_edits.ts";

const RAGGED = [PROMPTS[0]!.slice(0, 5), PROMPTS[1]!.slice(0, 3)];
const LISTS = 60;

async function ingredients(family: typeof FAMILIES[number]): Promise<RandomEditsOf> {
  const model = await fixtureModel(family);
  const { cache } = await run(model, RAGGED.map((ids) => ids.toReversed()), { capture: ["*"] });
  const sites = model.match("*").filter((site) => !model.axesOf(site).includes("key"));
  const means = await meanOver(model, PROMPTS.map((ids) => [...ids]), { sites });
  return { model, lengths: RAGGED.map(({ length }) => length), cache, means };
}

/** Lists of one or two edits, the same for the same label. */
function* lists(of: RandomEditsOf, label: string): Generator<readonly Edit[]> {
  const random = new RandomStream(21, label);
  for (let i = 0; i < LISTS; i++) {
    yield Array.from({ length: 1 + random.integer(2) }, () => randomEdit(random, of));
  }
}

/** What an edit says, its tensors aside. */
const told = (edits: readonly Edit[]): string =>
  JSON.stringify(edits, (name, value) => ["source", "value", "basis"].includes(name) ? "…" : value);

/** A few digits of single precision, where edits make numbers great. */
function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const greatest = Array.from(expected).filter(Number.isFinite)
    .reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  near(actual, expected, 1e-5 * greatest + 9e-5, what);
}

for (const family of FAMILIES) {
  Deno.test(`${family}: random edits write the same with keys and values kept as with all computed anew`, async () => {
    const of = await ingredients(family), { model } = of;
    let written = 0;
    for (const edits of lists(of, `generation of ${family}`)) {
      const write = async (useCache: boolean): Promise<Generation | string> => {
        const options = { tokens: 4, edits, useCache, stopTokens: [], capture: ["logits"] };
        // Such as a value for every column from a run that has not as many.
        return await generate(model, RAGGED, options).catch((error: Error) => error.message);
      };
      const [kept, anew] = [await write(true), await write(false)];
      if (typeof kept === "string" || typeof anew === "string") {
        assertEquals(kept, anew, told(edits));
        continue;
      }
      assertEquals(idsOf(kept), idsOf(anew), told(edits));
      close(
        await anew.cache.get("logits").data(),
        await kept.cache.get("logits").data(),
        told(edits),
      );
      for (const one of [kept, anew]) one.dispose();
      written++;
    }
    of.cache.dispose();
    assert(written > 0.8 * LISTS, `${written} of ${LISTS}`);
  });

  Deno.test(`${family}: random edits give the same logits whichever side is padded`, async () => {
    const of = await ingredients(family), { model } = of, { vocabulary } = model.architecture;
    for (const edits of lists(of, `padding of ${family}`)) {
      using left = await run(model, RAGGED, { edits, padding: "left" });
      using right = await run(model, RAGGED, { edits });
      for (const [row, { length }] of RAGGED.entries()) {
        const own = (logits: typeof left.logits, from: number) => {
          const part = logits.slice([row, from, 0], [1, length, vocabulary]);
          const values = part.dataSync().slice();
          part.dispose();
          return values;
        };
        close(own(left.logits, 5 - length), own(right.logits, 0), told(edits));
      }
    }
    of.cache.dispose();
  });
}
