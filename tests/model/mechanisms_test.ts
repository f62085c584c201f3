import { exact, type Mechanisms } from "../../lib/model/mechanisms.ts";
import { nobody } from "../../lib/model/observer.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { near, same } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS, randomTensor } from "./fixture.ts";
import { forget, watched } from "./watched_pass.ts";

/** The blocks of a pass, each of which notes its name when it is used. */
function noting(names: Set<string>): Mechanisms {
  const noted = Object.entries(exact).map(([name, work]) => [
    name,
    (...values: never[]) => {
      names.add(name);
      return (work as (...values: never[]) => tf.Tensor)(...values);
    },
  ]);
  return Object.fromEntries(noted) as unknown as Mechanisms;
}

/** Runs a pass to its end and returns its logits. */
function logitsOf(steps: Generator<void, tf.Tensor3D>): tf.Tensor3D {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

for (const family of FAMILIES) {
  Deno.test(`${family}: a pass computes with the mechanisms that it is given, all of them`, async () => {
    const model = await fixtureModel(family), gated = model.architecture.gated;
    const plain = logitsOf(model.forward({ ids: PROMPTS }, nobody));
    const fused = new Set<string>(), parts = new Set<string>();
    const pass = { ids: PROMPTS, mechanisms: noting(fused) };
    const again = logitsOf(model.forward(pass, nobody));
    same(again.dataSync(), plain.dataSync());
    const shown = watched(model, { ids: PROMPTS, mechanisms: noting(parts) });
    same(shown.output.dataSync(), plain.dataSync(), "a mere look changes no bit");
    assertEquals([...fused].sort(), [
      "activate",
      "attentionMix",
      "attentionScores",
      "linear",
      ...gated ? ["multiply"] : [],
      "norm",
      "softmax",
    ]);
    // Where its parts are looked at, a norm is made of them.
    assertEquals([...new Set([...fused, ...parts])].sort(), [
      "activate",
      "affine",
      "attentionMix",
      "attentionScores",
      "linear",
      ...gated ? ["multiply"] : [],
      "norm",
      "normScale",
      "normalize",
      "softmax",
    ]);
    assert(!parts.has("norm"));
    forget(shown);
    tf.dispose([plain, again]);
  });
}

Deno.test("A-01 A-03 a norm's parts are the norm, and both are the formula", () => {
  const { values } = randomTensor(3, "norm", [5, 7], 2, 0.5), epsilon = 1e-3;
  tf.tidy(() => {
    const x = tf.tensor2d(values, [5, 7]);
    const gain = tf.linspace(0.5, 2, 7), bias = tf.linspace(-1, 1, 7);
    for (const kind of ["layer", "rms"] as const) {
      const own = { gain, bias: kind === "layer" ? bias : null };
      const whole = exact.norm(x, { kind, epsilon }, own as never);
      const scale = exact.normScale(x, { kind, epsilon });
      const divided = exact.normalize(x, scale, { centre: kind === "layer" });
      const parts = exact.affine(divided, own.gain, own.bias as never);
      same(parts.dataSync(), whole.dataSync(), kind);
      const expected = Array.from({ length: 5 }, (_, row) => {
        const own = [...values.slice(row * 7, row * 7 + 7)];
        const mean = kind === "layer" ? own.reduce((a, b) => a + b) / 7 : 0;
        const centred = own.map((value) => value - mean);
        const size = Math.sqrt(centred.reduce((sum, v) => sum + v * v, 0) / 7 + epsilon);
        return centred.map((value, i) =>
          value / size * (0.5 + i / 4) + (kind === "layer" ? -1 + i / 3 : 0)
        );
      });
      near(whole.dataSync(), expected.flat(), 1e-5, kind);
    }
  });
});
