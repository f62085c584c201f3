/**
 * Whether the basis that activations are written in means something: whether some of its directions stand out.
 *
 * Elhage et al., "Privileged Bases in the Transformer Residual Stream", 2023: activations that know nothing of their basis have the
 * kurtosis of a normal distribution along it, 3, and the same along any other.
 *
 * @module
 */

import { PromptsMark, type Site, type SitePattern, type Transformer } from "../model/mod.ts";
import { checkModel, exampleBatches, type Examples, run, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { seedStream } from "../stats/mod.ts";
import { matMul, qr, tf } from "../tensor/mod.ts";
import { type BasisSite, type Kurtosis, PrivilegedBasis } from "./privileged_result.ts";
import { readOnce } from "./read_once.ts";

/** Options for {@linkcode privilegedBasis}. */
export interface PrivilegedBasisOptions {
  /** The sites: names, patterns with `*`, or bare names for every layer. @default {"resid_post", and "mlp.post" where there is one} */
  readonly sites?: readonly (SitePattern | string)[];
  /** How many random rotations are compared with. @default {8} */
  readonly rotations?: number;
  /** The seed of these. @default {0} */
  readonly seed?: number;
  /** The most tokens that are read, beside the first of each example. @default {512} */
  readonly tokens?: number;
  /** Stops the work between two batches. */
  readonly signal?: AbortSignal;
}

const purpose = "look for a privileged basis";

/** Directions of a rotation beyond which more would say nothing new. */
const mostDirections = 256;

/**
 * Measures the kurtosis m₄/m₂² of activations along the directions of their basis, and along those of random rotations.
 *
 * `byToken` is that of each token's activations over the directions, in the mean over tokens: large where a token has few large
 * entries. `byDirection` is that of each direction over the tokens, in the mean over directions. A rotation gives up to 256 of
 * its directions, orthonormal ones. Position 0 of each example is left out, for what stands there is like no other.
 *
 * @param model The model.
 * @param examples Prompts, a data set, or anything that brings texts or token ids.
 * @param options Which sites, and how many rotations.
 * @returns Kurtoses by site beside those of rotations; the promise draws itself.
 * @throws {RangeError} If no site fits, or there are not at least two tokens.
 * @throws {TypeError} If a site has other axes than positions and one kind of direction.
 *
 * @example
 * ```ts
 * import { load, privilegedBasis } from "@innerworks/innerworks";
 * const texts = ["Once upon a time there was a girl", "When Mary and John went to the store"];
 * const found = await privilegedBasis(await load("seedling"), texts, { sites: ["mlp.post"], rotations: 2 });
 * if (!found.sites.every(({ own, rotated }) => own.byToken > rotated.byToken)) throw new Error("neurons are privileged");
 * ```
 */
export function privilegedBasis(
  model: Transformer,
  examples: Examples,
  options: PrivilegedBasisOptions = {},
): DrawnPromise<PrivilegedBasis> {
  return drawn(() => look(model, examples, options));
}

async function look(
  model: Transformer,
  examples: Examples,
  options: PrivilegedBasisOptions,
): Promise<PrivilegedBasis> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["sites", "rotations", "seed", "tokens", "signal"]);
  const { rotations = 8, seed = 0, tokens = 512, signal } = options;
  checkCounts({ rotations, tokens });
  const sites = sitesOf(model, options.sites);
  const gathered = new Map<Site, tf.Tensor[]>(sites.map((site) => [site, []]));
  try {
    const mark = new PromptsMark();
    const count = await gather(model, examples, gathered, { tokens, mark, signal });
    signal?.throwIfAborted();
    if (count < 2) {
      throw new RangeError(
        `Cannot ${purpose} as there must be at least two tokens beside the first of each example: there are ${count}`,
      );
    }
    const found: BasisSite[] = [];
    for (const [site, list] of gathered) {
      found.push(await measured(site, list, { rotations, seed }));
      signal?.throwIfAborted();
    }
    return withOrigin(
      new PrivilegedBasis(
        { model: model.provenance.name, tokens: count, rotations, seed },
        found,
      ),
      model,
      { name: "privilegedBasis", given: { examples, options }, prompts: mark, seed },
    );
  } finally {
    tf.dispose([...gathered.values()].flat());
  }
}

/** Gathers the tokens of examples, up to so many, and says how many there are. */
async function gather(
  model: Transformer,
  examples: Examples,
  gathered: ReadonlyMap<Site, tf.Tensor[]>,
  { tokens, mark, signal }: { tokens: number; mark: PromptsMark; signal: AbortSignal | undefined },
): Promise<number> {
  let count = 0;
  for await (const prompts of exampleBatches(model, examples, signal ? { signal } : {})) {
    if (count >= tokens) break;
    if (prompts[0]!.ids.length < 2) continue;
    mark.add(prompts);
    using result = await run(model, prompts.map(({ ids }) => ids), {
      capture: [...gathered.keys()],
      ...signal ? { signal } : {},
    });
    const room = tokens - count;
    for (const [site, list] of gathered) {
      const own = tf.tidy(() => tf.keep(laterTokens(result.cache.get(site), room)));
      list.push(own);
      count = tokens - room + own.shape[0]!;
    }
  }
  return count;
}

function sitesOf(
  model: Transformer,
  asked: PrivilegedBasisOptions["sites"],
): readonly Site[] {
  const usual = ["resid_post", ...model.architecture.mixture ? [] : ["mlp.post"]];
  const sites = [...new Set((asked ?? usual).flatMap((pattern) => model.match(pattern, purpose)))];
  for (const site of sites) {
    const axes = model.axesOf(site);
    if (axes.length === 3 && axes[0] === "batch" && axes[1] === "position" && axes[2] !== "one") {
      continue;
    }
    throw new TypeError(
      `Cannot ${purpose} at ${site} as its axes must be batch, position and one of directions: they are ${
        axes.join(", ")
      }`,
    );
  }
  if (sites.length > 0) return sites;
  throw new RangeError(`Cannot ${purpose} as there must be a site: there is none`);
}

/** Tokens from position 1 on, up to so many, `[token, direction]`. */
function laterTokens(value: tf.Tensor, room: number): tf.Tensor {
  const [batch, length, width] = value.shape as [number, number, number];
  const later = tf.slice(value, [0, 1, 0], [batch, length - 1, width]).reshape([-1, width]);
  return tf.slice(later, [0, 0], [Math.min(room, later.shape[0]!), width]);
}

async function measured(
  site: Site,
  parts: readonly tf.Tensor[],
  { rotations, seed }: { rotations: number; seed: number },
): Promise<BasisSite> {
  const values = tf.tidy(() => tf.concat([...parts]));
  try {
    const width = values.shape[1]!, random = seedStream(seed, `${purpose} at ${site}`);
    const own = kurtosis(values), rotated: Kurtosis[] = [];
    for (let i = 0; i < rotations; i++) {
      const directions = await orthonormal(
        random.normals(width * Math.min(width, mostDirections)),
        width,
      );
      const turned = tf.tidy(() => matMul(values, directions));
      rotated.push(kurtosis(turned));
      tf.dispose([directions, turned]);
    }
    const greatest = own.each.indexOf(Math.max(...own.each.filter((x) => x === x)));
    return {
      site,
      directions: width,
      own: { byToken: own.byToken, byDirection: own.byDirection },
      rotated: mean(rotated),
      deviation: deviation(rotated),
      greatest: { direction: greatest, kurtosis: own.each[greatest] ?? NaN },
    };
  } finally {
    values.dispose();
  }
}

/** Columns of a random rotation, `[width, direction]`: of normal numbers, Gram and Schmidt leave a turning as likely as any. */
async function orthonormal(values: Float32Array, width: number): Promise<tf.Tensor> {
  const drawn = tf.tensor(values, [width, values.length / width]), { Q, R } = await qr(drawn);
  tf.dispose([drawn, R]);
  return Q;
}

/** The kurtosis of `[token, direction]` both ways, and that of each direction. */
function kurtosis(values: tf.Tensor): Kurtosis & { readonly each: Float64Array } {
  const along = (axis: number) =>
    readOnce(() => {
      const off = values.sub(values.mean(axis, true)), square = off.square();
      return square.square().mean(axis).div(square.mean(axis).square());
    });
  const each = along(0);
  return { byToken: average(along(1)), byDirection: average(each), each };
}

/** The mean of what is defined: a neuron that is never active has no kurtosis. */
function average(values: Float64Array): number {
  const defined = values.filter((x) => x === x);
  return defined.reduce((sum, x) => sum + x, 0) / defined.length;
}

const mean = (all: readonly Kurtosis[]): Kurtosis => ({
  byToken: average(Float64Array.from(all, ({ byToken }) => byToken)),
  byDirection: average(Float64Array.from(all, ({ byDirection }) => byDirection)),
});

function deviation(all: readonly Kurtosis[]): Kurtosis {
  const middle = mean(all);
  const of = (name: "byToken" | "byDirection") =>
    Math.sqrt(
      all.reduce((sum, one) => sum + (one[name] - middle[name]) ** 2, 0) / (all.length - 1),
    );
  return { byToken: of("byToken"), byDirection: of("byDirection") };
}

function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isSafeInteger(count) && count >= 2) continue;
    throw new RangeError(
      `Cannot ${purpose} as ${name} must be a whole number from 2 on: current value is ${count}`,
    );
  }
}
