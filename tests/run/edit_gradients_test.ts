/** An edit is part of the gradient graph: gradients by its own tensors are central differences, in double precision. */

import {
  add,
  type Edit,
  freeze,
  gradients,
  knockout,
  logitDifference,
  ofCache,
  ofRun,
  project,
  replace,
  run,
  scale,
  splice,
  swapSubspace,
} from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

await startBackend("float64");

const metric = logitDifference(3, 8), SITE = "blocks.0.resid_post";
/** Powers of two, so that numbers and their shifted copies are the same in single precision. */
const STEP = 2 ** -16, GRAIN = 2 ** -6;
const RAGGED = [PROMPTS[0]!.slice(0, 5), PROMPTS[1]!.slice(0, 3)];

type Case = readonly [shape: number[], edits: (x: tf.Tensor) => readonly Edit[]];

const row = (label: string) => [...new RandomStream(2, label).normals(32)];

/** Edits with a tensor of the caller's. */
const CASES: Readonly<Record<string, Case>> = {
  add: [[32], (x) => [add(SITE, x, { scale: 0.5, positions: [-1, 0] })]],
  "replace, a row for each position": [[2, 32], (x) => [replace(SITE, x, { positions: [1, -1] })]],
  "replace in one head": [[8], (x) => [replace("blocks.*.attn.z", x, { heads: [2] })]],
  "replace, then scale and knock out": [
    [32],
    (x) => [
      replace("blocks.0.attn_out", x, { examples: 1 }),
      scale(SITE, 2, { positions: -1 }),
      knockout(1, { positions: -1, keys: 0 }),
      knockout("blocks.1.attn.pattern", { positions: 1, keys: 0, heads: 1 }),
    ],
  ],
  "add to scores": [[1], (x) => [add("blocks.0.attn.scores", x, { keys: [0], heads: 1 })]],
  "a basis that is removed": [[2, 32], (x) => [project(SITE, x)]],
  "a basis that is kept": [[3, 32], (x) => [project(SITE, x, { mode: "keep", positions: -1 })]],
  "a basis within which another row's stream is put": [
    [2, 32],
    (x) => [swapSubspace(SITE, x, ofRun({ examples: [1, 0] }), { positions: -1 })],
  ],
  "what is put within a subspace": [[32], (x) => [swapSubspace(SITE, row("basis"), x)]],
  "an earlier site, itself edited": [
    [32],
    (x) => [
      add("blocks.0.attn_out", x),
      add("blocks.1.resid_pre", ofRun({ at: "blocks.0.attn_out", positions: 0 }), {
        positions: -1,
      }),
    ],
  ],
  "a coder": [
    [32, 4],
    (x) => [
      splice(SITE, {
        encode: (own) => own.matMul(x as tf.Tensor2D).square(),
        decode: (f) => f.matMul((x as tf.Tensor2D).transpose()),
      }, { edits: [scale("features", 2, { features: 1 })], error: true }),
    ],
  ],
  "past what is frozen": [
    [32],
    (x) => [add("embed", x), freeze("blocks.*.attn.pattern"), freeze("blocks.*.ln2.scale")],
  ],
};

async function total(edits: readonly Edit[]): Promise<number> {
  using result = await run(await fixtureModel("gpt2"), RAGGED, { edits });
  return result.measure(metric).reduce((sum, value) => sum + value, 0);
}

for (const [name, [shape, edits]] of Object.entries(CASES)) {
  Deno.test(`A-27 gradients by the tensor of an edit are central differences: ${name}`, async () => {
    const model = await fixtureModel("gpt2"), random = new RandomStream(5, name);
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Array.from(
      { length: size },
      () => GRAIN * Math.round(random.normal() / 2 / GRAIN),
    );
    const x = tf.tensor(values, shape);
    using found = await gradients(model, RAGGED, metric, { tensors: [x], edits: edits(x) });
    const gradient = readNumbers(found.tensors[0]!);
    assert(gradient.some((slope) => Math.abs(slope) > 1e-4), "it is not all zero");
    for (let i = 0; i < Math.min(6, size); i++) {
      const place = random.integer(size);
      const moved = async (step: number) => {
        const tensor = tf.tensor(values.with(place, values[place]! + step), shape);
        return await total(edits(tensor));
      };
      const slope = (await moved(STEP) - await moved(-STEP)) / (2 * STEP);
      const gap = Math.abs(slope - gradient[place]!);
      // Third derivatives times the square of the step, and doubles over twice the step.
      assert(gap < 1e-7 * Math.max(1, Math.abs(slope)), `${place}: ${gradient[place]}, ${slope}`);
    }
    x.dispose();
  });
}

Deno.test("A-27 what another run held is a constant to the gradient of this one", async () => {
  const model = await fixtureModel("gpt2");
  using other = await run(model, RAGGED.map((ids) => ids.toReversed()), { capture: [SITE] });
  const edits = [replace(SITE, ofCache(other.cache))];
  using found = await gradients(model, RAGGED, metric, { at: ["embed"], edits });
  const gradient = readNumbers(found.get("embed"));
  // Everything that comes of the embeddings is replaced.
  assert(gradient.every((slope) => slope === 0 || Number.isNaN(slope)));
  assert(gradient.includes(0));
});
