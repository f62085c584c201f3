/**
 * Small checkpoints of seeded random weights, in whatever shape a configuration says.
 *
 * @module
 */

import {
  type FixtureName,
  type PlainCheckpoint,
  type PlainTensor,
  randomTensor,
} from "./fixture.ts";
import { referenceNames, referenceShape } from "./reference_config.ts";

const BASE: Record<FixtureName, Record<string, unknown>> = {
  gpt2: {
    model_type: "gpt2",
    architectures: ["GPT2LMHeadModel"],
    n_embd: 24,
    n_head: 3,
    n_layer: 2,
    n_positions: 16,
    vocab_size: 40,
  },
  llama: {
    model_type: "llama",
    architectures: ["LlamaForCausalLM"],
    hidden_size: 24,
    intermediate_size: 20,
    max_position_embeddings: 16,
    num_attention_heads: 6,
    num_hidden_layers: 2,
    num_key_value_heads: 2,
    vocab_size: 40,
  },
  gpt_neox: {
    model_type: "gpt_neox",
    architectures: ["GPTNeoXForCausalLM"],
    hidden_size: 24,
    intermediate_size: 20,
    max_position_embeddings: 16,
    num_attention_heads: 3,
    num_hidden_layers: 2,
    vocab_size: 40,
  },
};

/** Makes a checkpoint of a family; the fields change those of a small model with the family's defaults. */
export function randomCheckpoint(
  family: FixtureName,
  fields: Record<string, unknown> = {},
  seed = 1,
): PlainCheckpoint {
  const config = { ...BASE[family], ...fields };
  const shape = referenceShape(config), names = referenceNames(family);
  const { width, heads, groups, headWidth, neurons, vocabulary, layers, tied } = shape;
  const tensors = new Map<string, PlainTensor>();
  const put = (name: string, size: number[], deviation: number, mean = 0) =>
    tensors.set(name, randomTensor(seed, name, size, deviation, mean));
  const norm = (name: string) => {
    put(`${name}.weight`, [width], 0.2, 1);
    if (family !== "llama") put(`${name}.bias`, [width], 0.2);
  };
  const map = (name: string, inputs: number, outputs: number, bias: boolean) => {
    const size = family === "gpt2" ? [inputs, outputs] : [outputs, inputs];
    put(`${name}.weight`, size, 1.5 / Math.sqrt(inputs));
    if (bias) put(`${name}.bias`, [outputs], 0.3);
  };
  put(`${names.embed}.weight`, [vocabulary, width], 1);
  if (family === "gpt2") put("transformer.wpe.weight", [config.n_positions as number, width], 0.5);
  const attentionBias = family === "gpt2" ||
    (config.attention_bias as boolean | undefined ?? family === "gpt_neox");
  const neuronBias = family !== "llama" || config.mlp_bias === true;
  for (let layer = 0; layer < layers; layer++) {
    const at = (name: string) => name.replace("#", String(layer));
    norm(at(names.ln1));
    norm(at(names.ln2));
    if (family === "llama") {
      for (const [letter, count] of [["q", heads], ["k", groups], ["v", groups]] as const) {
        map(at(names.attention).replace("?", letter), width, count * headWidth, attentionBias);
      }
    } else {
      map(at(names.attention), width, 3 * width, attentionBias);
    }
    map(at(names.output), heads * headWidth, width, attentionBias);
    map(at(names.neuronsIn), width, neurons, neuronBias);
    if (names.neuronsGate !== undefined) map(at(names.neuronsGate), width, neurons, neuronBias);
    map(at(names.neuronsOut), neurons, width, neuronBias);
  }
  norm(names.finalNorm);
  if (!tied) put(`${names.unembed}.weight`, [vocabulary, width], 1.5 / Math.sqrt(width));
  return { config, tensors };
}
