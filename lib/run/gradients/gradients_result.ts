/**
 * What came out of a differentiated run.
 *
 * @module
 */

import { codeOf, sourceOf } from "../origin.ts";
import type { PromptTokens } from "../../model/mod.ts";
import {
  all,
  display,
  type Drawing,
  formatNumber,
  inspect,
  LongTable,
  table,
  tokenStrip,
} from "../../show/mod.ts";
import { readNumbers, tf } from "../../tensor/mod.ts";
import type { Cache } from "../cache.ts";
import { type Edit, editText } from "../edit.ts";
import { exampleEdits } from "../example_edits.ts";
import type { Metric } from "../metrics/mod.ts";
import type { Window } from "../window.ts";
import { type GradientsJson, gradientsJson } from "./gradients_json.ts";

/** What was differentiated. */
export interface Differentiated {
  /** The model, by name. */
  readonly model: string;
  /** The tokens of each prompt. */
  readonly prompts: readonly PromptTokens[];
  /** The metric. */
  readonly metric: Metric;
  /** Its value for each example. */
  readonly values: Float64Array;
  /** The rules, in words. */
  readonly rules: string;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** Where each prompt's tokens lie. */
  readonly window: Window;
}

/** What it was differentiated by. */
export interface FoundGradients {
  /** The gradients at sites. */
  readonly gradients: Cache;
  /** The values at the same sites. */
  readonly activations: Cache;
  /** The gradients by weights, summed over examples. */
  readonly weights: ReadonlyMap<string, tf.Tensor>;
  /** The gradients by the tensors that were asked for, summed over examples, in their order. */
  readonly tensors: readonly tf.Tensor[];
}

/** Gradients of a metric, with the values at the same sites. It owns its tensors until it is disposed. */
export class Gradients {
  /** The model, by name. */
  readonly model: string;
  /** The tokens of each prompt. */
  readonly prompts: readonly PromptTokens[];
  /** The metric that was differentiated. */
  readonly metric: Metric;
  /** Its value for each example. */
  readonly values: Float64Array;
  /** The rules, in words. */
  readonly rules: string;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** The gradients at sites, each of its site's shape. */
  readonly at: Cache;
  /** The values at the same sites. */
  readonly activations: Cache;
  /** The gradients by the tensors that were asked for, summed over examples, in their order. */
  readonly tensors: readonly tf.Tensor[];
  readonly #weights: ReadonlyMap<string, tf.Tensor>;
  readonly #window: Window;

  /** Takes over what was found. */
  constructor(what: Differentiated, found: FoundGradients) {
    this.model = what.model;
    this.prompts = what.prompts;
    this.metric = what.metric;
    this.values = what.values;
    this.rules = what.rules;
    this.edits = what.edits;
    this.at = found.gradients;
    this.activations = found.activations;
    this.tensors = found.tensors;
    this.#weights = found.weights;
    this.#window = what.window;
  }

  /** The gradient at a site, of its shape; owned by this result. */
  get(site: string): tf.Tensor {
    return this.at.get(site);
  }

  /**
   * The gradient by a weight, by the axes of its view, summed over examples; owned by this result.
   *
   * @throws {RangeError} If it was not asked for.
   */
  weight(name: string): tf.Tensor {
    const found = this.#weights.get(name);
    if (found) return found;
    throw new RangeError(
      `Cannot read the gradient by ${name} as it must have been asked for: those asked for are ${
        [...this.#weights.keys()].join(", ") || "none"
      }`,
    );
  }

  /**
   * The product of gradient and value at a site, summed over all axes but example and position: to first order, what each
   * position there adds to the metric beyond zero. A row an example, a number a token. Scores that are masked, −∞, add
   * nothing.
   *
   * @throws {RangeError} If the site has no positions.
   */
  timesValue(site: string): readonly Float64Array[] {
    return this.#byToken(site, timesFinite, (sum) => sum);
  }

  /** The length of the gradient at each position of a site; a row an example, a number a token. */
  norms(site: string): readonly Float64Array[] {
    return this.#byToken(site, (gradient) => gradient.square(), Math.sqrt);
  }

  /** Frees gradients and values. */
  dispose(): void {
    this.at.dispose();
    this.activations.dispose();
    tf.dispose([...this.#weights.values(), ...this.tensors]);
  }

  /** Frees gradients and values at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * The gradients as rows: of a site with positions each token of each prompt, with {@linkcode timesValue} and the length of its
   * gradient; of every other site, weight and tensor the length of its gradient alone.
   */
  table(): LongTable {
    return new LongTable(
      `gradients of the ${this.metric.label}`,
      "by shape example position token gradient_times_value length".split(" "),
      () =>
        this.#all().flatMap(([name, gradient]) => {
          const own = [name, gradient.shape.join(" × ")];
          if (!this.at.has(name) || !this.at.axes(name).some((axis) => PLACE.test(axis))) {
            return [[...own, null, null, null, null, lengthOf(definedNumbers(gradient))]];
          }
          const lengths = this.norms(name);
          return this.timesValue(name).flatMap((values, example) =>
            Array.from(values, (value, position) => [
              ...own,
              example,
              position,
              this.prompts[example]!.tokens[position]!.text,
              value,
              lengths[example]![position]!,
            ])
          );
        }),
    );
  }

  /** What was differentiated, and {@linkcode table} as its rows. */
  toJSON(): GradientsJson {
    return gradientsJson(this);
  }

  /** Draws each prompt tinted by gradient × value at the first site with positions, and a table of all gradients. */
  [display](): Drawing | Promise<Drawing> {
    const [site] = this.at.sites.filter((site) => this.at.axes(site).includes("position"));
    const strips = site === undefined
      ? []
      : this.timesValue(site).map((values, example) =>
        tokenStrip({
          tokens: this.prompts[example]!.tokens,
          values,
          scale: "diverging",
          label: `gradient × value at ${site}`,
          unit: this.metric.unit,
          title: `${this.#begin(example)} of the ${this.metric.label}, which is ${
            formatNumber(this.values[example]!, 4)
          }`,
          caption: this.#caption(example),
          ...codeOf(this, `.timesValue("${site}")[${example}][{position}]`),
        })
      );
    return all([...strips, this.#table()])[display]();
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return `${
      this.#table()["text/plain"]
    }\nGradients of the ${this.metric.label} in ${this.model}: ${
      [...this.at.sites, ...this.#weights.keys()].slice(0, 8).join(", ")
    }${this.at.sites.length > 8 ? ", ..." : ""}`;
  }

  #table(): ReturnType<typeof table> {
    return table({
      title: `Gradients of the ${this.metric.label}`,
      columns: ["by", "shape", "length", "greatest"].map((name) => ({ name })),
      rows: this.#all().map(([name, gradient]) => {
        const numbers = definedNumbers(gradient);
        const greatest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        return [name, gradient.shape.join(" × "), lengthOf(numbers), greatest];
      }),
      caption: this.#caption(),
    });
  }

  /** All gradients by what they are called. */
  #all(): readonly (readonly [name: string, gradient: tf.Tensor])[] {
    return [
      ...this.at.sites.map((site) => [site, this.at.get(site)] as const),
      ...this.#weights,
      ...this.tensors.map((gradient, i) => [`tensor ${i}`, gradient] as const),
    ];
  }

  /** How the title of an example's strip begins. */
  #begin(example: number): string {
    return this.prompts.length > 1 ? `Example ${example}: slopes` : "Slopes";
  }

  /** Where the numbers come from, of all examples or of one. */
  #caption(example?: number): string {
    const rules = this.rules === "exact" ? "exact gradients" : `rules: ${this.rules}`;
    const examples = this.prompts.length;
    const edits = example === undefined
      ? this.edits
      : exampleEdits(this.edits, { example, examples });
    return [sourceOf(this, this.model), rules, ...edits.map(editText)].join(" · ");
  }

  #byToken(
    site: string,
    work: (gradient: tf.Tensor, value: tf.Tensor) => tf.Tensor,
    finish: (sum: number) => number,
  ): readonly Float64Array[] {
    const axes = this.at.axes(site),
      place = axes.findIndex((axis) => PLACE.test(axis));
    if (place < 0) {
      throw new RangeError(
        `Cannot give a number for each token at ${site} as it must have positions: its axes are ${
          axes.join(", ")
        }`,
      );
    }
    const others = axes.map((_, i) => i).filter((i) => i !== place);
    return this.prompts.map(({ ids: { length } }, example) => {
      // Each example's own tokens alone, among the keys too: in the padding stands NaN.
      const column = this.#window.rows[example]!.start;
      const begin = axes.map((axis) => axis === "batch" ? example : TOKENS.test(axis) ? column : 0);
      const own = (cache: Cache) => {
        const whole = cache.get(site);
        const size = axes.map((axis, i) =>
          axis === "batch" ? 1 : TOKENS.test(axis) ? length : whole.shape[i]!
        );
        return tf.slice(whole, begin, size);
      };
      const sums = tf.tidy(() => work(own(this.at), own(this.activations)).sum(others));
      const numbers = readNumbers(sums);
      sums.dispose();
      return numbers.map(finish);
    });
  }
}

/** The axis whose tokens a number is given for. */
const PLACE = /^(position|query)$/;

/** The numbers that are there: in the padding stands NaN. */
const definedNumbers = (gradient: tf.Tensor) =>
  readNumbers(gradient).filter((value) => !Number.isNaN(value));

const lengthOf = (numbers: Float64Array) =>
  Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));

/** The axes that count tokens. */
const TOKENS = /^(position|query|key)$/;

/** The product of gradients and values, 0 where a value is −∞, as no gradient is but 0 there. */
function timesFinite(gradient: tf.Tensor, value: tf.Tensor): tf.Tensor {
  return gradient.mul(tf.where(value.equal(-Infinity), tf.zerosLike(value), value));
}
