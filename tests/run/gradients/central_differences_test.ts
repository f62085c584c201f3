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

/** How many coordinates of a site are shifted. */
const COORDINATES = 32;
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

/** The differences of a metric for shifts of some coordinates of a site. */
async function differences(
  model: Transformer,
  { prompt, metric }: ReturnType<typeof task>,
  site: Site,
  coordinates: readonly (readonly number[])[],
  frozen: readonly Edit[],
): Promise<number[]> {
  const rows = 2 * coordinates.length, axes = model.axesOf(site), batch = axes.indexOf("batch");
  const shape = model.shapeOf(site, rows, TOKENS);
  const buffer = tf.buffer(shape, "float32");
  coordinates.forEach((coordinate, i) => {
    for (const side of [0, 1]) {
      const place = [...coordinate];
      place[batch] = 2 * i + side;
      buffer.set(side === 0 ? STEP : -STEP, ...place);
    }
  });
  const shift = buffer.toTensor();
  const prompts = Array.from({ length: rows }, () => prompt);
  using result = await run(model, prompts, { edits: [...frozen, add(site, shift)] });
  shift.dispose();
  const values = result.measure(metric);
  return coordinates.map((_, i) => (values[2 * i]! - values[2 * i + 1]!) / (2 * STEP));
}

/** Random places of a site that a change reaches: not those of scores that the mask hides. */
function places(stream: RandomStream, shape: readonly number[], site: Site): number[][] {
  const all: number[][] = [];
  while (all.length < COORDINATES) {
    const place = shape.map((size) => Math.floor(stream.uniform() * size));
    if (site.endsWith("scores") && place[3]! > place[2]!) continue;
    all.push(place);
  }
  return all;
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
          const coordinates = places(stream, shape, site);
          const slopes = await differences(model, work, site, coordinates, frozen);
          coordinates.forEach((coordinate, i) => {
            const flat = coordinate.reduce((at, index, axis) => at * shape[axis]! + index, 0);
            const gap = Math.abs(gradient[flat]! - slopes[i]!);
            assert(
              gap <= TOLERANCE * Math.max(1, Math.abs(slopes[i]!)),
              `${site} [${coordinate}], seed ${seed}: gradient ${gradient[flat]}, slope ${
                slopes[i]
              }`,
            );
            checked++;
          });
        }
      }
      assertEquals(checked, sites.length * 3 * COORDINATES);
    });
  }
}
