/** Folders that are no models: our own error names the file, the tensor and what was expected. */

import { join } from "node:path";
import { loadFolder } from "../../lib/model/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { type PlainCheckpoint, readFixture, withFolder, withModel, writePlain } from "./fixture.ts";
import { checkExpected } from "./families/families_check.ts";
import { config, fields, left, refusal, weight } from "./refusal.ts";

Deno.test("loadFolder() passes over unknown fields that it is told to ignore", async () => {
  const plain = await readFixture("gpt2");
  Object.assign(plain.config, { house_style: 3, sliding_window: null });
  await withModel(plain, (model) => checkExpected(model, "gpt2", 1e-4), {
    ignore: ["house_style", "sliding_window"],
  });
  assertEquals(
    await refusal("gpt2", fields({ house_style: 3, other: 4 }), { ignore: ["house_style"] }),
    `${config} every field must be one that the family gpt2 reads, or be named in the option ignore if it does not change what the model computes: current value is ["other"]`,
  );
});

Deno.test("loadFolder() passes over unknown fields of a group by their full names", async () => {
  const strange = (plain: PlainCheckpoint) =>
    Object.assign(plain.config.rope_parameters as object, { dtype: "x", beta_fast: 32 });
  const plain = await readFixture("llama");
  strange(plain);
  await withModel(plain, (model) => checkExpected(model, "llama", 1e-4), {
    ignore: ["rope_parameters.beta_fast", "rope_parameters.dtype"],
  });
  // What says nothing among the outer fields may well say something in a group.
  assert(
    (await refusal("llama", strange, { ignore: ["beta_fast"] })).endsWith(
      'current value is ["rope_parameters.dtype", "rope_parameters.beta_fast"]',
    ),
  );
});

Deno.test("loadFolder() refuses tensors that are missing, left over, or of another shape or type", async () => {
  const name = "model.layers.1.mlp.up_proj.weight";
  assertEquals(
    await refusal("llama", ({ tensors }) => tensors.delete(name)),
    `${weight(name)} it must have shape [64, 32]: it is missing`,
  );
  assertEquals(
    await refusal("llama", ({ tensors }) => tensors.set("model.extra", tensors.get(name)!)),
    `${weight("model.extra")} ${left("llama", 2)}`,
  );
  assertEquals(
    await refusal(
      "llama",
      ({ tensors }) => tensors.set("model.layers.0.self_attn.bias", tensors.get(name)!),
    ),
    `${weight("model.layers.0.self_attn.bias")} ${left("llama", 2)}`,
  );
  assertEquals(
    await refusal(
      "llama",
      ({ tensors }) => tensors.set(name, { shape: [32, 64], values: tensors.get(name)!.values }),
    ),
    `${weight(name)} its shape must be [64, 32]: current value is [32, 64]`,
  );
  assertEquals(
    await refusal(
      "llama",
      ({ tensors }) => tensors.set(name, { shape: [1, 64, 32], values: tensors.get(name)!.values }),
    ),
    `${weight(name)} its shape must be [64, 32]: current value is [1, 64, 32]`,
  );
  assertEquals(
    await refusal(
      "llama",
      ({ tensors }) =>
        tensors.set(name, { ...tensors.get(name)!, values: new Float32Array(2048), dtype: "I32" }),
    ),
    `${weight(name)} its dtype must be F32, F16, BF16 or F64: current value is "I32"`,
  );
});

Deno.test("loadFolder() refuses folders without files, and files that cannot be read", async () => {
  const remove = (name: string) => (folder: string) => Deno.removeSync(join(folder, name));
  const write = (name: string, text: string) => (folder: string) =>
    Deno.writeTextFileSync(join(folder, name), text);
  const after = (after: (folder: string) => void) => refusal("gpt2", () => {}, { after });
  assertEquals(await after(remove("config.json")), "Cannot read #/config.json as it must exist");
  assertEquals(
    await after(remove("model.safetensors")),
    "Cannot read # as it must hold model.safetensors or model.safetensors.index.json",
  );
  assert(
    (await after(write("config.json", "[]"))).startsWith("Cannot read #/config.json as it must be"),
  );
  assert(
    (await after(write("config.json", "{"))).startsWith("Cannot read #/config.json as it must be"),
  );
  assert(
    (await after(write("config.json", ""))).startsWith("Cannot read #/config.json as it must be"),
  );
  assert(
    (await after(write("model.safetensors", "short"))).startsWith(
      "Cannot read #/model.safetensors as it must begin",
    ),
  );
  for (
    const text of [
      "{",
      "",
      "null",
      "3",
      '{"model":{}}',
      '{"model":{"type":"BPE"}}',
      '{"added_tokens":3}',
    ]
  ) {
    assert(
      (await after(write("tokenizer.json", text))).startsWith("Cannot read #/tokenizer.json as "),
      text,
    );
  }
  assert((await after((folder) => {
    Deno.mkdirSync(join(folder, "tokenizer.json"));
  })).startsWith("Cannot read #/tokenizer.json as it must be a readable text file"));
});

Deno.test("loadFolder() names the model by its folder, and stops by its signal", async () => {
  const plain = await readFixture("gpt2");
  await withFolder(async (folder) => {
    writePlain(folder, plain);
    const model = await loadFolder(folder);
    assertEquals(model.provenance, { name: folder.split("/").at(-1)!, source: folder });
    assertEquals((await loadFolder(folder, { name: "mine" })).provenance.name, "mine");
    const signal = AbortSignal.abort(new Error("enough"));
    assertEquals(
      (await assertRejects(() => loadFolder(folder, { signal }), Error)).message,
      "enough",
    );
  });
});
