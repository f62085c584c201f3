/** The stream as a sum of parts, in double precision, every decoder at every place. */

import { captureStream, type Level, residualParts } from "../../lib/decompose/mod.ts";
import { add, run, zero } from "../../lib/run/mod.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { EVERY_DECODER } from "./every_decoder.ts";

await startBackend("float64");

/** Parts of a stream of length 1 or so, in double precision. */
const NEAR = 1e-9;

for (const [name, load] of EVERY_DECODER) {
  Deno.test(`A-07 A-11 A-13 A-14 A-25 parts add up to the stream wherever it is read, ${name}`, async () => {
    const model = await load(), { vocabulary, mixture } = model.architecture;
    const prompts = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 5)].map((ids) =>
      ids.map((id) => id % vocabulary)
    );
    using stream = await captureStream(model, prompts, { by: ["path", "neuron"] });
    const levels: (Level | Level[])[] = [
      "component",
      "head",
      ["path", mixture ? "expert" : "component"],
      ["head", "neuron"],
    ];
    for (const at of model.match("blocks.*.resid_*")) {
      for (const by of levels) {
        using parts = await residualParts(model, stream, { at, by });
        const greatest = tf.tidy(() => stream.result.cache.get(at).abs());
        const most = readNumbers(greatest).reduce((a, b) => b > a ? b : a, 1);
        greatest.dispose();
        assert(parts.gap <= NEAR * most, `${at} by ${by}: ${parts.gap} beside ${most}`);
      }
    }
  });
}

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`C-06 A-04 ${family}: through the norm that reads them, parts add up to what it gives`, async () => {
    const model = await fixtureModel(family);
    const places = ["blocks.0.resid_pre", "blocks.1.resid_pre", "blocks.0.resid_post"];
    if (model.sites.blocks[1]!.resid_mid) places.push("blocks.1.resid_mid");
    for (const at of [...places, undefined]) {
      using parts = await residualParts(model, PROMPTS, {
        ...at === undefined ? {} : { at },
        by: "head",
        norm: "frozen",
      });
      assert(parts.gap < 1e-9, `${at}: ${parts.gap}`);
    }
  });
}

Deno.test("residualParts() has names for its parts, chosen positions, and NaN where a prompt has ended", async () => {
  const model = await fixtureModel("gpt2"), prompts = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 4)];
  using result = await run(model, prompts, { capture: ["embed", "blocks.0.attn_out"] });
  using parts = await residualParts(model, prompts);
  assertEquals(parts.parts.map(({ label }) => label), [
    "embed",
    "pos_embed",
    "L0 attn",
    "L0 mlp",
    "L1 attn",
    "L1 mlp",
  ]);
  assertEquals(parts.tensor.shape, [6, 2, 11, 32]);
  for (const [label, site] of [["embed", "embed"], ["L0 attn", "blocks.0.attn_out"]] as const) {
    const own = parts.get(label);
    near(readNumbers(own), readNumbers(result.cache.get(site)), 1e-12);
    own.dispose();
  }
  assert(Number.isNaN(parts.norms()[0]![11 + 4]), "no token there");
  using last = await residualParts(model, prompts, { positions: -1, at: "blocks.1.resid_pre" });
  assertEquals(last.tensor.shape, [4, 2, 1, 32]);
  assertEquals(last.facts.positions, [[10], [3]]);
  const text = last[Symbol.for("Deno.customInspect") as never] as unknown as () => string;
  assert(text.call(last).includes("parts add up to the stream within"));
});

Deno.test("residualParts() shows what an edit put into the stream as a gap", async () => {
  const model = await fixtureModel("llama"), vector = tf.ones([model.architecture.width]);
  using pushed = await residualParts(model, [...PROMPTS[0]!], {
    edits: [add("blocks.0.resid_post", vector)],
  });
  near([pushed.gap], [1], 1e-9);
  using silent = await residualParts(model, [...PROMPTS[0]!], {
    by: "head",
    edits: [zero("blocks.0.attn.z", { heads: 1 })],
  });
  assert(silent.gap < 1e-9);
  assertEquals(silent.norms()[silent.parts.findIndex(({ label }) => label === "L0H1")]![3], 0);
  vector.dispose();
});

Deno.test("residualParts() refuses too many bytes, places that are no stream and norms that are not there, and frees all", async () => {
  const model = await fixtureModel("gpt2"), prompt = [...PROMPTS[0]!];
  (await residualParts(model, prompt, { by: ["head", "neuron"] })).dispose();
  const before = heldTensors();
  (await residualParts(model, prompt, { by: ["path", "neuron"], norm: "frozen" })).dispose();
  const refused = async (options: Parameters<typeof residualParts>[2], words: string) => {
    const { message } = await assertRejects(() => residualParts(model, prompt, options), Error);
    assert(message.includes(words), message);
  };
  await refused({ by: "neuron", limit: 1000 }, "parts must take at most 1000 bytes");
  await refused({ at: "blocks.0.mlp_out" }, "must be read off the stream");
  await refused({ at: "blocks.2.resid_pre" }, "blocks.2.resid_pre");
  await refused({ positions: [] }, "the list is empty");
  await refused({ positions: 11 }, "the position must be from -11 to 10");
  await refused({ norm: "own" as never }, "norm must be among none, frozen");
  await refused({ layer: 2 } as never, "layer");
  assertEquals(heldTensors(), before);
});
