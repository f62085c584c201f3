/**
 * The one model type: an architecture, its weights, its tokenizer and its sites.
 *
 * @module
 */

import { sourceLine } from "./source_line.ts";
import { display, type Document, tree } from "../show/mod.ts";
import type { tf } from "../tensor/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { Architecture } from "./architecture.ts";
import { forwardSteps } from "./forward.ts";
import { modelTree } from "./model_tree.ts";
import type { Observer } from "./observer.ts";
import type { Pass } from "./pass.ts";
import { type Prompt, type PromptTokens, readPrompts } from "./prompt.ts";
import { findSite, matchSites, type Sites } from "./site_names.ts";
import { listSites, type Site, type SitePattern, type SiteTree, siteTree } from "./sites.ts";
import { findWeightPlace, weightPlace } from "./weight_places.ts";
import { layerWeight, placedWeight, stackedWeight, type Weight } from "./weight_view.ts";
import type { Weights } from "./weights.ts";

/** Where a model came from. */
export interface Provenance {
  /** The name that it goes by. */
  readonly name: string;
  /** The folder or address that it was read from. */
  readonly source: string;
  /** What was done to its weights since, such as `blocks.3.mlp.W_out replaced`, in order; omitted if nothing was. */
  readonly changes?: readonly string[];
}

/** A transformer language model, to be acted on by functions such as `run`. */
export class Transformer {
  /** What the model computes. */
  readonly architecture: Architecture;
  /** Turns text into tokens; null where the model came without one. */
  readonly tokenizer: Tokenizer | null;
  /** Where the model came from. */
  readonly provenance: Provenance;
  /** The weights in the layout of their file. */
  readonly weights: Weights;
  /** The names of all sites, as a tree to complete in. */
  readonly sites: SiteTree;
  readonly #sites: Sites;

  /** Puts a model together; `load` does so from a checkpoint. */
  constructor(weights: Weights, tokenizer: Tokenizer | null, provenance: Provenance) {
    this.architecture = weights.architecture;
    this.weights = weights;
    this.tokenizer = tokenizer;
    this.provenance = provenance;
    this.#sites = listSites(this.architecture);
    this.sites = siteTree(this.#sites.keys());
    weights.source = () => sourceLine(this);
  }

  /** Reads a prompt, or several, into tokens. */
  tokenize(prompt: Prompt): readonly PromptTokens[] {
    return readPrompts(prompt, this.tokenizer, this.architecture);
  }

  /** The names of a site's axes, outermost first. */
  axesOf(site: Site): readonly string[] {
    return this.#sites.get(this.site(site))!;
  }

  /** The size of a site's values for prompts of a length, `[...]` by its axes; there may be more keys than positions. */
  shapeOf(site: Site, batch: number, position: number, keys: number = position): number[] {
    const { width, headWidth, heads, keyValueHeads, neurons, vocabulary, mixture } =
      this.architecture;
    const grouped = /attn\.(rot_k|[kv](_\w+)?)$/.test(this.site(site));
    const sizes: Record<string, number> = {
      head: grouped ? keyValueHeads : heads,
      batch,
      position,
      query: position,
      key: keys,
      width,
      head_width: headWidth,
      neuron: neurons,
      vocabulary,
      one: 1,
      expert: mixture?.experts ?? 0,
      component: mixture?.chosen ?? 0,
    };
    return this.axesOf(site).map((axis) => sizes[axis]!);
  }

  /** The site of a name, in our spelling or TransformerLens's; others are refused with the nearest. */
  site(name: string, purpose = "find"): Site {
    return findSite(this.#sites, name, purpose);
  }

  /** The sites that fit a pattern, in the order of the forward pass. */
  match(pattern: SitePattern | string, purpose = "find"): Site[] {
    return matchSites(this.#sites, pattern, purpose);
  }

  /** Runs the model step by step; see `forwardSteps`. */
  forward(pass: Pass, observer: Observer): Generator<void, tf.Tensor3D> {
    return forwardSteps(this.weights, pass, observer);
  }

  /** The embedding, `[vocabulary, width]`. */
  get W_E(): Weight {
    return this.#placed("W_E")!;
  }

  /** The learned positions, `[position, width]`; null where positions are not learned. */
  get W_pos(): Weight | null {
    return this.#placed("W_pos");
  }

  /** The unembedding, `[width, vocabulary]`. */
  get W_U(): Weight {
    return this.#placed("W_U")!;
  }

  /** The bias of the logits, `[vocabulary]`: zeros where the model has none. */
  get b_U(): Weight {
    return this.#placed("b_U")!;
  }

  /** Query matrices, `[layer, head, width, head_width]`. */
  get W_Q(): Weight {
    return this.#stacked("W_Q");
  }

  /** Key matrices, `[layer, head, width, head_width]`; a head is a key head. */
  get W_K(): Weight {
    return this.#stacked("W_K");
  }

  /** Value matrices, `[layer, head, width, head_width]`; a head is a value head. */
  get W_V(): Weight {
    return this.#stacked("W_V");
  }

  /** Output matrices, `[layer, head, head_width, width]`. */
  get W_O(): Weight {
    return this.#stacked("W_O");
  }

  /** Query biases, `[layer, head, head_width]`. */
  get b_Q(): Weight {
    return this.#stacked("b_Q");
  }

  /** Key biases, `[layer, head, head_width]`. */
  get b_K(): Weight {
    return this.#stacked("b_K");
  }

  /** Value biases, `[layer, head, head_width]`. */
  get b_V(): Weight {
    return this.#stacked("b_V");
  }

  /** Output biases, `[layer, width]`: one a layer, not one a head. */
  get b_O(): Weight {
    return this.#stacked("b_O");
  }

  /** What neurons read, `[layer, width, neuron]`; in mixtures `[layer, expert, width, neuron]`, and so on below. */
  get W_in(): Weight {
    return this.#stacked("W_in");
  }

  /** What gates read, `[layer, width, neuron]`; null where there is no gate. */
  get W_gate(): Weight | null {
    return stackedWeight(this.weights, "W_gate");
  }

  /** What neurons write, `[layer, neuron, width]`. */
  get W_out(): Weight {
    return this.#stacked("W_out");
  }

  /** Neuron biases, `[layer, neuron]`. */
  get b_in(): Weight {
    return this.#stacked("b_in");
  }

  /** Gate biases, `[layer, neuron]`; null where there is no gate. */
  get b_gate(): Weight | null {
    return stackedWeight(this.weights, "b_gate");
  }

  /** Output biases of the feed-forward networks, `[layer, width]`. */
  get b_out(): Weight {
    return this.#stacked("b_out");
  }

  /**
   * A weight of one layer, such as `model.layerWeight(3, "W_Q")`; null where the architecture has none.
   *
   * @throws {RangeError} If there is no such layer or name; negative layers count from the last.
   */
  layerWeight(layer: number, name: LayerWeightName): Weight | null {
    const { layers } = this.architecture, at = layer < 0 ? layers + layer : layer;
    if (!Number.isInteger(at) || at < 0 || at >= layers) {
      throw new RangeError(
        `Cannot read layer ${layer} as it must be from ${-layers} to ${layers - 1}`,
      );
    }
    if (!LAYER_WEIGHTS.includes(name)) {
      throw new RangeError(
        `Cannot read ${JSON.stringify(name)} of a layer as it must be one of ${
          LAYER_WEIGHTS.join(", ")
        }`,
      );
    }
    return layerWeight(this.weights, at, name);
  }

  /**
   * A weight by its name, such as `W_E`, `blocks.3.attn.W_Q` or `ln_final.w`; or `W_Q`, stacked over the layers.
   *
   * @throws {RangeError} If there is none of that name; the error gives the nearest.
   *
   * @example
   * ```ts
   * import { load } from "@innerworks/innerworks";
   *
   * const model = await load("seedling");
   * console.log(model.weight("blocks.0.ln1.w").shape); // [256]
   * ```
   */
  weight(name: string): Weight {
    const stacked = LAYER_WEIGHTS.includes(name as LayerWeightName)
      ? stackedWeight(this.weights, name)
      : null;
    return stacked ?? placedWeight(this.weights, findWeightPlace(this.weights, name, "read"));
  }

  /**
   * The id of the one token that a text is, such as `" Mary"`.
   *
   * @throws {RangeError} If the text is not exactly one token; the error says into which it falls.
   * @throws {TypeError} If the model has no tokenizer.
   */
  toSingleToken(text: string): number {
    if (this.tokenizer) return this.tokenizer.toSingleToken(text);
    throw new TypeError(
      `Cannot find the token of ${
        JSON.stringify(text)
      } as the model has no tokenizer: put a tokenizer.json beside the model`,
    );
  }

  /**
   * Frees the weights. Models that were made from this one and share some of them cannot be used afterwards; of a model
   * that was made from another, only what is its own is freed.
   */
  dispose(): void {
    this.weights.dispose();
  }

  /** Frees the weights at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws the model as a tree of its parts, sites and weights. */
  [display](): Document {
    return tree(
      modelTree(this.architecture, this.weights, this.provenance, [...this.#sites.keys()]),
    );
  }

  /** Shows the model in a terminal. */
  [Symbol.for("Deno.customInspect")](): string {
    return this[display]()["text/plain"];
  }

  /** Describes the model without its weights. */
  toJSON(): { provenance: Provenance; architecture: Architecture } {
    return { provenance: this.provenance, architecture: this.architecture };
  }

  #placed(name: string): Weight | null {
    const place = weightPlace(this.weights, name);
    return place && placedWeight(this.weights, place);
  }

  #stacked(name: LayerWeightName): Weight {
    return stackedWeight(this.weights, name)!;
  }
}

const LAYER_WEIGHTS = ["Q", "K", "V", "O", "in", "gate", "out"]
  .flatMap((part) => [`W_${part}`, `b_${part}`]) as LayerWeightName[];

/** The weights that a layer may have. */
export type LayerWeightName =
  | `W_${"Q" | "K" | "V" | "O" | "in" | "gate" | "out"}`
  | `b_${"Q" | "K" | "V" | "O" | "in" | "gate" | "out"}`;
