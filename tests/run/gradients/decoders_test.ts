/**
 * Gradients of decoders of every mechanism against central differences, in double precision, at every site.
 */

import { add, crossEntropy, gradients, replace, type RuleName, run } from "../../../lib/run/mod.ts";
import { loadFolder, type Site, type Transformer } from "../../../lib/model/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { readNumbers, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assert } from "../../assert.ts";
import { fixturePath } from "../../model/fixture.ts";

await startBackend("float64");

/** How many coordinates of a site are shifted; the three oldest families have more in a test of their own. */
const COORDINATES = 6;
/** A power of two, so that it is the same number in single precision. */
const STEP = 2 ** -16;
/** A central difference is off by STEP² / 6 times the third derivative, some 4e-11 times it, and by rounding, some 1e-11. */
const TOLERANCE = 1e-7;
const PROMPT = [3, 30, 17, 8, 9, 22];

/** Places of a site that a change reaches. */
function places(stream: RandomStream, value: tf.Tensor, site: Site): number[][] {
  const { shape } = value, numbers = readNumbers(value), all: number[][] = [];
  while (all.length < COORDINATES) {
    const place = shape.map((size) => Math.floor(stream.uniform() * size));
    const at = numbers[place.reduce((at, index, axis) => at * shape[axis]! + index, 0)]!;
    // Masked scores are −∞; where no token uses an expert, its neurons are NaN.
    if (Number.isFinite(at) || !numbers.some(Number.isFinite)) all.push(place);
    else if (!/scores|experts/.test(site)) throw new Error(`${site} holds ${at}`);
  }
  return all;
}

async function check(model: Transformer, rule: RuleName): Promise<void> {
  // The choice of experts is no number that could be shifted a little.
  const sites = model.match("*").filter((site) => !site.endsWith("moe.indices"));
  const stream = new RandomStream(3, model.architecture.family);
  using found = await gradients(model, PROMPT, crossEntropy(), { at: sites, rules: rule });
  const frozen = rule === "exact" ? [] : sites.filter((site) => site.endsWith(".scale"))
    .map((site) => replace(site, found.activations.get(site)));
  for (const site of sites) {
    const gradient = readNumbers(found.get(site)), { shape } = found.get(site);
    const batch = model.axesOf(site).indexOf("batch"), rows = 2 * COORDINATES;
    const coordinates = places(stream, found.activations.get(site), site);
    const buffer = tf.buffer(model.shapeOf(site, rows, PROMPT.length), "float32");
    coordinates.forEach((coordinate, i) => {
      for (const side of [0, 1]) {
        const place = coordinate.with(batch, 2 * i + side);
        buffer.set(side === 0 ? STEP : -STEP, ...place);
      }
    });
    const shift = buffer.toTensor();
    using shifted = await run(model, Array(rows).fill(PROMPT), {
      edits: [...frozen, add(site, shift)],
    });
    shift.dispose();
    const values = shifted.measure(crossEntropy());
    coordinates.forEach((coordinate, i) => {
      const slope = (values[2 * i]! - values[2 * i + 1]!) / (2 * STEP);
      const flat = coordinate.reduce((at, index, axis) => at * shape[axis]! + index, 0);
      const gap = Math.abs(gradient[flat]! - slope);
      assert(
        gap <= TOLERANCE * Math.max(1, Math.abs(slope)),
        `${site} [${coordinate}]: gradient ${gradient[flat]}, slope ${slope}`,
      );
    });
  }
}

/** One family, or one variant of a family, for each mechanism. */
const FIXTURES = [
  ...["bloom", "falcon", "gemma2", "gemma3", "gpt_oss", "gptj", "granite", "mixtral", "olmo2"]
    .map((name) => `families/${name}`),
  ...[
    "cohere-norms-biases",
    "llama-yarn-factors",
    "olmo-clipped-biases",
    "opt-after-projected",
    "stablelm-parallel-normed",
  ].map((name) => `transformers/variants/${name}`),
];

for (const path of FIXTURES) {
  Deno.test(`A-27 ${path}: gradients at every site are central differences`, async () => {
    using model = await loadFolder(fixturePath(path));
    await check(model, "exact");
  });
}

for (const family of ["bloom", "gemma2", "gpt_oss"]) {
  Deno.test(`A-04 ${family}: gradients under frozen norms are central differences of the frozen function`, async () => {
    using model = await loadFolder(fixturePath(`families/${family}`));
    await check(model, "frozenNorm");
  });
}
