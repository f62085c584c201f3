/**
 * Reads a `config.json` for the reference forward, on its own and trusting it: no code of the library takes part.
 *
 * @module
 */

/** What the reference forward computes. */
export interface ReferenceShape {
  readonly family: "gpt2" | "llama" | "gpt_neox";
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** The number of key and value heads. */
  readonly groups: number;
  readonly headWidth: number;
  readonly neurons: number;
  readonly vocabulary: number;
  readonly epsilon: number;
  /** How far each pair of columns turns from one position to the next; none where positions are learned. */
  readonly speeds: readonly number[];
  /** What the scores of a layer are multiplied by. */
  readonly scale: (layer: number) => number;
  readonly activation: string;
  readonly parallel: boolean;
  readonly tied: boolean;
}

/** Reads the fields that transformers reads, with the defaults of transformers. */
export function referenceShape(config: Record<string, unknown>): ReferenceShape {
  const number = (name: string, otherwise?: number) => (config[name] ?? otherwise) as number;
  if (config.model_type === "gpt2") {
    const width = number("n_embd"), heads = number("n_head"), headWidth = width / heads;
    const root = config.scale_attn_weights === false ? 1 : Math.sqrt(headWidth);
    return {
      family: "gpt2",
      width,
      layers: number("n_layer"),
      heads,
      groups: heads,
      headWidth,
      neurons: number("n_inner", 4 * width),
      vocabulary: number("vocab_size"),
      epsilon: number("layer_norm_epsilon", 1e-5),
      speeds: [],
      scale: (layer) =>
        1 / root / (config.scale_attn_by_inverse_layer_idx === true ? layer + 1 : 1),
      activation: (config.activation_function ?? "gelu_new") as string,
      parallel: false,
      tied: config.tie_word_embeddings !== false,
    };
  }
  const llama = config.model_type === "llama";
  const width = number("hidden_size"), heads = number("num_attention_heads");
  const headWidth = llama ? number("head_dim", width / heads) : width / heads;
  return {
    family: llama ? "llama" : "gpt_neox",
    width,
    layers: number("num_hidden_layers"),
    heads,
    groups: llama ? number("num_key_value_heads", heads) : heads,
    headWidth,
    neurons: number("intermediate_size"),
    vocabulary: number("vocab_size"),
    epsilon: llama ? number("rms_norm_eps", 1e-6) : number("layer_norm_eps", 1e-5),
    speeds: turns(config, headWidth, llama ? 1 : 0.25),
    scale: () => 1 / Math.sqrt(headWidth),
    activation: (config.hidden_act ?? (llama ? "silu" : "gelu")) as string,
    parallel: !llama && config.use_parallel_residual !== false,
    tied: config.tie_word_embeddings === true,
  };
}

/** The rotary angles of all spellings, by the formulas of the papers. */
function turns(config: Record<string, unknown>, headWidth: number, part: number): number[] {
  const inner = (config.rope_parameters ?? config.rope_scaling ?? {}) as Record<string, unknown>;
  const find = (otherwise: number, ...names: string[]) => {
    for (const name of names) {
      for (const place of [inner, config]) {
        if (typeof place[name] === "number") return place[name];
      }
    }
    return otherwise;
  };
  const base = find(10000, "rope_theta", "rotary_emb_base");
  const rotated = Math.floor(headWidth * find(part, "partial_rotary_factor", "rotary_pct"));
  const kind = inner.rope_type ?? inner.type ?? "default";
  const factor = find(1, "factor");
  return Array.from({ length: rotated / 2 }, (_, pair) => {
    const speed = 1 / base ** (2 * pair / rotated);
    if (kind === "linear") return speed / factor;
    if (kind !== "llama3") return speed;
    const length = 2 * Math.PI / speed;
    const low = find(1, "low_freq_factor"), high = find(4, "high_freq_factor");
    const original = find(
      find(2048, "max_position_embeddings"),
      "original_max_position_embeddings",
    );
    if (length > original / low) return speed / factor;
    if (length < original / high) return speed;
    const smooth = (original / length - low) / (high - low);
    return (1 - smooth) * speed / factor + smooth * speed;
  });
}

/** What a family calls its modules; `#` is the number of the layer, `?` the letter of queries, keys or values. */
export interface ReferenceNames {
  readonly embed: string;
  readonly unembed: string;
  readonly finalNorm: string;
  readonly ln1: string;
  readonly ln2: string;
  readonly attention: string;
  readonly output: string;
  readonly neuronsIn: string;
  readonly neuronsOut: string;
  readonly neuronsGate?: string;
}

/** The names of a family's modules in today's files. */
export function referenceNames(family: ReferenceShape["family"]): ReferenceNames {
  return {
    gpt2: {
      embed: "transformer.wte",
      unembed: "lm_head",
      finalNorm: "transformer.ln_f",
      ln1: "transformer.h.#.ln_1",
      ln2: "transformer.h.#.ln_2",
      attention: "transformer.h.#.attn.c_attn",
      output: "transformer.h.#.attn.c_proj",
      neuronsIn: "transformer.h.#.mlp.c_fc",
      neuronsOut: "transformer.h.#.mlp.c_proj",
    },
    llama: {
      embed: "model.embed_tokens",
      unembed: "lm_head",
      finalNorm: "model.norm",
      ln1: "model.layers.#.input_layernorm",
      ln2: "model.layers.#.post_attention_layernorm",
      attention: "model.layers.#.self_attn.?_proj",
      output: "model.layers.#.self_attn.o_proj",
      neuronsIn: "model.layers.#.mlp.up_proj",
      neuronsOut: "model.layers.#.mlp.down_proj",
      neuronsGate: "model.layers.#.mlp.gate_proj",
    },
    gpt_neox: {
      embed: "gpt_neox.embed_in",
      unembed: "embed_out",
      finalNorm: "gpt_neox.final_layer_norm",
      ln1: "gpt_neox.layers.#.input_layernorm",
      ln2: "gpt_neox.layers.#.post_attention_layernorm",
      attention: "gpt_neox.layers.#.attention.query_key_value",
      output: "gpt_neox.layers.#.attention.dense",
      neuronsIn: "gpt_neox.layers.#.mlp.dense_h_to_4h",
      neuronsOut: "gpt_neox.layers.#.mlp.dense_4h_to_h",
    },
  }[family];
}
