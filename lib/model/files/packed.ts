/**
 * Containers of weights that are not read, each refused by its name with what to do instead.
 *
 * Pickled files run whatever code they hold when they are read, so no file of that kind is ever opened. Quantised weights
 * are not what the model was trained to, and are not widened here behind anyone's back.
 *
 * @module
 */

import { CheckpointError } from "./checkpoint_error.ts";
import { isObject } from "./strict_json.ts";

const unpack = "load the checkpoint that it was made from, or unpack it in Python with " +
  "AutoModelForCausalLM.from_pretrained(folder, device_map=None).dequantize() and save_pretrained(other_folder)";
const widen = "load the checkpoint that it was made from, or widen it in Python with " +
  'AutoModelForCausalLM.from_pretrained(folder, dtype="bfloat16") and save_pretrained(other_folder)';
const repickle = "write it as safetensors in Python with " +
  "AutoModelForCausalLM.from_pretrained(folder).save_pretrained(other_folder), on a machine that trusts it";

/** Kinds of quantisation by what `quant_method` says, with the name that people know and what to do. */
const methods: ReadonlyMap<string, readonly [name: string, instead: string]> = new Map(
  Object.entries({
    aqlm: ["AQLM", unpack],
    auto_round: ["AutoRound", unpack],
    "auto-round": ["AutoRound", unpack],
    awq: ["AWQ", unpack],
    bitnet: ["BitNet", unpack],
    bitsandbytes: ["bitsandbytes", unpack],
    bitsandbytes_4bit: ["bitsandbytes", unpack],
    bitsandbytes_8bit: ["bitsandbytes", unpack],
    "compressed-tensors": ["compressed-tensors", unpack],
    eetq: ["EETQ", unpack],
    fbgemm_fp8: ["fp8 (FBGEMM)", widen],
    finegrained_fp8: ["fp8", widen],
    fp8: ["fp8", widen],
    gptq: ["GPTQ", unpack],
    higgs: ["HIGGS", unpack],
    hqq: ["HQQ", unpack],
    modelopt: ["ModelOpt", unpack],
    mxfp4: ["MXFP4", widen],
    quanto: ["Quanto", unpack],
    quark: ["Quark", unpack],
    spqr: ["SpQR", unpack],
    torchao: ["torchao", unpack],
    vptq: ["VPTQ", unpack],
  }),
);

/** Files that hold weights which are not read, by how their names look. */
const containers: readonly (readonly [pattern: RegExp, name: string, instead: string])[] = [
  [
    /\.gguf$/i,
    "GGUF",
    "load the checkpoint that it was made from, or widen it in Python with " +
    "AutoModelForCausalLM.from_pretrained(folder, gguf_file=name) and save_pretrained(other_folder)",
  ],
  [/\.ggml$/i, "GGML", "load the checkpoint that it was made from"],
  [/\.(bin|pt|pth|ckpt|pkl|pickle)(\.index\.json)?$/i, "a pickled checkpoint", repickle],
  [/\.h5(\.index\.json)?$/i, "a TensorFlow checkpoint", repickle],
  [/\.msgpack(\.index\.json)?$/i, "a Flax checkpoint", repickle],
  [/\.onnx$/i, "ONNX", "load the checkpoint that it was made from"],
  [
    /^adapter_model\.safetensors$/,
    "an adapter without its model",
    "merge it in Python with peft: AutoPeftModelForCausalLM.from_pretrained(folder).merge_and_unload() and save_pretrained(other_folder)",
  ],
];

/** What a trainer keeps beside a checkpoint: no weights, though they are pickled too. */
const settings = /^(training_args|optimizer|scheduler|rng_state.*|scaler)\.(bin|pt|pth)$/;

/** Endings of tensor names that only packed weights have. */
const packedTensors: readonly (readonly [pattern: RegExp, method: string])[] = [
  [/\.(qweight|qzeros|g_idx)$/, "GPTQ or AWQ"],
  [/\.(absmax|quant_map|nested_absmax|SCB|weight_format)$/, "bitsandbytes"],
  [/\.quant_state\.bitsandbytes__/, "bitsandbytes"],
  [/\.(gate_up_proj|down_proj)_(blocks|scales)$/, "MXFP4"],
  [/\.(weight_scale|weight_scale_inv|input_scale)$/, "fp8"],
  [/\.(weight_packed|weight_shape)$/, "compressed-tensors"],
];

/** Types of safetensors whose numbers mean nothing without the scales of their container. */
const packedTypes = /^F[468]_/;

/** What to do about a tensor whose type is one of a packed container; null for other types. */
export function packedType(dtype: unknown): string | null {
  return typeof dtype === "string" && packedTypes.test(dtype) ? widen : null;
}

/**
 * Refuses a configuration that says its weights are packed.
 *
 * @param file The file of the configuration, for the error.
 * @param fields Its fields.
 * @throws {CheckpointError} If `quantization_config` is there; the error names the method and says what to do instead.
 */
export function refusePackedConfig(file: string, fields: Readonly<Record<string, unknown>>): void {
  const given = fields["quantization_config"] ?? fields["compression_config"] ?? null;
  if (given === null) return;
  const config = isObject(given) ? given : {};
  const said = config["quant_method"] ??
    // Before the field was always written, only bitsandbytes was there.
    (config["load_in_4bit"] || config["load_in_8bit"] ? "bitsandbytes" : undefined);
  const known = typeof said === "string" ? methods.get(said.toLowerCase()) : undefined;
  if (known === undefined) {
    const expected = `its quant_method must be absent, as packed weights are not read: ${unpack}`;
    throw new CheckpointError(file, expected, { current: said });
  }
  const [name, instead] = known;
  throw new CheckpointError(
    file,
    `its weights must be plain numbers, and are packed by ${name}: ${instead}`,
  );
}

/**
 * Says which of some files hold weights that are not read, and what to do instead.
 *
 * @param names The names of files, as a folder or a hub lists them.
 * @returns What to do about the first such file, to stand in an error; null where there is none.
 */
export function packedFile(
  names: readonly string[],
): { readonly name: string; readonly kind: string; readonly instead: string } | null {
  for (const [pattern, kind, instead] of containers) {
    const name = names.toSorted().find((name) => pattern.test(name) && !settings.test(name));
    if (name !== undefined) return { name, kind, instead };
  }
  return null;
}

/**
 * Refuses tensors that only packed checkpoints hold, where no configuration says so.
 *
 * @param tensors The names of the tensors, each with the file that holds it.
 * @throws {CheckpointError} If there is one; the error names the method and says what to do instead.
 */
export function refusePackedTensors(
  tensors: Iterable<{ readonly name: string; readonly file: string }>,
): void {
  for (const { name, file } of tensors) {
    const method = packedTensors.find(([pattern]) => pattern.test(name))?.[1];
    if (method === undefined) continue;
    throw new CheckpointError(
      file,
      `it must hold plain numbers, and its name is one of weights packed by ${method}: ${unpack}`,
      { tensor: name },
    );
  }
}
