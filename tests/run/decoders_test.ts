/** Every decoder of the fixtures, and every variant: batches, keys and values that are kept, generation. */

import { generate, run } from "../../lib/run/mod.ts";
import { keysStay, KeyValueCache, loadFolder, type Transformer } from "../../lib/model/mod.ts";
import { readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { DECODERS, fixturePath } from "../model/fixture.ts";
import { forget, joinedAt, type Watched, watched } from "../model/watched_pass.ts";
import { near } from "../near.ts";
import { idsOf } from "./generation/written.ts";
import { ownPart } from "./own_part.ts";

/** Products of matrices of other sizes are summed in another order, which costs a few times 1e-7 of the numbers. */
const TOLERANCE = 1e-5;

const VARIANTS = fixturePath("transformers/variants");
const FOLDERS: readonly (readonly [title: string, path: string])[] = [
  ...DECODERS.map((name) => [name, fixturePath(`families/${name}`)] as const),
  // Variants put the same operations together in other ways; on the backends beside the usual one the families do.
  ...[...Deno.readDirSync(VARIANTS)]
    .filter(({ isDirectory }) => isDirectory && Deno.env.get("INNERWORKS_BACKEND") === undefined)
    .map(({ name }) => [name, `${VARIANTS}/${name}`] as const).sort(),
];

/** Prompts of 12, 3 and 8 tokens, longer and shorter than the windows and contexts of the fixtures. */
const RAGGED = [[7, 30, 2, 19, 19, 5, 33, 11, 38, 4, 21, 8], [9, 35, 3], [
  1,
  28,
  6,
  6,
  39,
  17,
  14,
  2,
]];

/** The numbers of two values, and how far they may be apart: relative to the greatest, for some streams are in the tens. */
function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const greatest = Array.from(expected).filter(Number.isFinite)
    .reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  near(actual, expected, TOLERANCE * greatest, what);
}

async function ragged(model: Transformer): Promise<void> {
  for (const padding of ["left", "right"] as const) {
    using both = await run(model, RAGGED, { capture: ["*"], padding });
    for (const [example, prompt] of RAGGED.entries()) {
      using alone = await run(model, prompt, { capture: ["*"] });
      const window = both.cache.columnsOf(example);
      for (const site of alone.cache.sites) {
        const part = ownPart(both.cache.get(site), model.axesOf(site), example, window);
        close(part, readNumbers(alone.cache.get(site)), `${padding}, example ${example}: ${site}`);
      }
    }
  }
}

/** Passes over parts, with padding on the left, show what one pass shows. */
function inParts(model: Transformer): void {
  const starts = RAGGED.map((prompt) => 12 - prompt.length);
  const ids = RAGGED.map((prompt, row) => [...Array(starts[row]).fill(0), ...prompt]);
  const whole = watched(model, { ids, starts });
  using past = new KeyValueCache();
  const parts: Watched[] = [[0, 5], [5, 11], [11, 12]].map(([from, to]) =>
    watched(model, { ids: ids.map((row) => row.slice(from, to)), starts, past })
  );
  tf.tidy(() => {
    for (const [site, expected] of whole.sites) {
      const found = joinedAt(model, site, parts.map(({ sites }) => sites.get(site)!));
      close(found.dataSync(), expected.dataSync(), site);
    }
  });
  [whole, ...parts].forEach(forget);
}

for (const [title, path] of FOLDERS) {
  Deno.test(`${title}: a batch gives what each prompt gives alone, on either padding side, at every site`, async () => {
    using model = await loadFolder(path);
    await ragged(model);
  });

  Deno.test(`${title}: generation from kept keys and values is that of recomputation, past windows and contexts`, async () => {
    using model = await loadFolder(path);
    const { positions } = model.architecture;
    const prompts = positions < 20 ? [RAGGED[1]!, RAGGED[1]!.slice(1)] : RAGGED;
    const tokens = Math.min(18, positions - Math.max(...prompts.map(({ length }) => length)));
    const write = (useCache: boolean) =>
      generate(model, prompts, { tokens, useCache, stopTokens: [] });
    using kept = await write(true);
    using anew = await write(false);
    assertEquals(idsOf(kept), idsOf(anew));
    kept.texts.forEach((text, row) =>
      text.tokens.forEach(({ logProbability }, i) =>
        near([logProbability], [anew.texts[row]!.tokens[i]!.logProbability], 1e-4)
      )
    );
    if (keysStay(model.architecture, 1, 12)) inParts(model);
  });
}
