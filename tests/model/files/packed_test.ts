import {
  packedFile,
  packedType,
  refusePackedConfig,
  refusePackedTensors,
} from "../../../lib/model/files/packed.ts";
import { CheckpointError, openSafetensors } from "../../../lib/model/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { withFolder } from "../fixture.ts";
import { config, fields, refusal } from "../refusal.ts";

const message = (work: () => void) => assertThrows(work, CheckpointError).message;

Deno.test("refusePackedConfig() names the method and what to do instead", () => {
  const said = (quantization_config: unknown) =>
    message(() => refusePackedConfig("config.json", { quantization_config }));
  const start = "Cannot read config.json as its weights must be plain numbers, and are packed by";
  for (
    const [method, name] of [
      ["gptq", "GPTQ"],
      ["AWQ", "AWQ"],
      ["bitsandbytes", "bitsandbytes"],
      ["fp8", "fp8"],
      ["fbgemm_fp8", "fp8 (FBGEMM)"],
      ["mxfp4", "MXFP4"],
      ["compressed-tensors", "compressed-tensors"],
    ] as const
  ) {
    const text = said({ quant_method: method, bits: 4 });
    assert(text.startsWith(`${start} ${name}: load the checkpoint that it was made from`), text);
    assert(/dequantize|dtype="bfloat16"/.test(text) && text.includes("save_pretrained"), text);
  }
  assert(
    said({ load_in_4bit: true }).startsWith(`${start} bitsandbytes`),
    "as it once was written",
  );
  const unknown =
    "Cannot read config.json as its quant_method must be absent, as packed weights are not read";
  assert(said({ quant_method: "magic" }).startsWith(unknown));
  assert(said({ quant_method: "magic" }).endsWith('current value is "magic"'));
  assert(said({ quant_method: "toString" }).startsWith(unknown));
  assert(said("gptq").startsWith(unknown));
  refusePackedConfig("config.json", {});
  refusePackedConfig("config.json", { quantization_config: null });
});

Deno.test("packedFile() finds the file that holds the weights, and passes over what a trainer keeps", () => {
  const kind = (...names: string[]) => packedFile(names)?.kind ?? null;
  assertEquals(kind("config.json", "model.Q4_K_M.gguf"), "GGUF");
  assertEquals(kind("pytorch_model.bin"), "a pickled checkpoint");
  assertEquals(kind("pytorch_model.bin.index.json"), "a pickled checkpoint");
  assertEquals(kind("consolidated.00.pth"), "a pickled checkpoint");
  assertEquals(kind("model.PT"), "a pickled checkpoint");
  assertEquals(kind("tf_model.h5"), "a TensorFlow checkpoint");
  assertEquals(kind("flax_model.msgpack"), "a Flax checkpoint");
  assertEquals(kind("adapter_model.safetensors"), "an adapter without its model");
  assertEquals(kind("training_args.bin", "optimizer.pt", "rng_state_0.pth", "config.json"), null);
  assertEquals(kind("model.safetensors", "README.md"), null);
  const file = packedFile(["b.bin", "a.bin"])!;
  assertEquals(file.name, "a.bin");
  assert(file.instead.includes("save_pretrained"));
});

Deno.test("refusePackedTensors() knows packed weights by their names where no configuration says so", () => {
  const said = (name: string) =>
    message(() => refusePackedTensors([{ name: "fine.weight", file: "a" }, { name, file: "b" }]));
  for (
    const [name, method] of [
      ["model.layers.0.mlp.up_proj.qweight", "GPTQ or AWQ"],
      ["model.layers.0.mlp.up_proj.weight.absmax", "bitsandbytes"],
      ["model.layers.0.mlp.up_proj.weight.quant_state.bitsandbytes__nf4", "bitsandbytes"],
      ["model.layers.0.mlp.up_proj.SCB", "bitsandbytes"],
      ["model.layers.0.mlp.up_proj.weight_scale_inv", "fp8"],
      ["model.layers.0.mlp.experts.gate_up_proj_blocks", "MXFP4"],
      ["model.layers.0.mlp.up_proj.weight_packed", "compressed-tensors"],
    ] as const
  ) {
    assertEquals(
      said(name).split(": ")[0],
      `Cannot read tensor "${name}" of b as it must hold plain numbers, and its name is one of weights packed by ${method}`,
    );
  }
  refusePackedTensors([{ name: "model.layers.0.input_layernorm.weight", file: "a" }]);
});

Deno.test("packedType() knows types that mean nothing without their scales", async () => {
  assert(packedType("F8_E4M3")!.includes('dtype="bfloat16"'));
  assert(packedType("F4") === null && packedType("F32") === null && packedType(8) === null);
  await withFolder((folder) => {
    const path = `${folder}/model.safetensors`;
    const header = JSON.stringify({
      w: { dtype: "F8_E4M3", shape: [1], data_offsets: [0, 1] },
    });
    const bytes = new Uint8Array(8 + header.length + 1);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    Deno.writeFileSync(path, bytes);
    const text = message(() => openSafetensors(path));
    assert(text.includes('tensor "w"') && text.includes("packed as fp8 or less"), text);
    assert(text.endsWith('current value is "F8_E4M3"'), text);
  });
});

Deno.test("loadFolder() refuses packed checkpoints, and reads one whose packing is over when it is told so", async () => {
  const packed = { quantization_config: { quant_method: "awq" } };
  assert(
    (await refusal("llama", fields(packed))).startsWith(`${config} its weights must be plain`),
  );
  const name = "model.layers.0.mlp.up_proj";
  const text = await refusal("llama", ({ config, tensors }) => {
    Object.assign(config, packed);
    const weight = tensors.get(`${name}.weight`)!;
    tensors.delete(`${name}.weight`);
    tensors.set(`${name}.qweight`, { ...weight, dtype: "I32", values: weight.values.fill(1) });
  }, { ignore: ["quantization_config"] });
  assert(text.includes(`tensor "${name}.qweight"`) && text.includes("GPTQ or AWQ"), text);
});
