import {
  alongEmbeddings,
  checkGains,
  embeddingRows,
  readFromStream,
  unembedded,
  unembeddingRows,
  writtenToUnembedding,
} from "../../lib/lens/vocabulary_basis.ts";
import { run } from "../../lib/run/mod.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertThrows } from "../assert.ts";
import { DECODERS, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { taken, weightOf } from "./families.ts";

await startBackend("float64");

Deno.test("a direction's logits are what it changes in the logits per unit, with the last norm's scale held, in every decoder", async () => {
  for (const family of DECODERS) {
    const model = await fixtureModel(family), { width, layers, vocabulary } = model.architecture;
    const { finalNorm = true, logitCap } = model.architecture;
    const direction = Float64Array.from({ length: width }, (_, i) => Math.cos(2 * i));
    const row = tf.tensor2d(direction, [1, width]);
    const logits = taken(
      tf.tidy(() => unembedded(model, writtenToUnembedding(model, row, { gains: "folded" }))),
    );
    const site = `blocks.${layers - 1}.resid_post`, prompt = PROMPTS[0]!;
    const capture = [site, ...finalNorm ? ["ln_final.scale"] : []];
    using result = await run(model, prompt, { capture });
    // The same twice with the scale put back: the last norm is linear then.
    const after = await run(model, prompt, {
      edits: [
        { kind: "add", at: site as "blocks.1.resid_post", value: direction, scale: 0.5 },
        ...finalNorm
          ? [{
            kind: "replace" as const,
            at: "ln_final.scale" as const,
            value: result.cache.get("ln_final.scale").squeeze([0]),
          }]
          : [],
      ],
    });
    const scale = finalNorm ? result.cache.get("ln_final.scale").dataSync()[0]! : 1;
    const uncapped = (x: number) => logitCap ? logitCap * Math.atanh(x / logitCap) : x;
    const change = Float64Array.from(
      { length: vocabulary },
      (_, id) =>
        (uncapped(after.logits.dataSync()[id]!) - uncapped(result.logits.dataSync()[id]!)) / 0.5,
    );
    near(change, logits.map((x) => x / scale), 1e-8, family);
    after.dispose();
    row.dispose();
  }
});

Deno.test("what is read along embeddings is what tokens bring through the norm, in every decoder", async () => {
  for (const family of DECODERS) {
    const model = await fixtureModel(family), { width, norms = "before" } = model.architecture;
    const { sharedNorm = false } = model.architecture;
    const column = Float64Array.from({ length: width }, (_, i) => Math.sin(3 * i + 1));
    const row = tf.tensor2d(column, [1, width]);
    const along = taken(tf.tidy(() => {
      const read = readFromStream(model, row, { gains: "folded", layer: 0 });
      return alongEmbeddings(model, read, { gains: "folded" });
    }));
    using result = await run(model, PROMPTS[0]!, { capture: ["embed"] });
    const embed = result.cache.get("embed").dataSync();
    const before = norms === "before" || norms === "around";
    const { gains = true, kind } = model.architecture.norm;
    const gain = before && gains
      ? weightOf(model, `blocks.0.${sharedNorm ? "ln1" : "ln2"}.w`)
      : new Float64Array(width).fill(1);
    const found = PROMPTS[0]!.map((id) => along[id]!);
    const expected = PROMPTS[0]!.map((_, position) => {
      const own = Float64Array.from(embed.subarray(position * width, (position + 1) * width));
      const mean = before && kind === "layer" ? own.reduce((sum, x) => sum + x, 0) / width : 0;
      return column.reduce((sum, x, i) => sum + x * gain[i]! * (own[i]! - mean), 0);
    });
    near(found, expected, 1e-9, family);
    row.dispose();
  }
});

Deno.test("rows of W_U and W_E are directions of the stream, in every decoder", async () => {
  for (const family of DECODERS) {
    const model = await fixtureModel(family), { width, vocabulary } = model.architecture;
    const direction = tf.tensor2d(Float64Array.from({ length: width }, (_, i) => Math.sin(i)), [
      1,
      width,
    ]);
    for (const gains of ["folded", "raw"] as const) {
      const whole = taken(
        tf.tidy(() => unembedded(model, writtenToUnembedding(model, direction, { gains }))),
      );
      const { logitScale = 1 } = model.architecture;
      const rows = tf.tidy(() =>
        tf.matMul(direction, unembeddingRows(model, gains, [3, vocabulary - 3]), false, true)
          .mul(logitScale)
      );
      near(taken(rows), whole.subarray(3), 1e-9, `${family} ${gains}`);
    }
    const own = tf.tidy(() =>
      tf.matMul(direction, embeddingRows(model, [0, vocabulary]), false, true)
    );
    near(taken(own), taken(alongEmbeddings(model, direction, { gains: "raw" })), 1e-9, family);
    direction.dispose();
  }
});

Deno.test("checkGains() refuses other words", () => {
  checkGains("raw", "read");
  assertThrows(
    () => checkGains("fold", "read"),
    RangeError,
    'Cannot read as gains must be "folded" or "raw": current value is "fold"',
  );
});
