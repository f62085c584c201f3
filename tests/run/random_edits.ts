/**
 * Random lists of edits that a model admits, for tests of what edits are saved, read and refused as.
 *
 * @module
 */

import {
  add,
  type Cache,
  type Edit,
  freeze,
  knockout,
  mean,
  type Means,
  noise,
  ofCache,
  ofRun,
  project,
  replace,
  resample,
  scale,
  swapSubspace,
  type Value,
  type Where,
  zero,
} from "../../lib/run/mod.ts";
import type { Site, Transformer } from "../../lib/model/mod.ts";
import type { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";

/** What random edits may be made of. */
export interface RandomEditsOf {
  /** The model. */
  readonly model: Transformer;
  /** The lengths of the prompts. */
  readonly lengths: readonly number[];
  /** What another run of the same prompts captured: all sites. */
  readonly cache: Cache;
  /** Means of all sites without keys, not by position. */
  readonly means: Means;
}

/** Draws one of several. */
export function oneOf<T>(random: RandomStream, things: readonly T[]): T {
  return things[random.integer(things.length)]!;
}

const maybe = (random: RandomStream) => random.integer(2) === 0;

/** A random edit. */
export function randomEdit(random: RandomStream, of: RandomEditsOf): Edit {
  const { model, cache, means } = of;
  const kind = oneOf(random, KINDS),
    sites = model.match("*").filter((site) => admits(kind, site, model));
  const site = oneOf(random, sites), where = randomWhere(random, of, site);
  switch (kind) {
    case "zero":
      return zero(site, where);
    case "scale":
      return scale(site, random.normal(), where);
    case "add":
      return add(site, randomValue(random, of, site, where), { scale: random.normal(), ...where });
    case "replace":
      return replace(site, randomValue(random, of, site, where), where);
    case "noise":
      return noise(site, { deviation: random.uniform(), seed: random.integer(1000), ...where });
    case "resample":
      return resample(site, oneOf(random, [cache, ofCache(cache)]), where);
    case "mean":
      return mean(site, means, where);
    case "freeze":
      return freeze(site, maybe(random) ? where : { source: cache, ...where });
    case "knockout":
      return maybe(random)
        ? knockout(site, { pairs: [[-1, 0], [1, 0]], ...headsOf(where) })
        : knockout(site, { keys: 0, positions: { from: 1 }, ...headsOf(where) });
    case "project":
      return project(site, randomRows(random, model, site), {
        mode: oneOf(random, ["remove", "keep"] as const),
        ...vectors(where),
      });
    case "swapSubspace": {
      const value = randomValue(random, of, site, vectors(where));
      return swapSubspace(site, randomRows(random, model, site), value, vectors(where));
    }
  }
}

const KINDS = [
  "zero",
  "scale",
  "add",
  "replace",
  "noise",
  "resample",
  "mean",
  "freeze",
  "knockout",
  "project",
  "swapSubspace",
] as const;

function admits(kind: typeof KINDS[number], site: Site, model: Transformer): boolean {
  const last = model.axesOf(site).at(-1)!;
  // A norm's scale that comes near 0 would divide by it, and a pattern or a score is no vector.
  if (last === "one") return false;
  if (kind === "knockout") return last === "key";
  return last !== "key" || !["mean", "project", "swapSubspace"].includes(kind);
}

const vectors = ({ neurons: _, ...rest }: Where): Where => rest;
const headsOf = ({ heads }: Where): Where => heads === undefined ? {} : { heads };

/** A random part of a site. */
function randomWhere(random: RandomStream, { model, lengths }: RandomEditsOf, site: Site): Where {
  const axes = model.axesOf(site), shape = model.shapeOf(site, 1, 1), least = Math.min(...lengths);
  const size = (axis: string) => shape[axes.indexOf(axis)]!;
  const index = (count: number) => random.integer(count) - (maybe(random) ? count : 0);
  const positions = () =>
    oneOf(random, [
      index(least),
      [0, -1],
      { from: random.integer(least) },
      { from: -2 },
      { to: 1 + random.integer(least) },
    ]);
  return {
    ...axes.includes("head") && maybe(random) ? { heads: index(size("head")) } : {},
    ...axes.includes("neuron") && maybe(random) ? { neurons: [index(size("neuron"))] } : {},
    ...maybe(random) ? { positions: positions() } : maybe(random) ? { steps: "prompt" } : {},
    ...axes.includes("key") && maybe(random) ? { keys: oneOf(random, [0, { to: 1 }]) } : {},
    ...maybe(random) ? { examples: oneOf(random, [[0], [1, 0], -1]) } : {},
  };
}

/** A random value that fits a part, of every sort. */
function randomValue(random: RandomStream, of: RandomEditsOf, site: Site, where: Where): Value {
  const { model, cache } = of, axes = model.axesOf(site), last = axes.at(-1)!;
  const width = axes.at(-1) === "neuron" && where.neurons !== undefined
    ? 1
    : model.shapeOf(site, 1, 1).at(-1)!;
  const row = Array.from({ length: width }, () => random.normal());
  const values: Value[] = [random.normal(), ofCache(cache), ofRun()];
  if (last !== "key") values.push(row, [row], Float32Array.from(row), tf.tensor1d(row));
  if (where.positions !== undefined && last !== "key") {
    values.push(ofCache(cache, { positions: -1 }));
  }
  // Prompts of other lengths have as many positions only where some are said one by one.
  const alike = typeof where.positions === "number" && last !== "key";
  if (where.examples !== undefined && alike) values.push(ofCache(cache, { examples: 0 }));
  return oneOf(random, values);
}

function randomRows(random: RandomStream, model: Transformer, site: Site): number[][] {
  const width = model.shapeOf(site, 1, 1).at(-1)!;
  return Array.from({ length: 1 + random.integer(2) }, () => [...random.normals(width)]);
}
