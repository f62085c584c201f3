/**
 * Every kind of edit at a site, with what it does to the numbers, written by hand.
 *
 * @module
 */

import {
  add,
  apply,
  type Edit,
  freeze,
  knockout,
  mean,
  Means,
  noise,
  ofCache,
  ofRun,
  project,
  replace,
  resample,
  run,
  scale,
  splice,
  swapSubspace,
  type Where,
  zero,
} from "../../lib/run/mod.ts";
import type { Site, Transformer } from "../../lib/model/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { type FixtureName, PROMPTS, readFixture } from "../model/fixture.ts";
import { referenceForward } from "../model/reference_forward.ts";
import { cells, LENGTH } from "./edit_check.ts";

/** A site with what a test touches of it. */
export interface Spot {
  readonly model: Transformer;
  readonly family: FixtureName;
  readonly site: Site;
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  readonly where: Where;
  readonly indices: readonly (readonly number[] | null)[];
  /** The flat places of the touched numbers, in the order of the part. */
  readonly touched: readonly number[];
  readonly random: RandomStream;
}

/** An edit with what it does to the numbers of its site, and to those of sites before. */
export interface Case {
  readonly edits: readonly Edit[];
  readonly change: (values: Float64Array) => void;
  readonly before?: (site: string, values: Float64Array) => void;
}

const EXAMPLES = [1], POSITIONS = [2, -1], KEYS = [2, 0];

export function spotOf(model: Transformer, family: FixtureName, site: Site, seed: number): Spot {
  const axes = model.axesOf(site), shape = model.shapeOf(site, 2, LENGTH);
  const random = new RandomStream(seed, `${family} ${site}`);
  const [heads, neurons, examples] = [axes.includes("head"), axes.includes("neuron"), seed % 2 > 0];
  const where: Where = {
    positions: POSITIONS,
    ...heads ? { heads: [1] } : {},
    ...neurons ? { neurons: [3, 0] } : {},
    ...examples ? { examples: EXAMPLES } : {},
    ...axes.includes("key") ? { keys: KEYS } : {},
  };
  const indices = axes.map((axis) => {
    if (axis === "head") return [1];
    if (axis === "neuron") return [3, 0];
    if (axis === "batch") return examples ? EXAMPLES : null;
    if (axis === "key") return KEYS;
    return axis === "position" || axis === "query" ? [2, LENGTH - 1] : null;
  });
  return {
    model,
    family,
    site,
    axes,
    shape,
    where,
    indices,
    touched: cells(shape, indices),
    random,
  };
}

/** The numbers of a site in a run of the library. */
async function captured(spot: Spot, prompts = PROMPTS, edits: readonly Edit[] = []) {
  using result = await run(spot.model, prompts, { capture: [spot.site], edits });
  return Float64Array.from(result.cache.get(spot.site).dataSync());
}

const normals = (random: RandomStream, count: number) =>
  Array.from({ length: count }, () => random.normal());

/** Changes each touched number. */
const each = (spot: Spot, change: (x: number, place: number) => number) => (values: Float64Array) =>
  spot.touched.forEach((cell, place) => values[cell] = change(values[cell]!, place));

/** Changes each touched vector, its last axis whole. */
function eachVector(spot: Spot, change: (x: number[], place: number) => number[]) {
  const width = spot.shape.at(-1)!;
  return (values: Float64Array) => {
    for (let at = 0; at < spot.touched.length; at += width) {
      const places = spot.touched.slice(at, at + width);
      const after = change(places.map((cell) => values[cell]!), at / width);
      places.forEach((cell, i) => values[cell] = after[i]!);
    }
  };
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((s, x, i) => s + x * b[i]!, 0);

/** The part of a vector in the plane of two others, by solving for its two coordinates. */
function inPlane([a, b]: readonly number[][], x: readonly number[]): number[] {
  const [aa, ab, bb, ax, bx] = [dot(a!, a!), dot(a!, b!), dot(b!, b!), dot(a!, x), dot(b!, x)];
  const scale = 1 / (aa * bb - ab * ab);
  const [s, t] = [(bb * ax - ab * bx) * scale, (aa * bx - ab * ax) * scale];
  return a!.map((value, i) => s * value + t * b![i]!);
}

/** Without neurons: kinds that take vectors whole. */
function whole({ model, family, site, axes, shape, random, where, indices }: Spot): Spot {
  const { neurons: _, ...rest } = where;
  const all = axes.map((axis, i) => axis === "neuron" ? null : indices[i]!);
  return {
    model,
    family,
    site,
    axes,
    shape,
    random,
    where: rest,
    indices: all,
    touched: cells(shape, all),
  };
}

/** Means with random numbers. */
function means({ axes, shape, site, random }: Spot, byPosition: boolean): Means {
  const kept = axes.map((_, i) => i).filter((i) =>
    axes[i] !== "batch" && (byPosition || !["position", "query"].includes(axes[i]!))
  );
  const sizes = kept.map((i) => shape[i]!), count = sizes.reduce((a, b) => a * b, 1);
  const own = {
    axes: kept.map((i) => axes[i]!),
    shape: sizes,
    count: 9,
    variance: new Float64Array(count),
  };
  const facts = {
    model: "fixture",
    examples: 9,
    tokens: 99,
    byPosition,
    beginning: true,
    positions: null,
    complete: true,
  };
  return new Means(
    facts,
    new Map([[site, { ...own, mean: Float64Array.from(normals(random, count)) }]]),
  );
}

/** Where a number of a site stands. */
function coordinates(shape: readonly number[], cell: number): number[] {
  const found: number[] = [];
  for (const size of shape.toReversed()) {
    found.unshift(cell % size);
    cell = Math.floor(cell / size);
  }
  return found;
}

function meanCase(spot: Spot, byPosition: boolean): Case {
  const { site, axes, shape, where } = spot,
    source = means(spot, byPosition),
    own = source.of(site);
  return {
    edits: [mean(site, source, where)],
    change: (values) =>
      spot.touched.forEach((cell) => {
        const at = coordinates(shape, cell);
        const place = own.axes.reduce(
          (sum, axis, i) => sum * own.shape[i]! + at[axes.indexOf(axis)]!,
          0,
        );
        values[cell] = own.mean[place]!;
      }),
  };
}

/** A pattern's or score's rows without some keys. */
function knockoutCase(spot: Spot, scores: boolean): Case {
  const { site, shape, where, indices } = spot, hidden = new Set(spot.touched);
  const rows = new Set(spot.touched.map((cell) => Math.floor(cell / LENGTH)));
  assert(indices[3]!.includes(0) && shape[3] === LENGTH);
  return {
    edits: [knockout(site, where)],
    change(values) {
      for (const row of rows) {
        const keys = Array.from({ length: LENGTH }, (_, key) => row * LENGTH + key);
        keys.forEach((cell) => hidden.has(cell) && (values[cell] = scores ? -Infinity : 0));
        const sum = keys.reduce((sum, cell) => sum + values[cell]!, 0);
        if (!scores) keys.forEach((cell) => values[cell] = values[cell]! / sum);
      }
    },
  };
}

/** A coder with two linear maps and a ramp between. */
function coder(width: number, random: RandomStream) {
  const features = 5,
    into = normals(random, width * features),
    out = normals(random, features * width);
  const f = (x: readonly number[]) =>
    Array.from(
      { length: features },
      (_, j) => Math.max(0, x.reduce((sum, value, i) => sum + value * into[i * features + j]!, 0)),
    );
  const back = (f: readonly number[]) =>
    Array.from(
      { length: width },
      (_, i) => f.reduce((sum, value, j) => sum + value * out[j * width + i]!, 0),
    );
  return {
    f,
    back,
    coder: {
      encode: (x: tf.Tensor2D) => x.matMul(tf.tensor2d(into, [width, features])).relu(),
      decode: (f: tf.Tensor2D) => f.matMul(tf.tensor2d(out, [features, width])),
    },
  };
}

export type Make = (spot: Spot) => Case | Promise<Case>;

/** The cases by name; a kind may have several. */
export const CASES: Readonly<Record<string, Make>> = {
  zero: (spot) => ({ edits: [zero(spot.site, spot.where)], change: each(spot, () => 0) }),
  scale: (spot) => ({
    edits: [scale(spot.site, -1.5, spot.where)],
    change: each(spot, (x) => -1.5 * x),
  }),
  apply: (spot) => ({
    edits: [apply(spot.site, (x) => x.square(), spot.where)],
    change: each(spot, (x) => x * x),
  }),
  add(spot) {
    const row = normals(spot.random, spot.indices.at(-1)?.length ?? spot.shape.at(-1)!);
    return {
      edits: [add(spot.site, row, { scale: 0.5, ...spot.where })],
      change: each(spot, (x, place) => x + 0.5 * row[place % row.length]!),
    };
  },
  replace(spot) {
    const part = spot.shape.map((size, i) => spot.indices[i]?.length ?? size);
    const values = normals(spot.random, spot.touched.length);
    return {
      edits: [replace(spot.site, tf.tensor(values, part), spot.where)],
      change: each(spot, (_, place) => values[place]!),
    };
  },
  mean: (spot) => meanCase(spot, spot.axes.includes("key")),
  "mean by position": (spot) => meanCase(spot, true),
  async resample(spot) {
    const others = PROMPTS.map((ids) => ids.toReversed());
    const result = await run(spot.model, others, { capture: [spot.site] });
    const values = result.cache.get(spot.site).dataSync();
    return {
      edits: [resample(spot.site, result.cache, spot.where)],
      change: (own) => spot.touched.forEach((cell) => own[cell] = values[cell]!),
    };
  },
  async "another prompt's own positions"(spot) {
    // Two tokens longer, so that its last token has another number.
    const result = await run(spot.model, [...PROMPTS[0]!, 5, 6], { capture: [spot.site] });
    const value = result.cache.get(spot.site), from = value.dataSync();
    const moved = (cell: number) => {
      const at = coordinates(spot.shape, cell);
      return spot.axes.reduce((sum, axis, i) => {
        const far = (axis === "position" || axis === "query") && at[i] === LENGTH - 1;
        return sum * value.shape[i]! + (axis === "batch" ? 0 : far ? LENGTH + 1 : at[i]!);
      }, 0);
    };
    return {
      edits: [replace(spot.site, ofCache(result.cache), spot.where)],
      change: (own) => spot.touched.forEach((cell) => own[cell] = from[moved(cell)]!),
    };
  },
  async "another row of this batch"(spot) {
    const { examples: _, ...where } = spot.where;
    const touched = cells(
      spot.shape,
      spot.axes.map((axis, i) => axis === "batch" ? [0] : spot.indices[i]!),
    );
    const batch = spot.axes.indexOf("batch");
    const stride = spot.shape.slice(batch + 1).reduce((a, b) => a * b, 1);
    return await Promise.resolve({
      edits: [replace(spot.site, ofRun({ examples: 1 }), { ...where, examples: 0 })],
      change: (own: Float64Array) => touched.forEach((cell) => own[cell] = own[cell + stride]!),
    });
  },
  async noise(spot) {
    const edit = noise(spot.site, { deviation: 0.1, seed: 3, ...spot.where });
    const plain = await captured(spot), noisy = await captured(spot, PROMPTS, [edit]);
    const change = plain.map((x, i) => noisy[i] === x ? 0 : noisy[i]! - x),
      touched = new Set(spot.touched);
    change.forEach((x, cell) => {
      // Scores that the mask hides stay hidden.
      assertEquals(x !== 0, touched.has(cell) && plain[cell]! > -Infinity, `${spot.site} ${cell}`);
    });
    return { edits: [edit], change: each(spot, (x, place) => x + change[spot.touched[place]!]!) };
  },
  project(spot) {
    const own = whole(spot), width = own.shape.at(-1)!;
    const basis = [normals(spot.random, width), normals(spot.random, width)];
    return {
      edits: [project(own.site, basis, own.where)],
      change: eachVector(own, (x) => {
        const inside = inPlane(basis, x);
        return x.map((value, i) => value - inside[i]!);
      }),
    };
  },
  "project, kept"(spot) {
    const own = whole(spot), width = own.shape.at(-1)!;
    const basis = [normals(spot.random, width), normals(spot.random, width)];
    return {
      edits: [project(own.site, basis, { mode: "keep", ...own.where })],
      change: eachVector(own, (x) => inPlane(basis, x)),
    };
  },
  swapSubspace(spot) {
    const own = whole(spot), width = own.shape.at(-1)!, value = normals(spot.random, width);
    const basis = [normals(spot.random, width), normals(spot.random, width)];
    return {
      edits: [swapSubspace(own.site, basis, value, own.where)],
      change: eachVector(own, (x) => {
        const [inside, other] = [inPlane(basis, x), inPlane(basis, value)];
        return x.map((own, i) => own - inside[i]! + other[i]!);
      }),
    };
  },
  knockout: (spot) => knockoutCase(spot, spot.site.endsWith("scores")),
  async freeze(spot) {
    const plain = referenceForward(await readFixture(spot.family), PROMPTS).get(spot.site)!;
    return {
      edits: [scale("embed", 1.5), freeze(spot.site, spot.where)],
      before: (site, values) => site === "embed" && values.forEach((x, i) => values[i] = 1.5 * x),
      change: (values) => spot.touched.forEach((cell) => values[cell] = plain[cell]!),
    };
  },
  splice(spot) {
    const own = whole(spot), made = coder(own.shape.at(-1)!, spot.random);
    const inner = [scale("features", 3, { features: [1, -1] }), zero("features", { features: 2 })];
    return {
      edits: [splice(own.site, made.coder, { edits: inner, ...own.where })],
      change: eachVector(
        own,
        (x) => made.back(made.f(x).map((f, j) => j === 1 || j === 4 ? 3 * f : j === 2 ? 0 : f)),
      ),
    };
  },
  "splice, with its error"(spot) {
    const own = whole(spot), made = coder(own.shape.at(-1)!, spot.random);
    const inner = [add("features", 0.5, { features: 0 })];
    return {
      edits: [splice(own.site, made.coder, { error: true, edits: inner, ...own.where })],
      change: eachVector(own, (x) => {
        const f = made.f(x), [lossy, changed] = [made.back(f), made.back(f.with(0, f[0]! + 0.5))];
        return x.map((value, i) => value - lossy[i]! + changed[i]!);
      }),
    };
  },
};

/** Whether a site admits a case. */
export function admits(name: string, { axes }: Spot): boolean {
  if (name === "knockout") return axes.includes("key");
  const vectors = /^(project|swapSubspace|splice)/.test(name);
  return !vectors || !["key", "one"].includes(axes.at(-1)!);
}
