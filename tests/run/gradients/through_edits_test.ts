/**
 * Gradients through every kind of edit against central differences, in double precision.
 *
 * @module
 */

import type { Transformer } from "../../../lib/model/mod.ts";
import {
  add,
  apply,
  type Cache,
  crossEntropy,
  type Edit,
  freeze,
  gradients,
  knockout,
  mean,
  meanOver,
  noise,
  ofCache,
  ofRun,
  project,
  replace,
  resample,
  run,
  scale,
  splice,
  swapSubspace,
  zero,
} from "../../../lib/run/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { readNumbers, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FAMILIES, fixtureModel } from "../../model/fixture.ts";

await startBackend("float64");

const PROMPTS = [[72, 70, 81, 3, 62], [62, 32, 15, 29, 95], [3, 90, 7, 7, 41]];
const STEP = 2 ** -16, COORDINATES = 5;

/** A matrix of normal numbers. */
function random(label: string, rows: number, columns: number): tf.Tensor2D {
  const stream = new RandomStream(5, label);
  const values = Float32Array.from({ length: rows * columns }, () => stream.normal());
  return tf.tensor2d(values, [rows, columns]);
}

/** An edit of every kind, by what makes it worth a test. */
async function edits(
  model: Transformer,
  other: Cache,
): Promise<Record<string, (before: Cache) => readonly Edit[]>> {
  const { width, headWidth } = model.architecture, late = "blocks.1.resid_pre";
  const means = await meanOver(model, PROMPTS, { sites: ["blocks.1.attn_out"] });
  const basis = random("basis", 3, width), matrix = random("matrix", width, width);
  const square = matrix.div(Math.sqrt(width)) as tf.Tensor2D;
  const coder = {
    encode: (x: tf.Tensor2D) => x.matMul(square).tanh(),
    decode: (f: tf.Tensor) => (f as tf.Tensor2D).matMul(square, false, true),
  };
  return {
    "zero": () => [zero("blocks.0.attn.z", { heads: 1, positions: [1, 3] })],
    "mean": () => [mean("blocks.1.attn_out", means, { positions: { from: 2 } })],
    "resample, rows of the batch": () => [resample(late, { seed: 2 }, { positions: 2 })],
    "resample, another run": () => [resample(late, other, { positions: [1, 2] })],
    "replace, of a cache": () => [
      replace(late, ofCache(other, { positions: 0 }), { positions: -1 }),
    ],
    "replace, of an earlier site": () => [
      replace(late, ofRun({ at: "blocks.0.attn_out" }), {
        positions: 2,
      }),
    ],
    "replace, of another row": () => [
      replace("blocks.0.attn.z", ofRun({ examples: 0 }), { examples: 1, heads: 0 }),
    ],
    "add, of an earlier site": () => [add(late, ofRun({ at: "embed" }), { scale: 0.7 })],
    "scale": () => [scale("blocks.0.mlp.post", -1.5, { neurons: [1, 4] })],
    "noise": () => [noise("blocks.0.resid_pre", { deviation: 0.1, seed: 4, positions: 1 })],
    "project": () => [project(late, basis)],
    "project, keep": () => [project(late, basis, { mode: "keep", positions: 3 })],
    "swapSubspace": () => [
      swapSubspace(late, basis, ofRun({ at: "embed" }), { positions: { from: 1, to: 4 } }),
    ],
    "knockout": () => [knockout(1, { heads: 0, pairs: [[4, 0], [3, 1]] })],
    // Without a source the unedited run gives the values, and it moves with what is shifted; so a cache it is.
    "freeze": (before) => [freeze("blocks.1.attn.pattern", { source: before })],
    "splice": () => [splice(late, coder, { edits: [scale("features", 2, { features: [0, 5] })] })],
    "splice, with its error": () => [splice(late, coder, { error: true, positions: 1 })],
    "apply": () => [
      apply("blocks.0.attn.q", (part) => part.mul(part.sigmoid()), { positions: [0, -1] }),
      apply("blocks.1.attn.v", (part) => part.add(part.square()).div(headWidth)),
    ],
  };
}

for (const family of FAMILIES) {
  Deno.test(`A-27 ${family}: gradients run through every kind of edit`, async () => {
    const model = await fixtureModel(family), { width } = model.architecture;
    using source = await run(model, PROMPTS.toReversed(), { capture: ["blocks.1.resid_pre"] });
    using before = await run(model, PROMPTS, { capture: ["attn.pattern"] });
    const kinds = await edits(model, source.cache);
    for (const [name, make] of Object.entries(kinds)) {
      const list = make(before.cache), stream = new RandomStream(1, name);
      using found = await gradients(model, PROMPTS, crossEntropy(), { edits: list });
      const gradient = readNumbers(found.get("embed"));
      assert(gradient.some((value) => value !== 0), name);
      for (let i = 0; i < COORDINATES; i++) {
        const place = Math.floor(stream.uniform() * gradient.length);
        const sums: number[] = [];
        for (const step of [STEP, -STEP]) {
          const buffer = tf.buffer([PROMPTS.length, PROMPTS[0]!.length, width]);
          const [row, rest] = [Math.floor(place / (5 * width)), place % (5 * width)];
          buffer.set(step, row, Math.floor(rest / width), rest % width);
          const shift = buffer.toTensor();
          using shifted = await run(model, PROMPTS, { edits: [add("embed", shift), ...list] });
          // Rows may take from each other, and the gradient is that of the sum over all.
          sums.push(shifted.measure(crossEntropy()).reduce((sum, value) => sum + value, 0));
          shift.dispose();
        }
        const slope = (sums[0]! - sums[1]!) / (2 * STEP);
        const gap = Math.abs(slope - gradient[place]!);
        assert(gap <= 1e-7 * Math.max(1, Math.abs(slope)), `${name}: ${gradient[place]}, ${slope}`);
      }
    }
    assertEquals(Object.keys(kinds).length, 18);
  });
}
