/**
 * An edit of W_out by hand: the neurons that are active at a token are made to write another token's direction.
 *
 * Katz et al., 2024, https://arxiv.org/abs/2402.12865, section 6, "forward pass shifting": what a step of training would do
 * to W_out is done without a backward pass.
 *
 * @module
 */

import { type Prompt, type Transformer, withWeights } from "../model/mod.ts";
import { checkModel, gradients, logit, run, shownToken, sourceOf, withOrigin } from "../run/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  inspect,
  refuseUnknownOptions,
  type ShownToken,
  table,
  tokenText,
} from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";
import { factorSites, type GradientFactors, gradientFactors } from "./gradient_factors.ts";
import { checkNeuron } from "./neuron_place.ts";

/** Options for {@linkcode shiftEdit}. */
export interface ShiftEditOptions {
  /** The block; negative ones count from the last. */
  readonly layer: number;
  /** The step: how much of the token's column of W_U is added for each unit of a neuron's activation. */
  readonly step: number;
  /** The expert, in mixtures. */
  readonly expert?: number;
  /** The position whose neurons are changed; negative ones count from the end. @default {-1} */
  readonly position?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/** What {@linkcode ShiftEditOptions} may hold. */
const OPTIONS = ["layer", "step", "expert", "position", "signal"];

/**
 * Adds `step · nᵀ · W_U[:, token]ᵀ` to a block's W_out, `n` being the neurons' activations at a position.
 *
 * In the last block of a model without a last norm the token's logit there rises by exactly `step · |n|² · |W_U[:, token]|²`;
 * a last norm, later blocks and norms of what is written change that, and the result says what was predicted to first order
 * and what came of it.
 *
 * @param model The model, which stays as it is.
 * @param prompt One prompt.
 * @param token The token, as text or id.
 * @param options Which block, how far.
 * @returns The changed model with the numbers; the promise draws itself.
 * @throws {RangeError} If there is no such block, position or token, or more than one prompt.
 *
 * @example
 * ```ts
 * import { load, shiftEdit } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * using edit = await shiftEdit(model, "The capital of France is", " Rome", { layer: 3, step: 0.01 });
 * if (!(edit.realised > 0)) throw new Error("Rome should have become likelier");
 * ```
 */
export function shiftEdit(
  model: Transformer,
  prompt: Prompt,
  token: string | number,
  options: ShiftEditOptions,
): DrawnPromise<ShiftEdit> {
  return drawn(() => shift(model, prompt, token, options));
}

async function shift(
  model: Transformer,
  prompt: Prompt,
  token: string | number,
  options: ShiftEditOptions,
): Promise<ShiftEdit> {
  checkModel(model, "shift a model");
  refuseUnknownOptions("shift a model", options, OPTIONS);
  const { step, position = -1, signal } = options;
  const place = options.expert === undefined ? {} : { expert: options.expert };
  const first = { layer: options.layer, neuron: 0, ...place };
  const { layer, expert } = checkNeuron(model, first, "shift a model");
  if (!Number.isFinite(step)) {
    throw new RangeError(
      `Cannot shift a model as step must be a finite number: current value is ${step}`,
    );
  }
  const rest = signal ? { signal } : {}, metric = logit(token, { position });
  using found = await gradients(model, prompt, metric, { at: factorSites(model, layer), ...rest });
  refuseSeveral(found.prompts.length);
  const id = typeof token === "string" ? model.toSingleToken(token) : token;
  const direction = columnOf(model, id), { length } = found.prompts[0]!.ids;
  const own = gradientFactors(model, found, layer)
    .find((one) => one.weight === "W_out" && one.expert === expert)!;
  const at = position < 0 ? length + position : position;
  const { active, change } = firstOrder(own, { at, length, direction });
  const predicted = step * change;
  const network = expert === undefined ? "mlp" : `moe.experts.${expert}`;
  const weight = `blocks.${layer}.${network}.W_out`;
  const changed = changedWeight(model, weight, { active, direction, step });
  const edited = withWeights(model, { [weight]: changed });
  changed.dispose();
  try {
    using after = await run(edited, prompt, rest);
    return withOrigin(
      new ShiftEdit(edited, {
        weight,
        token: shownToken(model, id),
        step,
        activation: Math.sqrt(dot(active, active)),
        direction: Math.sqrt(dot(direction, direction)),
        predicted,
        realised: after.measure(metric)[0]! - found.values[0]!,
      }),
      model,
      {
        name: "shiftEdit",
        given: { prompt: found.prompts, token, options },
        prompts: found.prompts,
      },
    );
  } catch (error) {
    edited.dispose();
    throw error;
  }
}

/**
 * The activations at a position, and the gradient of the metric times a change of W_out by their outer product with a
 * direction: at every token the neurons that are active there too write it.
 */
function firstOrder(
  { inputs, backward }: GradientFactors,
  { at, length, direction }: { at: number; length: number; direction: Float64Array },
): { active: Float64Array; change: number } {
  const row = (rows: Float64Array, position: number) => {
    const size = rows.length / length;
    return rows.subarray(position * size, (position + 1) * size);
  };
  const active = row(inputs, at).slice();
  let change = 0;
  for (let position = 0; position < length; position++) {
    change += dot(row(inputs, position), active) * dot(row(backward, position), direction);
  }
  return { active, change };
}

function refuseSeveral(prompts: number): void {
  if (prompts === 1) return;
  throw new RangeError(`Cannot shift a model as there must be one prompt: there are ${prompts}`);
}

/** The column of W_U of a token, as a direction of the stream. */
function columnOf(model: Transformer, id: number): Float64Array {
  const column = tf.tidy(() => {
    const own = model.W_U.at({ vocabulary: id }).tensor();
    if (model.architecture.embeddingWidth == null) return own;
    return tf.matMul(model.weight("W_U_in").tensor(), own.expandDims<tf.Tensor2D>(1)).flatten();
  });
  const numbers = Float64Array.from(column.dataSync());
  column.dispose();
  return numbers;
}

function changedWeight(
  model: Transformer,
  name: string,
  { active, direction, step }: { active: Float64Array; direction: Float64Array; step: number },
): tf.Tensor {
  return tf.tidy(() => {
    const outer = tf.tensor2d(active, [active.length, 1])
      .mul(tf.tensor2d(direction, [1, direction.length]));
    return model.weight(name).tensor().add(outer.mul(step));
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}

/** The numbers of a {@linkcode ShiftEdit}. */
export interface ShiftEditFacts {
  /** The weight that was changed. */
  readonly weight: string;
  /** The token whose direction was written. */
  readonly token: ShownToken;
  /** The step. */
  readonly step: number;
  /** The length of the activations at the position. */
  readonly activation: number;
  /** The length of the token's column of W_U. */
  readonly direction: number;
  /** The change of the token's logit to first order: the gradient by W_out times the change. */
  readonly predicted: number;
  /** The change of the token's logit. */
  readonly realised: number;
}

/** A model whose W_out was shifted towards a token; it owns the changed weight until it is disposed. */
export class ShiftEdit implements ShiftEditFacts {
  /** The changed model, which shares all other weights with the first. */
  readonly model: Transformer;
  /** The weight that was changed. */
  readonly weight: string;
  /** The token whose direction was written. */
  readonly token: ShownToken;
  /** The step. */
  readonly step: number;
  /** The length of the activations at the position. */
  readonly activation: number;
  /** The length of the token's column of W_U. */
  readonly direction: number;
  /** The change of the token's logit to first order. */
  readonly predicted: number;
  /** The change of the token's logit. */
  readonly realised: number;

  /** Takes over the changed model. */
  constructor(model: Transformer, facts: ShiftEditFacts) {
    this.model = model;
    this.weight = facts.weight;
    this.token = facts.token;
    this.step = facts.step;
    this.activation = facts.activation;
    this.direction = facts.direction;
    this.predicted = facts.predicted;
    this.realised = facts.realised;
  }

  /** Frees the changed weight. */
  dispose(): void {
    this.model.dispose();
  }

  /** Frees the changed weight at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws the change of the logit beside what was predicted. */
  [display](): Document {
    return table({
      title: `${this.weight} shifted towards ${tokenText(this.token)}`,
      columns: ["figure", "value"].map((name) => ({ name })),
      rows: [
        ["change of the logit", this.realised],
        ["predicted to first order", this.predicted],
        ["step · |n|² · |W_U[:, token]|²", this.step * this.activation ** 2 * this.direction ** 2],
      ],
      caption: `${sourceOf(this, this.model.provenance.name)} · step ${this.step}`,
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): ShiftEditFacts {
    const { model: _, ...facts } = this;
    return facts;
  }
}
