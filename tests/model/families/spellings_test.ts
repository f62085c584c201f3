/** Configurations and checkpoints of other years: the same model, read to the same numbers. */

import { readArchitecture } from "../../../lib/model/load_folder.ts";
import { families } from "../../../lib/model/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { DECODERS, fixturePath, readFixture, withModel } from "../fixture.ts";
import { checkExpected } from "./families_check.ts";

type Fields = Record<string, unknown>;

const fieldsOf = (family: string): Fields =>
  JSON.parse(Deno.readTextFileSync(`${fixturePath(`families/${family}`)}/config.json`));
const read = (fields: Fields) => readArchitecture("config.json", fields).architecture;

/** Fields renamed, left out (undefined) or added. */
const spelled = (fields: Fields, change: Fields, renamed: Record<string, string> = {}): Fields =>
  Object.fromEntries(
    Object.entries({ ...fields, ...change }).filter(([, value]) => value !== undefined)
      .map(([name, value]) => [renamed[name] ?? name, value]),
  );

const CASES: readonly [family: string, change: Fields, renamed?: Record<string, string>][] = [
  ["bloom", {}, {
    hidden_size: "n_embed",
    n_head: "num_attention_heads",
    n_layer: "num_hidden_layers",
  }],
  ["bloom", { seq_length: 2048, skip_bias_add: true, offset_alibi: 100 }],
  ["falcon", {}, {
    num_attention_heads: "n_head",
    num_hidden_layers: "n_layer",
    num_kv_heads: "n_head_kv",
  }],
  ["falcon", { rope_parameters: undefined, ffn_hidden_size: undefined, activation: undefined }],
  ["gemma", { hidden_act: "gelu" }],
  ["gemma", { hidden_activation: "gelu_pytorch_tanh" }],
  ["gemma2", { layer_types: undefined, cache_implementation: "hybrid" }],
  ["gemma2", { hidden_act: "gelu_pytorch_tanh" }],
  ["gemma3", {
    layer_types: undefined,
    _sliding_window_pattern: undefined,
    sliding_window_pattern: 6,
    rope_parameters: undefined,
    rope_theta: 1000000,
    rope_local_base_freq: 10000,
  }],
  ["gpt_neo", { attention_layers: undefined }],
  ["gpt_neo", {}, { num_heads: "num_attention_heads", num_layers: "num_hidden_layers" }],
  ["gpt_oss", { layer_types: undefined, swiglu_limit: 7, initial_context_length: 4096 }],
  ["gpt_oss", {}, { num_local_experts: "num_experts", num_experts_per_tok: "experts_per_token" }],
  ["gptj", { scale_attn_weights: true, n_ctx: 2048 }],
  ["mixtral", { rope_parameters: undefined, rope_theta: 1000000 }],
  ["mpt", { norm_type: undefined, verbose: 0, tokenizer_name: "x" }],
  ["phi", { rope_parameters: undefined, rope_theta: 10000, partial_rotary_factor: undefined }],
  ["qwen2", { layer_types: undefined, sliding_window: 32768, max_window_layers: 1 }],
  ["qwen3", { layer_types: undefined, rope_scaling: null }],
  ["smollm3", { layer_types: undefined }],
  ["stablelm", { rope_parameters: undefined, rope_theta: 10000, partial_rotary_factor: undefined }],
];

for (const [family, change, renamed = {}] of CASES) {
  const title = [...Object.keys(change), ...Object.values(renamed)].join(", ");
  Deno.test(`${family} is the same model with other spellings: ${title}`, () => {
    const fields = fieldsOf(family);
    assertEquals(read(spelled(fields, change, renamed)), read(fields));
  });
}

Deno.test("every family with rotary positions reads its base beside the other fields, as older files have it", () => {
  let read1 = 0;
  for (const family of DECODERS) {
    const fields = fieldsOf(family), inner = fields.rope_parameters as Fields | undefined;
    if (!inner || "full_attention" in inner || inner.rope_type !== "default") continue;
    const { rope_type: _, ...outer } = inner;
    const old = spelled({ ...fields, rope_scaling: null }, { rope_parameters: undefined });
    assertEquals(read({ ...old, ...outer }), read(fields), family);
    assertEquals(read({ ...old, ...outer, rope_theta: 77 }).position.kind, "rotary");
    const other = read({ ...old, ...outer, rope_theta: 77 }).position;
    assert(other.kind === "rotary" && other.base === 77, family);
    read1++;
  }
  assert(read1 >= 14, `${read1} families`);
});

Deno.test("another word for the stretching by two lists is known where it was used", () => {
  const fields = fieldsOf("phi3");
  const factors = { short_factor: [1, 1, 1, 1], long_factor: [2, 2, 2, 2] };
  const [su, longrope] = ["su", "longrope"].map((type) =>
    read(spelled(fields, { rope_parameters: undefined, rope_scaling: { type, ...factors } }))
      .position
  );
  assertEquals(su, longrope);
});

Deno.test("checkpoints of every family are read without the base of their names, in shards", async () => {
  for (const name of DECODERS) {
    const plain = await readFixture(name);
    const { base } = families.get(plain.config.model_type as string)!;
    const tensors = new Map(
      [...plain.tensors].map(([title, tensor]) => [title.replace(base, ""), tensor]),
    );
    assert(![...tensors.keys()].some((title) => title.startsWith(base)));
    await withModel(
      { config: plain.config, tensors },
      (model) => checkExpected(model, name, 1e-4),
      { shard: 7 },
    );
  }
});
