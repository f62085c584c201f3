/**
 * Models written by hand: attention alone, no norm, so that what a circuit does can be said in closed form.
 *
 * @module
 */

import type { Transformer } from "../../lib/model/mod.ts";
import { type PlainTensor, withModel } from "../model/fixture.ts";
import { randomCheckpoint } from "../model/random_checkpoint.ts";

/** The sizes of a planted model. */
export interface PlantedSizes {
  readonly layers?: number;
  readonly heads?: number;
  readonly width?: number;
  readonly vocabulary?: number;
}

/** The tensors of a planted model, by names of ours; matrices are `[in][out]`. */
export interface PlantedTensors {
  /** Sets `blocks.L.attn.W_V` or `W_O` of a head; `W_V` is `[width][head_width]`, `W_O` `[head_width][width]`. */
  head(layer: number, head: number, name: "W_Q" | "W_K" | "W_V" | "W_O", rows: number[][]): void;
  /** Sets a whole weight, `[vocabulary][width]` for both. */
  ends(name: "W_E" | "W_U transposed", rows: number[][]): void;
}

/** A float32 model of Llama's kind without neurons, whose RMSNorms divide by a constant 1e7 and multiply by it again. */
export function withPlanted<T>(
  sizes: PlantedSizes,
  change: (tensors: PlantedTensors) => void,
  body: (model: Transformer) => T | Promise<T>,
): Promise<T> {
  const { layers = 2, heads = 2, width = 8, vocabulary = 12 } = sizes, headWidth = width / heads;
  const plain = randomCheckpoint("llama", {
    num_hidden_layers: layers,
    hidden_size: width,
    intermediate_size: 4,
    num_attention_heads: heads,
    num_key_value_heads: heads,
    vocab_size: vocabulary,
    // The mean square of any stream is lost beside it, so the norm is a constant.
    rms_norm_eps: 1e14,
    max_position_embeddings: 32,
  });
  for (const [name, tensor] of plain.tensors) {
    if (/norm/.test(name)) tensor.values.fill(1e7);
    if (/down_proj/.test(name)) tensor.values.fill(0);
  }
  const at = (name: string): PlainTensor => plain.tensors.get(name)!;
  change({
    head(layer, head, name, rows) {
      const letter = name[2]!.toLowerCase();
      const { values } = at(`model.layers.${layer}.self_attn.${letter}_proj.weight`);
      rows.forEach((row, i) =>
        row.forEach((value, j) => {
          // Stored [out, in].
          const place = letter === "o"
            ? j * width + head * headWidth + i
            : (head * headWidth + j) * width + i;
          values[place] = value;
        })
      );
    },
    ends(name, rows) {
      at(name === "W_E" ? "model.embed_tokens.weight" : "lm_head.weight").values.set(rows.flat());
    },
  });
  return withModel(plain, body);
}

/** A matrix of zeros but for what a function says. */
export function filled(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number = () => 0,
): number[][] {
  return Array.from(
    { length: rows },
    (_, row) => Array.from({ length: columns }, (_, column) => value(row, column)),
  );
}
