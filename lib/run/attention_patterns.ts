/**
 * Where every head looks.
 *
 * @module
 */

import {
  type Prompt,
  promptCode,
  type PromptTokens,
  sourceLine,
  type Transformer,
} from "../model/mod.ts";
import {
  attentionRows,
  attentionSheet,
  attentionView,
  display,
  type Document,
  drawn,
  type DrawnDocument,
  type DrawnPromise,
  inspect,
  literalCode,
  LongTable,
  refuseUnknownOptions,
} from "../show/mod.ts";
import { checkModel } from "./check_model.ts";
import { type Edit, editText } from "./edit.ts";
import { editsCode } from "./edit_code.ts";
import { lateOrigin } from "./origin.ts";
import { run } from "./run.ts";

/** Options for {@linkcode attentionPatterns}. */
export interface AttentionPatternsOptions {
  /** The layers; negative ones count from the last. @default {all} */
  readonly layers?: number | readonly number[];
  /** What is changed. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/** The models that patterns were read from. */
const readFrom = new WeakMap<AttentionPatterns, WeakRef<Transformer>>();

/** The model that patterns were read from; undefined where they were made by hand, or it is gone. */
export function modelOf(patterns: AttentionPatterns): Transformer | undefined {
  return readFrom.get(patterns)?.deref();
}

/** The attention weights of some layers on one prompt. */
export class AttentionPatterns {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The layers. */
  readonly layers: readonly number[];
  /** The number of heads of a layer. */
  readonly heads: number;
  /** The weights of each of the layers, `[head, query, key]`; each row of keys sums to 1. */
  readonly patterns: readonly Float32Array[];
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** Where the numbers come from, in one line. */
  readonly source: string;

  /** Holds the weights. */
  constructor(
    model: string,
    prompt: PromptTokens,
    layers: readonly number[],
    heads: number,
    patterns: readonly Float32Array[],
    { edits = [], source = model }: { edits?: readonly Edit[]; source?: string } = {},
  ) {
    this.model = model;
    this.prompt = prompt;
    this.layers = layers;
    this.heads = heads;
    this.patterns = patterns;
    this.edits = edits;
    this.source = source;
  }

  /**
   * One weight: how much a head's query at a position looks at a key. Negative heads and positions count from the
   * end.
   *
   * @throws {RangeError} If there is no such layer, head or position here.
   */
  weight(layer: number, head: number, query: number, key: number): number {
    const place = this.layers.indexOf(layer), size = this.prompt.ids.length;
    const at = [head, query, key].map((index, i) => {
      const count = i === 0 ? this.heads : size, from = index < 0 ? count + index : index;
      return Number.isInteger(from) && from >= 0 && from < count ? from : -1;
    }) as [number, number, number];
    if (place < 0 || at.includes(-1)) {
      throw new RangeError(
        `Cannot read the weight of layer ${layer}, head ${head}, query ${query}, key ${key} as there are layers ${
          this.layers.join(", ")
        }, heads 0 to ${this.heads - 1} and positions 0 to ${size - 1}`,
      );
    }
    return this.patterns[place]![(at[0] * size + at[1]) * size + at[2]]!;
  }

  /** Draws all heads: of one layer side by side, of several on one sheet. */
  [display](): Document {
    return this.#view()[display]();
  }

  /** Shows what there is in a terminal. */
  [inspect](): string {
    return this.#view()["text/plain"];
  }

  /** The expression that reads these weights again; edits that cannot be written are in it by the name `edits`. */
  get code(): string {
    const edits = editsCode(this.edits), more = edits && `, ${edits}`;
    return `(await attentionPatterns(model, ${promptCode(this.prompt)}, { layers: ${
      literalCode(this.layers)
    }${more} }))`;
  }

  #view(): DrawnDocument {
    const { layers, heads, patterns, prompt: { tokens }, edits, source } = this;
    const code = `${this.code}.weight({layer}, {head}, {query}, {key})`;
    const shared = { heads, tokens, caption: [source, ...edits.map(editText)].join(" · "), code };
    return layers.length === 1
      ? attentionView({ ...shared, pattern: patterns[0]!, layer: layers[0]! })
      : attentionSheet({ ...shared, patterns, layers });
  }

  /** The weights as rows: of every layer and head, each query with each key; 0 where the query cannot see it, as a softmax gives. */
  table(): LongTable {
    const { columns, fields } = attentionRows({ ...this, tokens: this.prompt.tokens });
    return new LongTable(`attention weights of ${this.model}`, columns, fields);
  }

  /** The weights as plain data. */
  toJSON(): {
    model: string;
    prompt: string;
    layers: readonly number[];
    heads: number;
    patterns: number[][];
  } {
    const { model, prompt: { text }, layers, heads, patterns } = this;
    return {
      model,
      prompt: text,
      layers,
      heads,
      patterns: patterns.map((pattern) => [...pattern]),
    };
  }
}

/**
 * Reads the attention weights of every head of some layers. In a page, "less head" over the large map subtracts one head from
 * another; two prompts, or a prompt with and without edits, are subtracted by `attentionDifference`.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options Which layers, and edits.
 * @returns The weights, drawn as one map a head; the promise draws itself.
 * @throws {RangeError} If a layer does not exist or there is more than one prompt.
 *
 * @example
 * ```ts
 * import { attentionPatterns, load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const patterns = await attentionPatterns(model, "When Mary and John went to the store, John gave a key to");
 * if (patterns.weight(0, 0, 0, 0) !== 1) throw new Error("the first token can only look at itself");
 * ```
 */
export function attentionPatterns(
  model: Transformer,
  prompt: Prompt,
  options: AttentionPatternsOptions = {},
): DrawnPromise<AttentionPatterns> {
  return drawn(() => read(model, prompt, options));
}

async function read(
  model: Transformer,
  prompt: Prompt,
  options: AttentionPatternsOptions,
): Promise<AttentionPatterns> {
  checkModel(model, "show attention");
  refuseUnknownOptions("read attention", options, ["layers", "edits", "signal"]);
  const { layers, edits = [], signal } = options;
  const { layers: count, heads } = model.architecture;
  const wanted = layers === undefined
    ? Array.from({ length: count }, (_, i) => i)
    : [layers].flat();
  if (wanted.length === 0) {
    throw new RangeError("Cannot read attention of no layers as there must be one");
  }
  const chosen = wanted.map((layer) => {
    const at = layer < 0 ? count + layer : layer;
    if (Number.isInteger(at) && at >= 0 && at < count) return at;
    throw new RangeError(
      `Cannot read attention of layer ${layer} as it must be from ${-count} to ${count - 1}`,
    );
  });
  const prompts = model.tokenize(prompt);
  if (prompts.length !== 1) {
    throw new RangeError(
      `Cannot read attention as there must be one prompt: there are ${prompts.length}`,
    );
  }
  using result = await run(model, prompt, {
    capture: chosen.map((layer) => `blocks.${layer}.attn.pattern`),
    edits,
    ...signal ? { signal } : {},
  });
  const patterns = await Promise.all(
    chosen.map(async (layer) =>
      (await result.cache.get(`blocks.${layer}.attn.pattern`).data<"float32">()).slice()
    ),
  );
  const source = sourceLine(model, { prompts });
  const found = new AttentionPatterns(result.model, prompts[0]!, chosen, heads, patterns, {
    edits,
    source,
  });
  readFrom.set(found, new WeakRef(model));
  return lateOrigin(found, () => ({ source, code: found.code }));
}
