/**
 * How large the weights of each block are.
 *
 * Heimersheim and Turner, "Residual stream norms grow exponentially over the forward pass", 2023: what writes to the stream
 * grows with depth, what reads it does not.
 *
 * @module
 */

import { foldNorms, type LayerWeightName, type Transformer } from "../model/mod.ts";
import { checkModel, sourceOf, withOrigin } from "../run/mod.ts";
import {
  all,
  display,
  type Document,
  drawn,
  type DrawnPromise,
  inspect,
  refuseUnknownOptions,
  table,
} from "../show/mod.ts";
import { inSlices, readNumbers, tf } from "../tensor/mod.ts";
import { type GrowthRate, growthRate } from "./growth_rate.ts";

/** Options for {@linkcode weightNorms}. */
export interface WeightNormsOptions {
  /** Stops the work between two matrices. */
  readonly signal?: AbortSignal;
}

/** The sizes of one kind of weight in all layers. */
export interface WeightNorm {
  /** The weight, such as `W_O`. */
  readonly name: LayerWeightName;
  /** Whether it reads the stream or writes to it. */
  readonly side: "reads" | "writes";
  /** The Frobenius norm of the matrix as it is stored, all heads together, `[layer]`. */
  readonly raw: readonly number[];
  /** The growth of `raw` from layer to layer; the baseline is 1. */
  readonly rawGrowth: GrowthRate;
  /** The same with the gains of the norms folded in; null where the model does not admit that. What writes stays as it is. */
  readonly folded: readonly number[] | null;
  /** The growth of `folded`; null where there is none. */
  readonly foldedGrowth: GrowthRate | null;
}

const SIDES: readonly (readonly [LayerWeightName, WeightNorm["side"]])[] = [
  ["W_Q", "reads"],
  ["W_K", "reads"],
  ["W_V", "reads"],
  ["W_gate", "reads"],
  ["W_in", "reads"],
  ["W_O", "writes"],
  ["W_out", "writes"],
];

/** The sizes of a model's weights, layer by layer. */
export class WeightNorms {
  /** The model, by name. */
  readonly model: string;
  /** One entry for each kind of weight that the model has. */
  readonly weights: readonly WeightNorm[];
  /** The experts whose matrices a norm is the root mean square of; null where there is no mixture. */
  readonly experts: number | null;
  /** Why there are no folded norms; null where there are. */
  readonly notFolded: string | null;

  /** Holds the norms. */
  constructor(
    model: string,
    weights: readonly WeightNorm[],
    experts: number | null,
    notFolded: string | null,
  ) {
    this.model = model;
    this.weights = weights;
    this.experts = experts;
    this.notFolded = notFolded;
  }

  /**
   * The sizes of one kind of weight.
   *
   * @throws {RangeError} If the model has none of that name.
   */
  of(name: LayerWeightName): WeightNorm {
    const found = this.weights.find((weight) => weight.name === name);
    if (found) return found;
    throw new RangeError(
      `Cannot find the norms of ${JSON.stringify(name)} as it must be among ${
        this.weights.map(({ name }) => name).join(", ")
      }`,
    );
  }

  /** Draws a table of raw norms, and one of folded ones. */
  async [display](): Promise<Document> {
    return await all(this.#tables())[display]();
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this.#tables().map((drawing) => drawing["text/plain"]).join("\n\n");
  }

  /** The numbers as plain data. */
  toJSON(): Pick<WeightNorms, "model" | "weights" | "experts" | "notFolded"> {
    const { model, weights, experts, notFolded } = this;
    return { model, weights, experts, notFolded };
  }

  #tables() {
    const layers = this.weights[0]!.raw.map((_, layer) => ({ name: `layer ${layer}` }));
    const mean = this.experts === null
      ? "Frobenius norm of each layer's matrix"
      : `root mean square of the Frobenius norms of ${this.experts} experts in the feed-forward network`;
    const one = (
      title: string,
      of: (weight: WeightNorm) => readonly number[] | null,
      growth: (weight: WeightNorm) => GrowthRate | null,
      caption: string,
    ) =>
      table({
        title: `${title} of ${this.model}`,
        columns: [{ name: "weight" }, { name: "stream" }, ...layers, { name: "growth a layer" }],
        rows: this.weights.flatMap((weight) => {
          const norms = of(weight);
          return norms ? [[weight.name, weight.side, ...norms, growth(weight)!.rate]] : [];
        }),
        caption: `${
          sourceOf(this, this.model)
        } · ${caption} · weights that keep their size have a growth of 1`,
      });
    const raw = one("Norms of the weights", ({ raw }) => raw, ({ rawGrowth }) => rawGrowth, mean);
    if (this.notFolded !== null) {
      return [
        raw,
        table({ title: "Not folded", columns: [{ name: "why" }], rows: [[this.notFolded]] }),
      ];
    }
    return [
      raw,
      one(
        "Norms of the weights, gains folded in,",
        ({ folded }) => folded,
        ({ foldedGrowth }) => foldedGrowth,
        `${mean}, after foldNorms`,
      ),
    ];
  }
}

/**
 * Measures how large the weights of each block are, as they are stored and with the gains of norms folded in.
 *
 * @param model The model.
 * @param options A signal.
 * @returns Frobenius norms by weight and layer, with the rate of geometric growth that fits them; the promise draws itself. Of
 * a mixture's experts it is the root mean square. Folded norms are missing, with the reason, where norms cannot be folded.
 *
 * @example
 * ```ts
 * import { load, weightNorms } from "@innerworks/innerworks";
 * const norms = await weightNorms(await load("seedling"));
 * if (norms.of("W_O").raw.length !== 4) throw new Error("a number for each of the four layers");
 * ```
 */
export function weightNorms(
  model: Transformer,
  options: WeightNormsOptions = {},
): DrawnPromise<WeightNorms> {
  return drawn(() => measure(model, options));
}

async function measure(
  model: Transformer,
  options: WeightNormsOptions,
): Promise<WeightNorms> {
  const purpose = "measure norms of weights";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["signal"]);
  const { signal } = options;
  const raw = await inSlices(normsOf(model), signal);
  let folded: Map<LayerWeightName, number[]> | null = null, notFolded: string | null = null;
  try {
    using other = await foldNorms(model, signal ? { signal } : {});
    folded = await inSlices(normsOf(other), signal);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    notFolded = error.message;
  }
  const weights = SIDES.flatMap(([name, side]): WeightNorm[] => {
    const own = raw.get(name), other = folded?.get(name) ?? null;
    if (!own) return [];
    return [{
      name,
      side,
      raw: own,
      rawGrowth: growthRate(own),
      folded: other,
      foldedGrowth: other && growthRate(other),
    }];
  });
  const experts = model.architecture.mixture?.experts ?? null;
  return withOrigin(new WeightNorms(model.provenance.name, weights, experts, notFolded), model, {
    name: "weightNorms",
    given: { options },
  });
}

/** The norms of all weights, `[layer]`. */
function* normsOf(model: Transformer): Generator<void, Map<LayerWeightName, number[]>> {
  const norms = new Map<LayerWeightName, number[]>();
  for (const [name] of SIDES) {
    for (let layer = 0; layer < model.architecture.layers; layer++, yield) {
      const weight = model.layerWeight(layer, name);
      if (!weight) continue;
      const experts = weight.axes[0] === "expert" ? weight.shape[0]! : 1;
      const square = tf.tidy(() => readNumbers(weight.tensor().square().sum())[0]!);
      norms.set(name, [...norms.get(name) ?? [], Math.sqrt(square / experts)]);
    }
  }
  return norms;
}
