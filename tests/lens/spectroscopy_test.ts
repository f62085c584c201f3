import { spectroscopy } from "../../lib/lens/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { DECODERS, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS, rowTimes, throughGain, weightOf } from "./families.ts";

await startBackend("float64");

const every = (bands: number) => Array.from({ length: bands }, (_, band) => band);

Deno.test("F-13 spectroscopy(): the bands' projections add up to the identity, in every decoder", async () => {
  for (const family of DECODERS) {
    const model = await fixtureModel(family), { width } = model.architecture;
    for (const matrix of ["W_U", "W_E"] as const) {
      const spectrum = await spectroscopy(model, { bands: 7, of: matrix });
      const identity = tf.eye(width),
        sum = tf.tidy(() => tf.addN(every(7).map((band) => spectrum.filter(identity, [band]))));
      near(sum.dataSync(), identity.dataSync(), 1e-9, `${family} ${matrix}`);
      const sizes = every(7).map((band) => spectrum.band(band)).map(({ from, to }) => to - from);
      assertEquals(sizes.reduce((a, b) => a + b), width);
      assert(Math.max(...sizes) - Math.min(...sizes) <= 1, "bands are of one size, but for one");
      tf.dispose([identity, sum]);
    }
  }
});

Deno.test("F-13 spectroscopy(): logits of the bands add up to the logits", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family), { layers, width } = model.architecture;
    const spectrum = await spectroscopy(model, { bands: 5 });
    using result = await run(model, PROMPTS[0]!, {
      capture: [`blocks.${layers - 1}.resid_post`, "ln_final.scale"],
    });
    const at = PROMPTS[0]!.length - 1;
    const state = tf.tidy(() =>
      tf.slice(result.cache.get(`blocks.${layers - 1}.resid_post`), [0, at, 0], [1, 1, width])
    );
    const scale = result.cache.get("ln_final.scale").dataSync()[at]!;
    const gain = weightOf(model, "ln_final.w"), W_U = weightOf(model, "W_U");
    const logits = new Float64Array(96);
    for (const band of every(5)) {
      const part = spectrum.filter(state, [band]);
      const own = throughGain(model, part.dataSync(), gain).map((x) => x / scale);
      rowTimes(own, W_U).forEach((x, id) => logits[id]! += x);
      part.dispose();
    }
    if (model.architecture.norm.kind === "layer") {
      rowTimes(weightOf(model, "ln_final.b"), W_U).forEach((x, id) => logits[id]! += x);
    }
    const cap = model.architecture.logitCap;
    const shown = cap ? logits.map((x) => cap * Math.tanh(x / cap)) : logits;
    near(shown, result.logits.dataSync().slice(at * 96), 1e-9, family);
    state.dispose();
  }
});

Deno.test("F-13 spectroscopy(): what a band brings to the logits is at most its greatest singular value times its length", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family), gain = weightOf(model, "ln_final.w");
    const W_U = weightOf(model, "W_U");
    const spectrum = await spectroscopy(model, { bands: 4 });
    const vector = Float64Array.from({ length: 32 }, (_, i) => Math.sin(3 * i + 1));
    const row = tf.tensor2d(vector, [1, 32]), parts = spectrum.parts(vector);
    near([parts.reduce((sum, { share }) => sum + share, 0)], [1], 1e-12);
    for (const { band, length, logits } of parts) {
      const part = spectrum.filter(row, [band]);
      const own = rowTimes(throughGain(model, part.dataSync(), gain), W_U);
      near([logits], [Math.hypot(...own)], 1e-9, `${family} band ${band}`);
      near([length], [Math.hypot(...part.dataSync())], 1e-9);
      const { greatest, least } = spectrum.band(band);
      assert(logits <= greatest * length * (1 + 1e-12) && logits >= least * length * (1 - 1e-9));
      part.dispose();
    }
    row.dispose();
  }
});

Deno.test("F-13 spectroscopy(): suppression and projection as edits take a band out, but for the positions left alone", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family), site = "blocks.0.resid_post";
    const spectrum = await spectroscopy(model, { bands: 8 });
    const capture = [site];
    using plain = await run(model, PROMPTS[0]!, { capture });
    const edit = spectrum.suppress([-1, 2], site, { positions: { from: 1 } });
    using edited = await run(model, PROMPTS[0]!, { capture, edits: [edit] });
    const [before, after] = [plain, edited].map(({ cache }) => cache.get(site).dataSync()) as [
      Float32Array,
      Float32Array,
    ];
    near(after.subarray(0, 32), before.subarray(0, 32), 0, "the first token is left alone");
    for (let position = 1; position < PROMPTS[0]!.length; position++) {
      const own = after.subarray(position * 32, position * 32 + 32);
      const [was, is] = [before.subarray(position * 32, position * 32 + 32), own]
        .map((x) => spectrum.parts(x));
      for (const band of every(8)) {
        const gone = band === 2 || band === 7;
        near([is![band]!.length], [gone ? 0 : was![band]!.length], 1e-9, `${family} ${band}`);
      }
    }
    using kept = await run(model, PROMPTS[0]!, {
      edits: [spectrum.keep(every(8), site)],
    });
    near(kept.logits.dataSync(), plain.logits.dataSync(), 1e-9, `${family}: all bands are all`);
  }
});

Deno.test("spectroscopy() draws itself, frees what it makes and refuses", async () => {
  const model = await fixtureModel("gpt2");
  await spectroscopy(model);
  const before = heldTensors();
  const spectrum = await spectroscopy(model);
  assertEquals(heldTensors(), before);
  assertEquals([spectrum.bands, spectrum.gains], [20, "folded"]);
  // The centring of LayerNorm makes one direction dark for certain.
  assert(spectrum.values.at(-1)! < 1e-9 * spectrum.values[0]!);
  assert("image/png" in await spectrum[display]());
  await assertRejects(
    () => spectroscopy(model, { bands: 33 }),
    RangeError,
    "Cannot take a spectrum as bands must be from 1 to 32, the width: current value is 33",
  );
  assertThrows(
    () => spectrum.band(20),
    RangeError,
    "Cannot pick band 20 as it must be from -20 to 19",
  );
  assertThrows(
    () => spectrum.parts([1, 2]),
    TypeError,
    "Cannot read bands of a vector as its width must be 32, that of gpt2: it is 2",
  );
});
