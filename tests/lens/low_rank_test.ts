import { lowRank } from "../../lib/lens/mod.ts";
import { foldNorms } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS, weightOf } from "./families.ts";

await startBackend("float64");

Deno.test("F-10 lowRank(): ‖W − W_k‖² is the sum of the squares of the singular values left out", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family);
    const network = model.architecture.mixture ? "moe.experts.1" : "mlp";
    for (const name of [`blocks.1.${network}.W_out`, "blocks.0.attn.W_Q", "W_U"]) {
      for (const keep of ["leading", "rest"] as const) {
        using cut = await lowRank(model, name, { rank: 5, keep });
        const before = weightOf(model, name), after = weightOf(cut.model, name);
        const error = before.reduce((sum, x, i) => sum + (x - after[i]!) ** 2, 0);
        near([cut.error / error], [1], 1e-9, `${family} ${name} ${keep}`);
        const whole = before.reduce((sum, x) => sum + x * x, 0);
        near([cut.share], [error / whole], 1e-9);
      }
    }
  }
});

Deno.test("F-10 lowRank(): what is kept and what is left out add up to the weight", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family), name = "blocks.1.attn.W_O";
    using leading = await lowRank(model, name, { rank: 3 });
    using rest = await lowRank(model, name, { rank: 3, keep: "rest" });
    const parts = [leading, rest].map((cut) => weightOf(cut.model, name));
    near(parts[0]!.map((x, i) => x + parts[1]![i]!), weightOf(model, name), 1e-12, family);
  }
});

Deno.test("F-10 lowRank(): a folded weight is cut as the same model with folded norms is", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family);
    const folded = await foldNorms(model), name = "W_U";
    using here = await lowRank(model, name, { rank: 7, gains: "folded" });
    using there = await lowRank(folded, name, { rank: 7 });
    using raw = await lowRank(model, name, { rank: 7 });
    const logits = async (cut: { model: typeof model }) => {
      using result = await run(cut.model, PROMPTS[0]!);
      return (await result.logits.data()).slice();
    };
    near([here.error], [there.error], 1e-9, family);
    near(await logits(here), await logits(there), 1e-9, family);
    const other = await logits(raw), same = await logits(here);
    assert(other.some((x, i) => Math.abs(x - same[i]!) > 1e-6), `${family}: it makes a difference`);
    assert(here.folded && !raw.folded);
  }
});

Deno.test("lowRank() of full rank changes nothing, of one head only that head", async () => {
  const model = await fixtureModel("llama");
  using whole = await lowRank(model, "blocks.0.mlp.W_in", { rank: 32, gains: "folded" });
  near(weightOf(whole.model, "blocks.0.mlp.W_in"), weightOf(model, "blocks.0.mlp.W_in"), 1e-12);
  assertEquals([whole.error, whole.matrices], [0, 1]);
  using one = await lowRank(model, "blocks.0.attn.W_V[head 1]", { rank: 0 });
  const after = weightOf(one.model, "blocks.0.attn.W_V");
  const before = weightOf(model, "blocks.0.attn.W_V");
  near(after.subarray(0, 256), before.subarray(0, 256), 0);
  assert(after.subarray(256).every((x) => x === 0));
});

Deno.test("lowRank() frees what it makes, draws itself and refuses", async () => {
  const model = await fixtureModel("gpt2"), name = "blocks.0.mlp.W_in";
  (await lowRank(model, name, { rank: 2, gains: "folded" })).dispose();
  const before = heldTensors();
  const cut = await lowRank(model, name, { rank: 2, gains: "folded" });
  assert(cut[display]()["text/plain"].includes("2 leading of 32 directions"));
  cut.dispose();
  assertEquals(heldTensors(), before);
  await assertRejects(
    () => lowRank(model, name, { rank: 33 }),
    RangeError,
    "Cannot lower the rank of blocks.0.mlp.W_in as rank must be from 0 to 32: current value is 33",
  );
  await assertRejects(
    () => lowRank(model, "b_U", { rank: 1 }),
    TypeError,
    "Cannot lower the rank of b_U as it must be a matrix: it is a vector",
  );
  await assertRejects(
    () => lowRank(model, name, { rank: 1, keep: "most" as "rest" }),
    RangeError,
    'Cannot lower the rank of a weight as keep must be "leading" or "rest": current value is "most"',
  );
  assertEquals(heldTensors(), before);
});
