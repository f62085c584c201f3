/** Checkpoints of other years: every fixture rewritten as older files are must give the numbers that it gave. */

import { CheckpointError, loadFolder } from "../../lib/model/mod.ts";
import { join } from "node:path";
import { assertEquals, assertRejects } from "../assert.ts";
import { checkExpected } from "./families/families_check.ts";
import {
  FAMILIES,
  type FixtureName,
  type PlainCheckpoint,
  type PlainTensor,
  readFixture,
  withFolder,
  withModel,
  writePlain,
} from "./fixture.ts";

const BASES = { gpt2: "transformer.", llama: "model.", gpt_neox: "gpt_neox." } as const;

/** Renames the tensors of a checkpoint. */
function renamed(checkpoint: PlainCheckpoint, rename: (name: string) => string): PlainCheckpoint {
  const { config, tensors } = checkpoint;
  return { config, tensors: new Map([...tensors].map(([name, tensor]) => [rename(name), tensor])) };
}

/** Renames and rewrites the fields of a configuration. */
function configured(
  checkpoint: PlainCheckpoint,
  change: (config: Record<string, unknown>) => void,
) {
  change(checkpoint.config);
  return checkpoint;
}

/** `rope_parameters` as the fields that stood in their place. */
function oldRotary(names: { base: string; part?: string }) {
  return (config: Record<string, unknown>) => {
    const inner = config.rope_parameters as Record<string, unknown>;
    delete config.rope_parameters;
    config[names.base] = inner.rope_theta;
    if (names.part !== undefined) config[names.part] = inner.partial_rotary_factor;
  };
}

const integers = (shape: number[], value: number): PlainTensor => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
});

/** The buffers that old files hold beside the weights. */
function buffers(family: FixtureName, base: string): [string, PlainTensor][] {
  const frequencies: PlainTensor = { shape: [4], values: Float32Array.of(9, 9, 9, 9) };
  return [0, 1].flatMap((layer): [string, PlainTensor][] => {
    switch (family) {
      case "gpt2":
        return [
          [`${base}h.${layer}.attn.bias`, {
            ...integers([1, 1, 64, 64], 1),
            dtype: layer ? "U8" : "F32",
          }],
          [`${base}h.${layer}.attn.masked_bias`, { ...integers([], -1e4), dtype: "F32" }],
        ];
      case "llama":
        return [[`${base}layers.${layer}.self_attn.rotary_emb.inv_freq`, frequencies]];
      case "gpt_neox":
        return [
          [`${base}layers.${layer}.attention.bias`, {
            ...integers([1, 1, 64, 64], 1),
            dtype: "BOOL",
          }],
          [`${base}layers.${layer}.attention.masked_bias`, { ...integers([], -1e9), dtype: "F32" }],
          [`${base}layers.${layer}.attention.rotary_emb.inv_freq`, frequencies],
        ];
    }
  });
}

type Rewrite = (checkpoint: PlainCheckpoint, family: FixtureName) => PlainCheckpoint;

/** What is rewritten, and for which families. */
const REWRITES: readonly [title: string, families: readonly FixtureName[], rewrite: Rewrite][] = [
  ["torch_dtype for dtype", FAMILIES, (plain) =>
    configured(plain, (config) => {
      config.torch_dtype = config.dtype;
      delete config.dtype;
      delete config.transformers_version;
    })],
  [
    "rope_theta beside the other fields",
    ["llama"],
    (plain) => configured(plain, oldRotary({ base: "rope_theta" })),
  ],
  ["rope_theta and an empty rope_scaling", ["llama"], (plain) =>
    configured(plain, (config) => {
      oldRotary({ base: "rope_theta" })(config);
      config.rope_scaling = null;
    })],
  [
    "rotary_emb_base and rotary_pct",
    ["gpt_neox"],
    (plain) => configured(plain, oldRotary({ base: "rotary_emb_base", part: "rotary_pct" })),
  ],
  [
    "rope_theta and partial_rotary_factor",
    ["gpt_neox"],
    (plain) => configured(plain, oldRotary({ base: "rope_theta", part: "partial_rotary_factor" })),
  ],
  [
    "both spellings, agreeing",
    ["gpt_neox"],
    (plain) =>
      configured(
        plain,
        (config) => Object.assign(config, { rotary_emb_base: 10000, rotary_pct: 0.25 }),
      ),
  ],
  [
    "rotary fields left to their defaults",
    ["llama", "gpt_neox"],
    (plain) => configured(plain, (config) => delete config.rope_parameters),
  ],
  ["fields left to their defaults", ["gpt2"], (plain) =>
    configured(plain, (config) => {
      for (
        const name of [
          "n_inner",
          "layer_norm_epsilon",
          "activation_function",
          "tie_word_embeddings",
          "scale_attn_weights",
          "add_cross_attention",
        ]
      ) delete config[name];
    })],
  ["no head_dim", ["llama"], (plain) => configured(plain, (config) => delete config.head_dim)],
  [
    "names without the base",
    FAMILIES,
    (plain, family) => renamed(plain, (name) => name.replace(BASES[family], "")),
  ],
  [
    "names without the base, but for one",
    FAMILIES,
    (plain, family) =>
      renamed(plain, (name) => /norm|ln_f/.test(name) ? name : name.replace(BASES[family], "")),
  ],
  [
    "gamma and beta",
    ["gpt2", "gpt_neox"],
    (plain) =>
      renamed(
        plain,
        (name) =>
          /(ln_\w|norm)\.(weight|bias)$/.test(name)
            ? name.replace(/weight$/, "gamma").replace(/bias$/, "beta")
            : name,
      ),
  ],
  [
    "gamma",
    ["llama"],
    (plain) => renamed(plain, (name) => name.replace(/norm\.weight$/, "norm.gamma")),
  ],
  ["buffers", FAMILIES, (plain, family) => {
    for (const [name, tensor] of buffers(family, BASES[family])) plain.tensors.set(name, tensor);
    return plain;
  }],
  ["buffers without the base", FAMILIES, (plain, family) => {
    for (const [name, tensor] of buffers(family, "")) plain.tensors.set(name, tensor);
    return plain;
  }],
  ["one inv_freq for all layers", ["llama", "gpt_neox"], (plain, family) => {
    plain.tensors.set(`${BASES[family]}rotary_emb.inv_freq`, {
      shape: [4],
      values: new Float32Array(4),
    });
    return plain;
  }],
  ["a stored unembedding that is the embedding", ["gpt2"], (plain) => {
    plain.tensors.set("lm_head.weight", plain.tensors.get("transformer.wte.weight")!);
    return plain;
  }],
  [
    "the class of the bare model",
    ["gpt2"],
    (plain) => configured(plain, (config) => config.architectures = ["GPT2Model"]),
  ],
  ["no class", FAMILIES, (plain) => configured(plain, (config) => delete config.architectures)],
];

for (const [title, families, rewrite] of REWRITES) {
  for (const family of families) {
    Deno.test(`${family} with ${title} gives the same numbers`, async () => {
      const plain = rewrite(await readFixture(family), family);
      await withModel(plain, (model) => checkExpected(model, family, 1e-4));
    });
  }
}

Deno.test("everything old at once, in shards, gives the same numbers", async () => {
  for (const family of FAMILIES) {
    let plain = await readFixture(family);
    for (const [title, families, rewrite] of REWRITES) {
      if (
        !families.includes(family) ||
        /both|defaults|but for one|without the base|partial_rotary|empty/.test(title)
      ) continue;
      plain = rewrite(plain, family);
    }
    await withModel(plain, (model) => checkExpected(model, family, 1e-4), { shard: 4 });
  }
});

Deno.test("shards give the same numbers, each tensor in any of them", async () => {
  for (const family of FAMILIES) {
    for (const shard of [1, 7, 100]) {
      await withModel(await readFixture(family), (model) => checkExpected(model, family, 1e-4), {
        shard,
      });
    }
  }
});

Deno.test("a stored unembedding that differs from the embedding it is tied to is refused", async () => {
  const plain = await readFixture("gpt2");
  const { shape, values } = plain.tensors.get("transformer.wte.weight")!;
  const other = values.slice();
  other[77] = other[77]! + 1e-6;
  plain.tensors.set("lm_head.weight", { shape, values: other });
  await withFolder(async (folder) => {
    writePlain(folder, plain);
    const error = await assertRejects(() => loadFolder(folder), CheckpointError);
    assertEquals(
      error.message,
      `Cannot read tensor "lm_head.weight" of ${
        join(folder, "model.safetensors")
      } as it must equal ` +
        `"transformer.wte.weight", to which config.json ties it: they differ from value 77 on`,
    );
    assertEquals([error.tensor, error.file], ["lm_head.weight", join(folder, "model.safetensors")]);
  });
});

Deno.test("spellings that contradict each other are refused", async () => {
  const cases: [family: FixtureName, fields: Record<string, unknown>, message: string][] = [
    [
      "llama",
      { rope_theta: 5000 },
      "rope_theta must be the same in both places: current value is [5000, 10000]",
    ],
    [
      "gpt_neox",
      { rotary_pct: 0.5 },
      "partial_rotary_factor must be the same in both places: current value is [0.5, 0.25]",
    ],
    [
      "gpt_neox",
      { rope_theta: 10000, rotary_emb_base: 500 },
      "rotary_emb_base must be the same as rope_theta, 10000: current value is 500",
    ],
    [
      "llama",
      { rope_scaling: { rope_type: "linear", factor: 2 } },
      'rope_scaling must be the same as rope_parameters, {"rope_theta":10000,"rope_type":"default"}: current value is an object',
    ],
  ];
  for (const [family, fields, message] of cases) {
    const plain = await readFixture(family);
    Object.assign(plain.config, fields);
    await withFolder(async (folder) => {
      writePlain(folder, plain);
      const error = await assertRejects(() => loadFolder(folder), CheckpointError);
      assertEquals(error.message, `Cannot read ${join(folder, "config.json")} as ${message}`);
    });
  }
});

Deno.test("one weight under two names is refused", async () => {
  for (const family of FAMILIES) {
    const plain = await readFixture(family);
    const [name, tensor] = [...plain.tensors].find(([name]) => name.startsWith(BASES[family]))!;
    const other = name.replace(BASES[family], "");
    plain.tensors.set(other, tensor);
    await withFolder(async (folder) => {
      writePlain(folder, plain);
      const error = await assertRejects(() => loadFolder(folder), CheckpointError);
      assertEquals(
        error.message,
        `Cannot read tensor "${other}" of ${
          join(folder, "model.safetensors")
        } as each weight must stand in the file once: "${name}" is the same weight`,
      );
    });
  }
});
