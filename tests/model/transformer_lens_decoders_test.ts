/**
 * Every site of TransformerLens that we have too, in every decoder of the fixtures, against the numbers that it computed
 * from the same files. Where a name means another thing there, the difference is named, and held.
 */

import { plainSiteName, type Site, type Transformer } from "../../lib/model/mod.ts";
import { run, type RunResult } from "../../lib/run/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { near } from "../near.ts";
import { DECODERS, FAMILIES, fixtureModel, fixturePath, readTensors } from "./fixture.ts";

interface Golden {
  readonly inputs: { readonly input_ids: readonly (readonly number[])[] };
  /** Further names whose tensors are those of a stored name. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly masked_score_sentinel: number;
}

/** Our value of a site in the axes of theirs. */
type Arrange = (value: tf.Tensor, result: RunResult, site: Site) => tf.Tensor;

const pattern: Arrange = (_, { cache }, site) =>
  tf.transpose(cache.get(site.replace("scores", "pattern") as Site), [1, 0, 2, 3]);

/** Names that mean another thing there, and what they mean. */
const DIFFERENT: readonly [family: RegExp, name: RegExp, why: string, theirs: Arrange][] = [
  [/^(gpt_neo|gptj|opt)$/, /hook_attn_scores$/, "there it holds the pattern", pattern],
  [
    /^mpt$/,
    /hook_attn_scores$/,
    "there the bias is 0 at the last key, not at the first",
    (value) => {
      const slopes = [0.25, 0.0625, 0.015625, 0.00390625];
      const offset = tf.tensor4d(slopes.map((slope) => 10 * slope), [4, 1, 1, 1]);
      return tf.transpose(value.sub(offset), [1, 0, 2, 3]);
    },
  ],
  [
    /^opt$/,
    /ln2\.hook_(scale|normalized)$/,
    "there batch and position are one axis",
    (value) => value.reshape([22, -1]),
  ],
  [
    /^(gemma3|qwen3)$/,
    /hook_[qk]_normed$/,
    "there heads stand after the batch",
    (value) => tf.transpose(value, [1, 0, 2, 3]),
  ],
  [
    /^olmo2$/,
    /hook_[qk]_normed$/,
    "there heads lie beside each other",
    (value) => tf.transpose(value, [1, 2, 0, 3]).reshape([2, 11, -1]),
  ],
];

/** Names that we have no site for, though they are more than the input or output of a module or a second name. */
const ABSENT: readonly [family: RegExp, name: RegExp, why: string][] = [
  [
    /^smollm3$/,
    /blocks\.1\.attn\.hook_rot_[qk]$/,
    "this layer does not turn; there it is an alias",
  ],
  [/./, /attn\.[qk]_norm\.hook_(scale|normalized)$/, "the parts of norms of queries and keys"],
  [/^(mixtral|gpt_oss)$/, /mlp\.hook_(pre|post)$/, "there the input and output of all experts"],
  [/^(mixtral|gpt_oss)$/, /hook_(expert_weights|expert_indices|router_scores)$/, "compared below"],
];

/** Inputs and outputs of modules, which are sites of ours by other names, and second names. */
const MODULES =
  /hook_(in|out|cos|sin|position_embeddings)$|\.attn\.hook_hidden_states$|^hook_unembed$/;

/** Their tensor in the order of our axes. */
function ours(tensor: tf.Tensor, axes: readonly string[]): tf.Tensor {
  if (axes[0] !== "head") return tensor.clone();
  return tf.transpose(tensor, axes.includes("query") ? [1, 0, 2, 3] : [2, 0, 1, 3]);
}

function goldenOf(family: string) {
  const stored = readTensors(fixturePath(`transformerlens/${family}/golden.safetensors`));
  const golden: Golden = JSON.parse(
    Deno.readTextFileSync(fixturePath(`transformerlens/${family}/golden.json`)),
  );
  const theirs = new Map<string, string>();
  for (const name of stored.keys()) {
    if (name.startsWith("sites/")) theirs.set(name.slice(6), name);
  }
  for (const [name, target] of Object.entries(golden.aliases)) theirs.set(name.slice(6), target);
  const values = (name: string) => {
    const { shape, values } = stored.get(theirs.get(name) ?? name)!;
    const unmasked = values.map((x) => x === golden.masked_score_sentinel ? -Infinity : x);
    return tf.tensor(unmasked, [...shape]);
  };
  return { golden, names: [...theirs.keys()], values };
}

async function compare(model: Transformer, family: string): Promise<number> {
  const { golden, names, values } = goldenOf(family), sites = new Set<string>(model.match("*"));
  using result = await run(model, golden.inputs.input_ids, { capture: ["*"] });
  let compared = 0;
  tf.tidy(() => {
    for (const name of names) {
      const site = plainSiteName(name) as Site;
      const absent = ABSENT.some(([families, pattern]) =>
        families.test(family) && pattern.test(name)
      );
      if (!sites.has(site)) {
        assert(absent || MODULES.test(name), `${family} has no ${name}`);
        continue;
      }
      const value = result.cache.get(site);
      const different = DIFFERENT.find(([families, pattern]) =>
        families.test(family) && pattern.test(name)
      );
      const expected = different ? values(name) : ours(values(name), model.axesOf(site));
      const actual = different ? different[3](value, result, site) : value;
      assertEquals(actual.shape, expected.shape, `${family} ${name}`);
      near(actual.dataSync(), expected.dataSync(), 1e-4, `${family} ${name}`);
      compared++;
    }
    near(result.logits.dataSync(), values("logits").dataSync(), 1e-4, "logits");
  });
  return compared;
}

/** The decoders that it was run on, but for those whose sites are all compared in a test of their own. */
const theirs = [...Deno.readDirSync(fixturePath("transformerlens"))].map(({ name }) => name)
  .filter((name) => DECODERS.includes(name) && !FAMILIES.some((family) => family === name)).sort();

for (const family of theirs) {
  Deno.test(`A-26 ${family}: every site that TransformerLens has too holds the same numbers`, async () => {
    const compared = await compare(await fixtureModel(family), family);
    assert(compared >= 30, `${compared} sites were compared`);
  });
}

const ROUTERS = {
  mixtral: ["mlp.gate.hook_expert_weights", "mlp.gate.hook_expert_indices", "mlp.gate.hook_out"],
  gpt_oss: ["mlp.hook_expert_weights", "mlp.hook_expert_indices", "mlp.router.hook_out"],
} as const;

for (const [family, [weights, indices, logits]] of Object.entries(ROUTERS)) {
  Deno.test(`${family}: tokens use the experts that TransformerLens says, with its weights`, async () => {
    const model = await fixtureModel(family), { golden, values } = goldenOf(family);
    using result = await run(model, golden.inputs.input_ids, {
      capture: ["blocks.*.moe.*"],
    });
    tf.tidy(() => {
      for (const layer of [0, 1]) {
        const chosen = values(`blocks.${layer}.${indices}`).reshape([22, 2]);
        const own = result.cache.get(`blocks.${layer}.moe.indices`).reshape([2, 22]);
        assertEquals([...tf.transpose(own).dataSync()], [...chosen.dataSync()]);
        for (const [name, site] of [[weights, "weights"], [logits, "router_logits"]] as const) {
          const all = result.cache.get(`blocks.${layer}.moe.${site}`).reshape([4, 22]);
          const theirs = values(`blocks.${layer}.${name}`);
          near(tf.transpose(all).dataSync(), theirs.dataSync(), 1e-4, `layer ${layer} ${site}`);
        }
      }
    });
  });
}
