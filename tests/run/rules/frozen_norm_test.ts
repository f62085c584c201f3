import { gradients, logit, run } from "../../../lib/run/mod.ts";
import { frozenNorm } from "../../../lib/run/rules/mod.ts";
import { exactMechanisms } from "../../../lib/model/mod.ts";
import { readNumbers, tf } from "../../../lib/tensor/mod.ts";
import { assert } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS, randomTensor } from "../../model/fixture.ts";
import { near } from "../../near.ts";

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

Deno.test("A-27 frozenNorm() gives a norm the slope of a division by a constant, in one step or in parts", () => {
  const rows = 3, width = 8, epsilon = 1e-5;
  const { values } = randomTensor(1, "x", [rows, width], 2, 0.5);
  const { values: seeds } = randomTensor(2, "seed", [rows, width], 1);
  tf.tidy(() => {
    const x = tf.tensor2d(values, [rows, width]), seed = tf.tensor2d(seeds, [rows, width]);
    const gain = tf.linspace(0.5, 2, width), bias = tf.linspace(-1, 1, width);
    for (const kind of ["layer", "rms"] as const) {
      const ruled = frozenNorm(exactMechanisms), centre = kind === "layer";
      const own = { gain, bias: centre ? bias : null } as never;
      const norm = { kind, epsilon };
      const inParts = (x: tf.Tensor) =>
        ruled.affine(ruled.normalize(x, ruled.normScale(x, norm), { centre }), gain, null);
      const mean = (list: number[]) => sum(list) / width;
      const expected = Array.from({ length: rows }, (_, row) => {
        const own = [...values.slice(row * width, (row + 1) * width)];
        const middle = centre ? mean(own) : 0;
        const scale = Math.sqrt(mean(own.map((v) => (v - middle) ** 2)) + epsilon);
        const slope = own.map((_, i) => seeds[row * width + i]! * (0.5 + i * 1.5 / 7) / scale);
        return slope.map((value) => value - (centre ? mean(slope) : 0));
      }).flat();
      for (const work of [(x: tf.Tensor) => ruled.norm(x, norm, own), inParts]) {
        near(tf.grad(work)(x, seed).dataSync(), expected, 1e-5, kind);
      }
      const exact = tf.grad((x) => exactMechanisms.norm(x, norm, own))(x, seed).dataSync();
      assert(
        exact.some((value, i) => Math.abs(value - expected[i]!) > 1e-2),
        "the exact one differs",
      );
    }
  });
});

for (const family of FAMILIES) {
  Deno.test(`A-02 C-16 ${family}: by frozenNorm() a logit is the sum of gradient × last stream, and the norm's bias`, async () => {
    const model = await fixtureModel(family), id = 41, last = "blocks.1.resid_post";
    using result = await run(model, PROMPTS);
    const logits = result.measure(logit(id));
    const { bias } = model.weights.norm("ln_final");
    // What the last norm adds whatever the stream is.
    const apart = tf.tidy(() =>
      bias
        ? tf.sum(bias.mul(model.W_U.tensor().slice([0, id], [-1, 1]).squeeze())).dataSync()[0]!
        : 0
    );
    using found = await gradients(model, PROMPTS, logit(id), { at: [last], rules: "frozenNorm" });
    near(found.timesValue(last).map((row) => sum(row) + apart), logits, 1e-4);
    using exact = await gradients(model, PROMPTS, logit(id), { at: [last] });
    const gaps = exact.timesValue(last).map((row, i) => Math.abs(sum(row) + apart - logits[i]!));
    assert(Math.max(...gaps) > 1e-2, "the exact gradient knows nothing of it");
    assert(readNumbers(found.get(last)).some((value) => value !== 0));
  });
}
