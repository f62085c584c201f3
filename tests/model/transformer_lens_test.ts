/** Every site of TransformerLens that we have, against the numbers that it computed from the same checkpoints. */

import { run } from "../../lib/run/mod.ts";
import { plainSiteName, type Site } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { near } from "../near.ts";
import { FAMILIES, fixtureModel, type FixtureName, fixturePath, readTensors } from "./fixture.ts";

interface Golden {
  readonly inputs: { readonly input_ids: readonly (readonly number[])[] };
  /** Further names whose tensors are those of a stored name. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly masked_score_sentinel: number;
}

/** Their sites that we have none for, with the reason. */
const ABSENT: readonly [pattern: RegExp, why: string][] = [
  [
    /\.hook_(in|out)$/,
    "inputs and outputs of modules: each is a site of ours by another name, or a norm with its gain",
  ],
  [/^(embed|pos_embed|unembed|ln_final)\.hook_(in|out)$/, "inputs and outputs of modules"],
  [
    /^rotary_emb\.hook_|\.attn\.hook_(cos|sin|position_embeddings)$/,
    "the angles are constants, not activations",
  ],
  [/\.attn\.hook_hidden_states$/, "a second name for attn_out"],
  [/^hook_unembed$/, "a second name for logits"],
];

/** How many of their sites are compared, by family, aliases included. */
const COMPARED: Record<FixtureName, number> = { gpt2: 40, llama: 45, gpt_neox: 37 };

/** Orders their axes as ours: a head comes first. */
function ours(tensor: tf.Tensor, axes: readonly string[]): tf.Tensor {
  if (axes[0] !== "head") return tensor.clone();
  // Theirs are [batch, head, query, key], or [batch, position, head, ...].
  return tf.transpose(tensor, axes.includes("query") ? [1, 0, 2, 3] : [2, 0, 1, 3]);
}

for (const family of FAMILIES) {
  Deno.test(`A-26 ${family}: every site that TransformerLens has too holds the same numbers`, async () => {
    const model = await fixtureModel(family);
    const stored = readTensors(fixturePath(`transformerlens/${family}/golden.safetensors`));
    const golden: Golden = JSON.parse(
      Deno.readTextFileSync(fixturePath(`transformerlens/${family}/golden.json`)),
    );
    const theirs = new Map<string, string>();
    for (const name of stored.keys()) {
      if (name.startsWith("sites/")) theirs.set(name.slice(6), name);
    }
    for (const [name, target] of Object.entries(golden.aliases)) theirs.set(name.slice(6), target);
    const names = [...theirs.keys()].filter((name) =>
      !ABSENT.some(([pattern]) => pattern.test(name))
    );
    assertEquals(names.length, COMPARED[family], `the sites compared, ${names.join(" ")}`);

    // Their strings go in as they are, and our spelling of each must name the same site.
    using result = await run(model, golden.inputs.input_ids, { capture: names });
    assertEquals(result.cache.sites.length, names.length);
    for (const name of names) {
      const site = plainSiteName(name) as Site;
      assertEquals(model.site(name), site);
      const { shape, values } = stored.get(theirs.get(name)!)!;
      const unmasked = values.map((x) => x === golden.masked_score_sentinel ? -Infinity : x);
      const expected = tf.tidy(() =>
        ours(tf.tensor(unmasked, shape as number[]), model.axesOf(site))
      );
      assertEquals(result.cache.get(site).shape, expected.shape, name);
      near(result.cache.get(name).dataSync(), expected.dataSync(), 1e-4, name);
      expected.dispose();
    }
    near(result.logits.dataSync(), stored.get("logits")!.values, 1e-4, "logits");
    // Of our own sites, those that theirs lack are these and no others.
    const only = [
      ...new Set(
        model.match("*").filter((site) => !result.cache.has(site))
          .map((site) => site.replace(/^blocks\.\d+\./, "")),
      ),
    ];
    const always = ["attn.q_input", "attn.k_input", "attn.v_input", "mlp_in", "logits"];
    assertEquals(
      only,
      {
        gpt2: always,
        llama: [...always.slice(0, 4), "mlp.gate", "logits"],
        gpt_neox: [...always.slice(0, 3), "attn.rot_q", "attn.rot_k", "mlp_in", "logits"],
      }[family],
    );
  });
}
