/**
 * What came out of a run.
 *
 * @module
 */

import { codeOf, lateOrigin, madeBy, type Origin, originFrom, sourceOf } from "./origin.ts";
import { type PromptTokens, sourceLine, type Transformer } from "../model/mod.ts";
import {
  all,
  display,
  type Drawing,
  inspect,
  literalCode,
  type LongTable,
  refuseUnknownOptions,
  table,
  tokenStrip,
} from "../show/mod.ts";
import { freeWhenCollected, keepWhenCollected, readNumbers, tf } from "../tensor/mod.ts";
import type { Cache } from "./cache.ts";
import { type Edit, editText } from "./edit.ts";
import { exampleEdits, type TracedEdit } from "./example_edits.ts";
import type { Padding } from "./layout.ts";
import { checkMetric, evaluated } from "./metrics/metric.ts";
import type { Metric } from "./metrics/mod.ts";
import { madeAlone, type NextTokens, type NextTokensOptions, topTokens } from "./next_tokens.ts";
import type { Bounds } from "./reach.ts";
import { indicesOf } from "./resolve.ts";
import { type RunJson, runJson, runTable } from "./run_data.ts";
import type { Spans } from "./spans.ts";
import { columnOf, type Window } from "./window.ts";

/** What a run hands over to its result. */
export interface RunOutput {
  /** The tokens of each prompt. */
  readonly prompts: readonly PromptTokens[];
  /** Where each prompt's tokens lie. */
  readonly window: Window;
  /** The logits, `[batch, position, vocabulary]`, or the stream where the run stopped. */
  readonly output: tf.Tensor3D;
  /** Whether it stopped before the end. */
  readonly stopped: boolean;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** What the bodies of a trace changed. */
  readonly traced?: readonly TracedEdit[];
  /** What else the run was asked for that its numbers, or the places of its values, depend on. */
  readonly asked?: Asked;
}

/** Options of a run beside its edits and captures. */
export interface Asked extends Bounds {
  /** The names of stretches of the prompts. */
  readonly spans?: Spans | undefined;
  /** The side on which shorter prompts are filled up. */
  readonly padding?: Padding | undefined;
}

/** Options for {@linkcode RunResult.nextTokens}. */
export interface RunNextTokensOptions extends Pick<NextTokensOptions, "count" | "position"> {
  /** The example after which tokens are expected, counted from 0. @default {0} */
  readonly example?: number;
}

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
  /** What the bodies of a trace changed, in a line each; none outside traces. */
  readonly traced: readonly string[];
  readonly #window: Window;
  readonly #output: tf.Tensor3D;
  readonly #stopped: boolean;
  readonly #transformer: Transformer;
  readonly #asked: Asked;
  readonly #traced: readonly TracedEdit[];

  /** Takes over the last tensor and the cache. */
  constructor(model: Transformer, output: RunOutput, cache: Cache) {
    this.model = model.provenance.name;
    this.tokens = output.prompts;
    this.cache = cache;
    this.edits = output.edits;
    this.#traced = output.traced ?? [];
    this.traced = this.#traced.map(({ text }) => text);
    this.#transformer = model;
    this.#window = output.window;
    this.#output = tf.keep(output.output);
    this.#stopped = output.stopped;
    const { prompts, edits, traced = [], asked = {} } = output;
    this.#asked = asked;
    const say = (sites: () => readonly string[], step: string) => (): Origin => {
      const capture = sites().length > 0 ? sites() : undefined;
      return {
        source: sourceLine(model, { prompts }),
        // What a trace changed is not in the edits.
        code: traced.length > 0
          ? null
          : madeBy("run", { prompts, options: { ...asked, edits, capture } }) + step,
      };
    };
    lateOrigin(this, say(() => [], ""));
    lateOrigin(cache, say(() => cache.sites, ".cache"));
    if (!["native", "cpu"].includes(tf.getBackend())) freeWhenCollected(this, [this.#output]);
  }

  /**
   * The logits, `[batch, position, vocabulary]`, owned by this result; `await result.logits.data()` reads them. In a batch
   * of prompts of different lengths, those of padding are NaN.
   *
   * @throws {RangeError} If the run stopped before them.
   */
  get logits(): tf.Tensor3D {
    if (!this.#stopped) return this.#output;
    throw new RangeError(
      "Cannot read logits as the run must go to its end: it stopped before; its stream is in `stream`",
    );
  }

  /** The stream `[batch, position, width]` where the run stopped; null if it ran to its end. */
  get stream(): tf.Tensor3D | null {
    return this.#stopped ? this.#output : null;
  }

  /**
   * The place of a position of an example's prompt on the axes of positions; negative ones count from the prompt's end.
   *
   * @throws {RangeError} If there is no such example or position.
   */
  readonly places = (example: number, position: number): number =>
    columnOf(this.#window, example, position);

  /**
   * Measures a metric, a number for each example.
   *
   * @throws {RangeError} If the metric does not fit the prompts.
   * @throws {TypeError} If it is no metric.
   */
  measure(metric: Metric): Float64Array {
    checkMetric(metric, "measure a run");
    const context = { model: this.#transformer, tokens: this.tokens };
    const values = tf.tidy(() => evaluated(metric, this.logits, this.places, context));
    try {
      return readNumbers(values);
    } finally {
      values.dispose();
    }
  }

  /**
   * The loss of each token given those before it, in nats: a row a prompt, an entry a token. The first token of a prompt
   * has none, so NaN stands there.
   */
  get loss(): readonly Float32Array[] {
    const [, columns, vocabulary] = this.logits.shape;
    const logits = this.logits.dataSync<"float32">();
    return this.tokens.map(({ ids }, row) =>
      Float32Array.from(ids, (id, position) => {
        if (position === 0) return NaN;
        const start = (row * columns + this.places(row, position - 1)) * vocabulary;
        return logSumExp(logits, start, vocabulary) - logits[start + id]!;
      })
    );
  }

  /** The mean loss of all tokens that have one, in nats; NaN where none has. */
  get meanLoss(): number {
    const values = this.loss.flatMap((row) => [...row.slice(1)]);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  /**
   * Lists the tokens that are likeliest to come after an example, as {@linkcode nextTokens} does for a prompt alone.
   *
   * @param options The example, the position in its prompt, and how many tokens.
   * @throws {RangeError} If there is no such example or position, the count is none, or the run stopped before its logits.
   */
  nextTokens(options: RunNextTokensOptions = {}): NextTokens {
    refuseUnknownOptions("list next tokens of a run", options, ["example", "count", "position"]);
    const { example = 0, count = 10 } = options, examples = this.tokens.length;
    const [row] = indicesOf(example, {
      purpose: "list next tokens",
      name: "example",
      size: examples,
    });
    const found = topTokens(this.#transformer, this, { ...options, row: row! });
    const { edits, spans, start } = { edits: this.edits, ...this.#asked };
    // Where nothing ties the example to the run, its prompt alone gives the same, in fewer words.
    const alone = !start && this.traced.length === 0 &&
      (edits.length === 0 || examples === 1 && !spans);
    if (alone) return madeAlone(this.#transformer, found, { count });
    const { position } = found, of = examples > 1 ? { example: row! } : {};
    return originFrom(found, this, `.nextTokens(${literalCode({ ...of, count, position })})`);
  }

  /** Frees logits and cache. */
  dispose(): void {
    keepWhenCollected(this);
    this.#output.dispose();
    this.cache.dispose();
  }

  /** Frees logits and cache at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws each prompt tinted by loss, and the tokens that the model expects next. */
  [display](): Drawing | Promise<Drawing> {
    if (this.#output.isDisposed) {
      return table({ title: `A run of ${this.model}, disposed`, columns: [], rows: [] });
    }
    if (this.#stopped) return this.#drawnStopped();
    const { loss } = this;
    const views = this.tokens.map(({ tokens }, row) =>
      tokenStrip({
        tokens,
        values: loss[row]!,
        label: "loss",
        ...this.tokens.length > 1 && { title: `Example ${row}: loss` },
        unit: "nats",
        caption: this.#caption(row),
        ...codeOf(this, `.loss[${row}][{position}]`),
      })
    );
    return all(views.flatMap((view, row) => [view, this.nextTokens({ example: row })]))[display]();
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    if (this.#output.isDisposed) return `RunResult of ${this.model}, disposed`;
    if (this.#stopped) {
      return `RunResult of ${this.model}, stopped: stream [${this.#output.shape.join(", ")}], ` +
        `${this.cache.sites.length} captured sites, ${
          this.edits.length + this.traced.length
        } edits`;
    }
    return `RunResult of ${this.model}: logits [${
      this.#output.shape.join(", ")
    }], ${this.cache.sites.length} captured sites, ` +
      `${this.edits.length + this.traced.length} edits, mean loss ${this.meanLoss.toFixed(4)} nats`;
  }

  /**
   * The run as rows: of each example its tokens with their losses, then the likeliest next tokens; the column `part` says which.
   */
  table(): LongTable {
    return runTable(this);
  }

  /** The run as plain data, without its logits and what it captured. */
  toJSON(): RunJson {
    return runJson(this);
  }

  #drawnStopped(): Drawing {
    return table({
      title: `A run of ${this.model} that stopped before its end: its stream`,
      columns: [{ name: "example" }, { name: "tokens" }, { name: "stream" }],
      rows: this.tokens.map(({ text, ids }, i) => [
        `${i}: ${text}`,
        ids.length,
        this.#output.shape.slice(1).join(" × "),
      ]),
      caption: this.#caption(),
    });
  }

  /** Where the numbers come from, of the whole run or of one of its examples. */
  #caption(example?: number): string {
    const own = example === undefined ? this.tokens : [this.tokens[example]!];
    const begun = own.some(({ beginning }) => beginning), examples = this.tokens.length;
    const of = <E extends Pick<Edit, "examples">>(all: readonly E[]) =>
      example === undefined ? all : exampleEdits(all, { example, examples });
    return [
      sourceOf(this, this.model),
      `a beginning-of-text token was ${begun ? "" : "not "}prepended`,
      ...of(this.edits).map(editText),
      ...of(this.#traced).map(({ text }) => `traced: ${text}`),
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
