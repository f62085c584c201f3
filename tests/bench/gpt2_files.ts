/**
 * A checkpoint in the shape of GPT-2 small with random weights, written where it is told.
 *
 * @module
 */

import { RandomStream, writeSafetensors, type WrittenTensor } from "../../mod.ts";
import { sizes } from "./plain_gpt2.ts";

/** Writes the checkpoint to a folder that exists. */
export async function writeGpt2(folder: string): Promise<void> {
  const { layers, width, heads, neurons, vocabulary, positions } = sizes;
  const config = {
    model_type: "gpt2",
    architectures: ["GPT2LMHeadModel"],
    n_layer: layers,
    n_head: heads,
    n_embd: width,
    n_inner: neurons,
    n_positions: positions,
    vocab_size: vocabulary,
  };
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
  const random = new RandomStream(1, "weights");
  // One table of draws, read from a new place each time: cheap, and no two matrices are the same.
  const draws = Float32Array.from({ length: 1 << 20 }, () => (random.uniform() - 0.5) * 0.04);
  const tensors = new Map<string, WrittenTensor>();
  const put = (name: string, ...shape: number[]) => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    const start = random.integer(draws.length);
    if (/ln_\w+\.weight$/.test(name)) values.fill(1);
    else {for (let i = 0; i < values.length; i++) {
        values[i] = draws[(start + i) & (draws.length - 1)]!;
      }}
    tensors.set(`transformer.${name}`, { dtype: "F32", shape, values });
  };
  put("wte.weight", vocabulary, width);
  put("wpe.weight", positions, width);
  for (let layer = 0; layer < layers; layer++) {
    const block = `h.${layer}`;
    for (const norm of ["ln_1", "ln_2"]) {
      put(`${block}.${norm}.weight`, width);
      put(`${block}.${norm}.bias`, width);
    }
    put(`${block}.attn.c_attn.weight`, width, 3 * width);
    put(`${block}.attn.c_attn.bias`, 3 * width);
    put(`${block}.attn.c_proj.weight`, width, width);
    put(`${block}.attn.c_proj.bias`, width);
    put(`${block}.mlp.c_fc.weight`, width, neurons);
    put(`${block}.mlp.c_fc.bias`, neurons);
    put(`${block}.mlp.c_proj.weight`, neurons, width);
    put(`${block}.mlp.c_proj.bias`, width);
  }
  put("ln_f.weight", width);
  put("ln_f.bias", width);
  writeSafetensors(`${folder}/model.safetensors`, tensors);
}
