/**
 * What a norm does to vectors, as geometry: it projects them, and puts them on a sphere.
 *
 * Brody, Alon and Yahav, "On the Expressivity Role of LayerNorm in Transformers' Attention", 2023,
 * https://arxiv.org/abs/2305.02582: LayerNorm projects onto the hyperplane that is orthogonal to (1, 1, …, 1) and scales to the length
 * √width. RMSNorm scales without projecting. After that come gains, which stretch the sphere to an ellipsoid, and biases.
 *
 * @module
 */

import type { Prompt, Site, Transformer } from "../model/mod.ts";
import { checkModel, run, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { svd, tf } from "../tensor/mod.ts";
import { FrozenRun } from "./frozen_run.ts";
import { NormGeometry } from "./norm_geometry_result.ts";
import { onePrompt } from "./one_prompt.ts";
import { readOnce } from "./read_once.ts";

/** Options for {@linkcode normGeometry}. */
export interface NormGeometryOptions {
  /** Which norm: `ln_final`, or `blocks.3.ln1` or `ln2`. @default {"ln_final"} */
  readonly norm?: string;
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

const purpose = "look at a norm";

/**
 * Looks at what a norm does to the streams of a prompt, before gain and bias: how long they are, how much of them lies along
 * (1, 1, …, 1), which LayerNorm takes away, and how long they come out, √width but for what ε takes off.
 *
 * The picture is a plane through the origin: to the right lies the direction (1, 1, …, 1), upwards the direction orthogonal to it
 * in which the streams that come out differ most. LayerNorm brings all points onto the upright line, within the circle of radius
 * √width.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options Which norm.
 * @returns Lengths by position, and places in the plane; the promise draws itself.
 * @throws {RangeError} If the model has no such norm in front of attention, the feed-forward network or the unembedding.
 *
 * @example
 * ```ts
 * import { load, normGeometry } from "@innerworks/innerworks";
 * const found = await normGeometry(await load("seedling"), "Once upon a time");
 * if (!found.after.every(({ length }) => Math.abs(length - 16) < 1e-3)) throw new Error("all have the length √256");
 * ```
 */
export function normGeometry(
  model: Transformer,
  prompt: Prompt,
  options: NormGeometryOptions = {},
): DrawnPromise<NormGeometry> {
  return drawn(() => look(model, prompt, options));
}

async function look(
  model: Transformer,
  prompt: Prompt,
  options: NormGeometryOptions,
): Promise<NormGeometry> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["norm", "signal"]);
  const { norm = "ln_final", signal } = options, input = inputOf(model, norm);
  const read = onePrompt(model, prompt, purpose), output = `${norm}.normalized` as Site;
  using result = await run(model, read.ids, {
    capture: [input, output],
    ...signal ? { signal } : {},
  });
  const frozen = new FrozenRun(model, result), { width } = model.architecture;
  const upright = await mainDirection(frozen, output);
  const length = read.ids.length;
  try {
    const numbers = readOnce(() => {
      const ones = tf.fill([width, 1], 1 / Math.sqrt(width));
      const axes = tf.concat([ones, upright], 1) as tf.Tensor2D; // [width, 2]
      return tf.stack([input, output].map((site) => {
        const x = frozen.value(site) as tf.Tensor2D;
        return tf.concat([tf.matMul(x, axes), x.square().sum(1, true).sqrt()], 1);
      }));
    });
    const points = (stage: number) =>
      Array.from({ length }, (_, position) => {
        const [along, up, size] = numbers.slice((stage * length + position) * 3);
        return { along: along!, up: up!, length: size! };
      });
    const { kind, epsilon } = model.architecture.norm;
    return withOrigin(
      new NormGeometry(
        { model: model.provenance.name, norm, kind, epsilon, width, prompt: read },
        points(0),
        points(1),
      ),
      model,
      { name: "normGeometry", given: { prompt: [read], options }, prompts: [read] },
    );
  } finally {
    upright.dispose();
  }
}

/** The site that a norm reads. */
function inputOf(model: Transformer, norm: string): Site {
  const { norms = "before" } = model.architecture, { blocks, ln_final } = model.sites;
  const before = norms === "before" || norms === "around";
  const known = [
    ...before
      ? blocks.flatMap((block, layer): [string, Site][] => [
        ...block.ln1 ? [[`blocks.${layer}.ln1`, block.resid_pre] as [string, Site]] : [],
        ...block.ln2 ? [[`blocks.${layer}.ln2`, block.mlp_in] as [string, Site]] : [],
      ])
      : [],
    ...ln_final ? [["ln_final", blocks.at(-1)!.resid_post] as [string, Site]] : [],
  ];
  const found = known.find(([name]) => name === norm);
  if (found) return found[1];
  throw new RangeError(
    `Cannot ${purpose} as it must be among ${
      known.map(([name]) => name).join(", ") ||
      "none: the model has no norm in front of what reads the stream"
    }: current value is ${JSON.stringify(norm)}`,
  );
}

/** The direction orthogonal to (1, 1, …, 1) along which vectors are longest, `[width, 1]`. */
async function mainDirection(frozen: FrozenRun, site: Site): Promise<tf.Tensor> {
  const centred = tf.tidy(() => {
    const x = frozen.value(site);
    return x.sub(x.mean(1, true));
  });
  const { U, S, V } = await svd(centred);
  const first = tf.tidy(() => tf.slice(V, [0, 0], [V.shape[0]!, 1]).clone());
  tf.dispose([centred, U, S, V]);
  return first;
}
