/**
 * Gradients against central differences, in double precision: at every site, for every family and rule.
 *
 * Shifted copies of a prompt are rows of one batch, so that a site takes one pass.
 *
 * @module
 */

import {
  add,
  crossEntropy,
  type Edit,
  gradients,
  logitDifference,
  logProbability,
  type Metric,
  replace,
  type RuleName,
  run,
} from "../../../lib/run/mod.ts";
import type { Site, Transformer } from "../../../lib/model/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { readNumbers, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FAMILIES, fixtureModel } from "../../model/fixture.ts";

await startBackend("float64");

/** How many single coordinates of a site are shifted, so that a failure names one that is wrong. */
const COORDINATES = 4;
/** Along how many random directions all coordinates of a site are shifted together, so that none is left out. */
const DIRECTIONS = 4;
/** A power of two, so that it is the same number in single precision. */
const STEP = 2 ** -18;
/** A central difference is off by STEP² / 6 times the third derivative, some 2e-12 times it, and by rounding, some 4e-11. */
const TOLERANCE = 1e-7;
const TOKENS = 4;

/** What each rule holds fast, as sites. */
const FROZEN: Readonly<Record<RuleName, RegExp>> = {
  exact: /^$/,
  frozenNorm: /\.scale$/,
  frozenPattern: /attn\.pattern$/,
};

/** A prompt and a metric of a seed. */
function task(seed: number): { prompt: number[]; metric: Metric; stream: RandomStream } {
  const stream = new RandomStream(seed, "central differences");
  const prompt = Array.from({ length: TOKENS }, () => Math.floor(stream.uniform() * 96));
  const metrics = [crossEntropy(), logitDifference(3, 70), logProbability(11, { position: -2 })];
  return { prompt, metric: metrics[seed % metrics.length]!, stream };
}

/** A shift of a site: numbers at some flat places of a prompt's values. */
type Shift = ReadonlyMap<number, number>;

/** How fast a metric changes along shifts of a site. */
async function slopes(
  model: Transformer,
  { prompt, metric }: ReturnType<typeof task>,
  site: Site,
  shifts: readonly Shift[],
  frozen: readonly Edit[],
): Promise<number[]> {
  const rows = 2 * shifts.length, shape = model.shapeOf(site, rows, TOKENS);
  const product = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum * size, 1);
  const all = new Float64Array(product(shape)), batch = model.axesOf(site).indexOf("batch");
  // Heads stand before the batch, so the numbers of a row are in several places.
  const inner = product(shape.slice(batch + 1));
  const set = (row: number, place: number, value: number) => {
    all[(Math.floor(place / inner) * rows + row) * inner + place % inner] = value;
  };
  shifts.forEach((shift, i) => {
    for (const [place, by] of shift) {
      set(2 * i, place, STEP * by);
      set(2 * i + 1, place, -STEP * by);
    }
  });
  // Arrays of doubles keep their digits only as plain numbers.
  const shifted = tf.tensor(Array.from(all), [...shape]);
  const prompts = Array.from({ length: rows }, () => prompt);
  using result = await run(model, prompts, { edits: [...frozen, add(site, shifted)] });
  shifted.dispose();
  const values = result.measure(metric);
  return shifts.map((_, i) => (values[2 * i]! - values[2 * i + 1]!) / (2 * STEP));
}

/** Random shifts of a site, of length 1, where a change reaches: not at scores that the mask hides. */
function shiftsOf(stream: RandomStream, shape: readonly number[], site: Site): Shift[] {
  const size = shape.reduce((product, size) => product * size, 1);
  const places = Array.from({ length: size }, (_, place) => place).filter((place) =>
    !site.endsWith("scores") || place % TOKENS <= Math.floor(place / TOKENS) % TOKENS
  );
  return Array.from({ length: COORDINATES + DIRECTIONS }, (_, i) => {
    if (i < COORDINATES) {
      return new Map([[places[Math.floor(stream.uniform() * places.length)]!, 1]]);
    }
    const along = places.map(() => stream.normal()), length = Math.hypot(...along);
    return new Map(places.map((place, j) => [place, along[j]! / length]));
  });
}

for (const family of FAMILIES) {
  for (const rule of Object.keys(FROZEN) as RuleName[]) {
    Deno.test(`A-27 ${family}, ${rule}: gradients at every site are central differences`, async () => {
      const model = await fixtureModel(family), sites = model.match("*");
      let checked = 0;
      for (const seed of [0, 1, 2]) {
        const work = task(seed), { prompt, metric, stream } = work;
        using found = await gradients(model, prompt, metric, { at: ["*"], rules: rule });
        const frozen = sites.filter((site) => FROZEN[rule].test(site))
          .map((site) => replace(site, found.activations.get(site)));
        for (const site of sites) {
          const gradient = readNumbers(found.get(site)), { shape } = found.get(site);
          const shifts = shiftsOf(stream, shape, site);
          const expected = await slopes(model, work, site, shifts, frozen);
          shifts.forEach((shift, i) => {
            const along = [...shift].reduce((sum, [place, by]) => sum + gradient[place]! * by, 0);
            const slope = expected[i]!;
            assert(
              Math.abs(along - slope) <= TOLERANCE * Math.max(1, Math.abs(slope)),
              `${site} [${
                i < COORDINATES ? [...shift.keys()] : "everywhere"
              }], seed ${seed}: gradient ${along}, slope ${slope}`,
            );
            checked++;
          });
        }
      }
      assertEquals(checked, sites.length * 3 * (COORDINATES + DIRECTIONS));
    });
  }
}
