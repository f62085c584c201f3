/** Every field of every fixture's configuration: what changes the computation is read, and refused where it is strange. */

import { readArchitecture } from "../../lib/model/load_folder.ts";
import { CheckpointError } from "../../lib/model/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { DECODERS, fixturePath } from "./fixture.ts";

type Fields = Record<string, unknown>;

const VARIANTS = fixturePath("transformers/variants");
const FOLDERS = [
  ...DECODERS.map((name) => fixturePath(`families/${name}`)),
  ...[...Deno.readDirSync(VARIANTS)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => `${VARIANTS}/${name}`).sort(),
];

const fieldsOf = (folder: string): Fields =>
  JSON.parse(Deno.readTextFileSync(`${folder}/config.json`));
const read = (fields: Fields) => readArchitecture("config.json", fields);

/** Values that no field takes. */
const STRANGE: readonly unknown[] = [["strange"], "strange", { strange: true }, -7.5];

/** Every field by its path, those within groups too. */
function* paths(fields: Fields, before: readonly string[] = []): Generator<readonly string[]> {
  for (const [name, value] of Object.entries(fields)) {
    const path = [...before, name];
    const group = typeof value === "object" && value !== null && !Array.isArray(value);
    if (group && name !== "id2label" && name !== "label2id") yield* paths(value as Fields, path);
    else yield path;
  }
}

/** The fields with one of them set. */
function set(fields: Fields, [first, ...rest]: readonly string[], value: unknown): Fields {
  return {
    ...fields,
    [first!]: rest.length === 0 ? value : set(fields[first!] as Fields, rest, value),
  };
}

/** Whether a field is inert: nothing that it says changes what the model computes. */
function isInert(fields: Fields, path: readonly string[]): boolean {
  const plain = JSON.stringify(read(fields).architecture);
  return STRANGE.every((value) => {
    try {
      return JSON.stringify(read(set(fields, path, value)).architecture) === plain;
    } catch {
      return false;
    }
  });
}

/** Fields that are known to be inert in some family or in all. */
const INERT =
  /^(_.*|activation_dropout|architectures|attention_softmax_in_fp32|attn_impl|.*_pdrop|.*dropout|.*layerdrop|.*_token_id|chunk_size_feed_forward|dtype|embedding_fraction|expansion_ratio|finetuning_task|id2label|init_.*|initializer_.*|is_encoder_decoder|label2id|learned_pos_emb|model_type|n_ctx|output_.*|pretraining_tp|problem_type|reorder_and_upcast_attn|return_dict|router_.*|scale_attention_softmax_in_fp32|slow_but_exact|summary_.*|transformers_version|use_cache)$/;

for (const folder of FOLDERS) {
  const title = folder.replace(/.*\//, "");
  Deno.test(`${title}: every field that changes the computation is refused by name where it is strange`, () => {
    const fields = fieldsOf(folder);
    let refused = 0;
    for (const path of paths(fields)) {
      const name = path.at(-1)!;
      if (isInert(fields, path)) {
        assert(INERT.test(name), `${path.join(".")} is read by nobody`);
        continue;
      }
      for (const value of STRANGE) {
        const error = assertThrows(() => read(set(fields, path, value)), Error);
        assert(error instanceof CheckpointError, `${path.join(".")}: ${error}`);
        assert(error.message.includes(name), `${path.join(".")}: ${error.message}`);
      }
      refused++;
    }
    assert(refused >= 8, `${refused} fields`);
  });
}

Deno.test("a field that no family knows is refused, at the top and within a group", () => {
  for (const folder of FOLDERS) {
    const fields = fieldsOf(folder);
    for (
      const [added, word] of [
        [{ new_switch: true }, "new_switch"],
        [{ quantization_config: { bits: 4 } }, "packed weights are not read"],
      ] as const
    ) {
      const { message } = assertThrows(() => read({ ...fields, ...added }), CheckpointError);
      assert(message.includes(word), message);
    }
    if (!fields.rope_parameters) continue;
    const groups = fields.rope_parameters as Fields;
    const path = "full_attention" in groups
      ? ["rope_parameters", "full_attention"]
      : ["rope_parameters"];
    const { message } = assertThrows(
      () => read(set(fields, [...path, "new_switch"], 1)),
      CheckpointError,
    );
    assert(message.includes("new_switch"), message);
  }
});

Deno.test("switches that are outside what is computed are refused by name", () => {
  const cases: readonly [family: string, fields: Fields][] = [
    ["bloom", { apply_residual_connection_post_layernorm: true }],
    ["falcon", { num_ln_in_parallel_attn: 2 }],
    ["falcon", { new_decoder_architecture: true, parallel_attn: false }],
    ["gemma", { use_bidirectional_attention: true }],
    ["gemma3", { use_bidirectional_attention: true }],
    ["gpt_bigcode", { add_cross_attention: true }],
    ["gpt_neo", { attention_types: [[["global"], 1]] }],
    ["gpt_oss", { swiglu_alpha: 1 }],
    ["gptj", { rotary_dim: 3 }],
    ["codegen", { n_head: 2 }],
    ["mixtral", { num_experts_per_tok: 5 }],
    ["mpt", { no_bias: false }],
    ["mpt", { attn_config: { qk_ln: true } }],
    ["mpt", { attn_config: { prefix_lm: true } }],
    ["mpt", { attn_config: { alibi: false } }],
    ["qwen2", { layer_types: ["sliding_attention", "full_attention"] }],
    ["qwen2", { layer_types: ["full_attention"] }],
    ["smollm3", { no_rope_layers: [1] }],
    ["starcoder2", { norm_type: "rms" }],
  ];
  for (const [family, change] of cases) {
    const fields = fieldsOf(fixturePath(`families/${family}`));
    const { message } = assertThrows(() => read({ ...fields, ...change }), CheckpointError);
    assert(message.startsWith("Cannot read config.json as "), message);
  }
  assertEquals(cases.length, 19);
});
