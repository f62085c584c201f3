/**
 * SmolLM 3: Llama of which every fourth layer does not turn.
 *
 * Bakouch et al., "SmolLM3", 2025; Yang et al., "Rope to Nope and Back Again", 2025, https://arxiv.org/abs/2501.18795.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { everyLayer, usualFields } from "./usual_fields.ts";
import { USUAL_BUFFERS, USUAL_MODULES } from "./usual_modules.ts";
import { layerTypes, windowsOf } from "./window_fields.ts";
import type { RotaryKind } from "../architecture.ts";
import type { ConfigReader } from "../config_reader.ts";
import { CheckpointError } from "../files/mod.ts";

/** SmolLM 3. */
export const smolLm3: Family = {
  name: "smollm3",
  architectures: ["SmolLM3ForCausalLM", "SmolLM3Model"],
  parity: 1e-5,
  base: "model.",
  unembed: "lm_head",
  layout: "out in",
  modules: USUAL_MODULES,
  buffers: USUAL_BUFFERS,
  inert: ["max_window_layers"],
  architecture(config) {
    const usual = usualFields(config, {
      keyValueHeads: 4,
      positions: 32768,
      tied: true,
      rotary: { base: 2000000 },
    });
    const { layers } = usual, position = usual.position as RotaryKind;
    const turns = turningLayers(config, layers);
    const on = config.boolean("use_sliding_window", false);
    const stated = config.optionalInteger("sliding_window");
    const window = on ? stated : null;
    const types = layerTypes(
      config,
      layers,
      (layer) => window !== null && !turns[layer] ? "sliding_attention" : "full_attention",
    );
    const attention = config.boolean("attention_bias", false);
    return {
      family: "smollm3",
      ...usual,
      position: { ...position, layers: turns.map((turning) => turning ? position : null) },
      norm: { kind: "rms", epsilon: config.number("rms_norm_eps", 1e-6) },
      gated: true,
      parallel: false,
      windows: windowsOf(config, types, window),
      biases: {
        attention: attention,
        attentionOutput: attention,
        feedForward: config.boolean("mlp_bias", false),
        norm: false,
        unembed: false,
      },
    };
  },
};

/** Whether each layer turns its queries and keys. */
function turningLayers(config: ConfigReader, layers: number): readonly boolean[] {
  const every = config.integer("no_rope_layer_interval", 4);
  const expected = `a list of ${layers}, 1 for a layer that turns and 0 for one that does not`;
  const stated = config.list<0 | 1>("no_rope_layers", expected, (x) => x === 0 || x === 1);
  if (stated !== null && stated.length !== layers) {
    throw new CheckpointError(config.file, `no_rope_layers must be ${expected}`, {
      current: stated,
    });
  }
  return everyLayer(layers, 0).map((_, layer) =>
    stated ? stated[layer] === 1 : (layer + 1) % every !== 0
  );
}
