/**
 * How tests hold edits against a float64 forward with the same change, and cell by cell at their own site.
 *
 * @module
 */

import { type Edit, run, type RunOptions } from "../../lib/run/mod.ts";
import type { Site, Transformer } from "../../lib/model/mod.ts";
import { assert } from "../assert.ts";
import { near } from "../near.ts";
import { fixtureModel, type FixtureName, PROMPTS, readFixture } from "../model/fixture.ts";
import { type Change, referenceForward } from "../model/reference_forward.ts";

/** The tokens of each prompt. */
export const LENGTH = PROMPTS[0]!.length;

/** The flat indices of the cells that some indices of each axis select. */
export function cells(
  shape: readonly number[],
  indices: readonly (readonly number[] | null)[],
): number[] {
  let found = [0];
  shape.forEach((size, axis) => {
    const list = indices[axis] ?? Array.from({ length: size }, (_, i) => i);
    found = found.flatMap((cell) => list.map((index) => cell * size + index));
  });
  return found;
}

/** What an edit selects, worked out by hand for the shapes of the fixtures. */
export interface Expected {
  readonly site: Site;
  readonly indices: readonly (readonly number[] | null)[];
  readonly change: (value: number, place: number) => number;
}

/** Runs with edits, and holds every site against the reference with the changes that are expected. */
export async function check(
  family: FixtureName,
  edits: readonly Edit[],
  expected: readonly Expected[],
): Promise<void> {
  const model = await fixtureModel(family);
  const change: Change = (site, values) => {
    for (const { site: own, indices, change } of expected) {
      if (own !== site) continue;
      // A head's own copy of a norm comes as often as there are heads, always of the stream's shape.
      cells(model.shapeOf(own, 2, LENGTH), indices)
        .forEach((cell, place) => values[cell] = change(values[cell]!, place));
    }
  };
  const reference = referenceForward(await readFixture(family), PROMPTS, change);
  using result = await run(model, PROMPTS, { edits, capture: ["*"] });
  for (const [site, values] of reference) {
    near(result.cache.get(site).dataSync(), values, 1e-4, `${family} ${site}`);
  }
  near(result.logits.dataSync(), reference.get("logits")!, 1e-4, `${family} logits`);
  await checkCells(model, edits, expected);
}

/** Holds that nothing but the expected cells of the edited sites has changed, to the bit. */
async function checkCells(
  model: Transformer,
  edits: readonly Edit[],
  expected: readonly Expected[],
): Promise<void> {
  const first = expected[0]!;
  if (expected.some(({ site }) => site !== first.site)) return;
  const options: RunOptions = { capture: [first.site] };
  using plain = await run(model, PROMPTS, options);
  using edited = await run(model, PROMPTS, { ...options, edits });
  const before = plain.cache.get(first.site), after = edited.cache.get(first.site).dataSync();
  const touched = new Set(expected.flatMap(({ indices }) => cells(before.shape, indices)));
  before.dataSync().forEach((value, cell) => {
    if (!touched.has(cell)) {
      assert(Object.is(value, after[cell]), `${first.site} cell ${cell} was changed`);
    }
  });
}
