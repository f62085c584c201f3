import { seenKeys } from "../../lib/run/seen_keys.ts";
import { generate, replace, run } from "../../lib/run/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { idsOf } from "./generation/written.ts";

const row = { start: 2, length: 3 };

Deno.test("seenKeys() gives the prompt's queries the prompt's keys, and each generated one those up to itself", () => {
  const touched = { columns: [2, 4, 5, 6], places: [0, 1, 2, 3] };
  assertEquals(seenKeys(touched, row, 7, { generates: true }), [
    { columns: [2, 4], places: [0, 1], to: 5 },
    { columns: [5], places: [2], to: 6 },
    { columns: [6], places: [3], to: 7 },
  ]);
  // A pass of one generated column, as where keys and values are kept.
  assertEquals(seenKeys({ columns: [6], places: [3] }, row, 7, { generates: true }), [
    { columns: [6], places: [3], to: 7 },
  ]);
  assertEquals(seenKeys(touched, row, 7, { generates: false }), [{ ...touched, to: 7 }]);
});

for (const family of FAMILIES) {
  Deno.test(`${family}: a pattern that is put in for every key never lets the prompt see what was generated`, async () => {
    const model = await fixtureModel(family), at = "blocks.0.attn.pattern";
    const prompts = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 6)], edits = [replace(at, 0.125)];
    const options = { tokens: 4, stopTokens: [], edits, capture: [at, "logits"] };
    using kept = await generate(model, prompts, options);
    using anew = await generate(model, prompts, { ...options, useCache: false });
    assertEquals(idsOf(kept), idsOf(anew));
    near(await anew.cache.get("logits").data(), await kept.cache.get("logits").data(), 1e-4);
    for (const { cache } of [kept, anew]) {
      const pattern = cache.get(at).arraySync() as number[][][][];
      const [first, last] = [pattern[1]![0]![0]!, pattern[1]![0]!.at(-1)!];
      assert(first.every((weight, key) => weight === (key < 11 ? 0.125 : 0)), `${first}`);
      assert(last.every((weight) => weight === 0.125), `${last}`);
    }
    // A search captures from one pass over prompt and text, and must show the same.
    using found = await generate(model, prompts, { ...options, beams: 2 });
    const ids = [...prompts[0]!, ...idsOf(found)[0]!];
    const own = found.cache.get(at).slice([0, 0, 0, 0], [1, 1, 11, ids.length]);
    assert(
      [...own.dataSync()].every((weight, i) => weight === (i % ids.length < 11 ? 0.125 : 0)),
    );
    own.dispose();
    // Where nothing is generated an edit is taken as it is: a query may be made to see later keys.
    using plain = await run(model, prompts[0]!, { edits, capture: [at] });
    assert(plain.cache.get(at).dataSync().every((weight) => weight === 0.125));
  });
}
