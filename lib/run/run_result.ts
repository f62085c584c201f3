/**
 * What came out of a run.
 *
 * @module
 */

import type { PromptTokens, Transformer } from "../model/mod.ts";
import { all, display, type Drawing, inspect, table, tokenStrip } from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";
import type { Cache } from "./cache.ts";
import { type Edit, editText } from "./edit.ts";
import { topTokens } from "./next_tokens.ts";

const freed = new FinalizationRegistry<tf.Tensor>((tensor) => tensor.dispose());

/** The logits of a run with its tokens, its loss and what it captured. */
export class RunResult {
  /** The model that ran, by name. */
  readonly model: string;
  /** The tokens of each prompt; each says whether a beginning-of-text token was prepended. */
  readonly tokens: readonly PromptTokens[];
  /** The captured values. */
  readonly cache: Cache;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  readonly #logits: tf.Tensor3D;
  readonly #transformer: Transformer;

  /** Takes over the logits and the cache. */
  constructor(
    model: Transformer,
    tokens: readonly PromptTokens[],
    logits: tf.Tensor3D,
    cache: Cache,
    edits: readonly Edit[],
  ) {
    this.model = model.provenance.name;
    this.tokens = tokens;
    this.cache = cache;
    this.edits = edits;
    this.#transformer = model;
    this.#logits = tf.keep(logits);
    if (!["native", "cpu"].includes(tf.getBackend())) freed.register(this, logits, this);
  }

  /** The logits, `[batch, position, vocabulary]`, owned by this result; `await result.logits.data()` reads them. */
  get logits(): tf.Tensor3D {
    return this.#logits;
  }

  /**
   * The loss of each token given those before it, in nats: a row a prompt, an entry a token. The first token of a prompt
   * has none, so NaN stands there.
   */
  get loss(): readonly Float32Array[] {
    const [, length, vocabulary] = this.#logits.shape;
    const logits = this.#logits.dataSync<"float32">();
    return this.tokens.map(({ ids }, row) =>
      Float32Array.from(ids, (id, position) => {
        if (position === 0) return NaN;
        const start = (row * length + position - 1) * vocabulary;
        return logSumExp(logits, start, vocabulary) - logits[start + id]!;
      })
    );
  }

  /** The mean loss of all tokens that have one, in nats; NaN where none has. */
  get meanLoss(): number {
    const values = this.loss.flatMap((row) => [...row.slice(1)]);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  /** Frees logits and cache. */
  dispose(): void {
    freed.unregister(this);
    this.#logits.dispose();
    this.cache.dispose();
  }

  /** Frees logits and cache at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws each prompt tinted by loss, and the tokens that the model expects next. */
  [display](): Drawing | Promise<Drawing> {
    if (this.#logits.isDisposed) {
      return table({ title: `A run of ${this.model}, disposed`, columns: [], rows: [] });
    }
    const { loss } = this;
    const views = this.tokens.map(({ tokens }, row) =>
      tokenStrip({
        tokens,
        values: loss[row]!,
        label: "loss",
        unit: "nats",
        caption: this.#caption(),
      })
    );
    return all(views.flatMap((view, row) => [view, topTokens(this.#transformer, this, { row })]))
      [display]();
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    if (this.#logits.isDisposed) return `RunResult of ${this.model}, disposed`;
    return `RunResult of ${this.model}: logits [${
      this.#logits.shape.join(", ")
    }], ${this.cache.sites.length} captured sites, ` +
      `${this.edits.length} edits, mean loss ${this.meanLoss.toFixed(4)} nats`;
  }

  #caption(): string {
    const begun = this.tokens.some(({ beginning }) => beginning);
    return [
      `${this.model}`,
      `a beginning-of-text token was ${begun ? "" : "not "}prepended`,
      ...this.edits.map(editText),
    ].join(" · ");
  }
}

/** log Σ exp of a stretch of numbers, in double precision and with the greatest taken out first. */
export function logSumExp(values: ArrayLike<number>, start: number, length: number): number {
  let greatest = -Infinity, sum = 0;
  for (let i = start; i < start + length; i++) greatest = Math.max(greatest, values[i]!);
  for (let i = start; i < start + length; i++) sum += Math.exp(values[i]! - greatest);
  return greatest + Math.log(sum);
}
