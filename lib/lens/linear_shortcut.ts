/**
 * Linear shortcuts: what a later state is, as a linear map of an earlier one.
 *
 * @module
 */

import {
  modelFingerprint,
  PromptsMark,
  type PromptTokens,
  type Site,
  type Transformer,
} from "../model/mod.ts";
import { checkModel, exampleBatches, type Examples, run, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { refuseOddSignal, tf } from "../tensor/mod.ts";
import { LinearShortcut } from "./linear_shortcut_result.ts";
import { PairedRows } from "./paired_rows.ts";
import { streamNumber, streamSite } from "./stream_site.ts";

/** Options for {@linkcode linearShortcut}. */
export interface LinearShortcutOptions {
  /** The stream that is mapped, 0 to the number of blocks, negative ones counted from the last; or a site. */
  readonly from: number | string;
  /** The stream that it is mapped to, or a site such as `blocks.2.mlp_out`. */
  readonly to: number | string;
  /** How many positions later the target stands: with 1 the map looks ahead, as the linear part of a future lens. @default {0} */
  readonly ahead?: number;
  /** What the squares of the matrix cost, beside the sum of squared errors of all rows. @default {0} */
  readonly ridge?: number;
  /** Whether a constant is added to the map. @default {false} */
  readonly bias?: boolean;
  /** The share of the examples that is kept for judging the fit: every so-and-so-many-th one. @default {0.2} */
  readonly heldOut?: number;
  /** Whether the beginning-of-text token of an example counts; its states are like no others. @default {false} */
  readonly beginning?: boolean;
  /** The most examples of one pass. @default {as many as hold 256 tokens} */
  readonly batch?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

const known = ["from", "to", "ahead", "ridge", "bias", "heldOut", "beginning", "batch", "signal"];
const PURPOSE = "fit a linear shortcut";

/**
 * Fits the matrix A that takes a state as near as can be to a later one of the same position, over a data set: least squares
 * in closed form, A = argmin ‖xA − y‖² + ridge · ‖A‖² (Yom Din et al. 2023, "Jump to Conclusions"; Mickus et al. 2022 for
 * parts of the stream).
 *
 * States are taken in batch by batch as a triangle of the QR decomposition, so that a data set of any size takes the memory of
 * one matrix. R² is given on examples that took no part in the fit, beside that of no map at all, which is what a logit lens
 * assumes.
 *
 * @param model The model.
 * @param data Prompts, a `TokenDataset`, or anything that brings texts or token ids.
 * @param options Which states, and how they are fitted.
 * @returns The map with its R². It is a `map` for `logitLens` and `patchscope`; the promise draws itself.
 * @throws {RangeError} If a stream does not exist, there are too few examples to fit or to hold out, or an option is outside
 * its range.
 *
 * @example
 * ```ts
 * import { heldOutTexts, linearShortcut, load, logitLens } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const texts = (await heldOutTexts()).slice(0, 60).map(({ text }) => text);
 * const shortcut = await linearShortcut(model, texts, { from: 2, to: 4, ridge: 1 });
 * const map = await shortcut.on(model);
 * await logitLens(model, "The capital of France is", { sites: ["blocks.2.resid_pre"], map });
 * ```
 */
export function linearShortcut(
  model: Transformer,
  data: Examples,
  options: LinearShortcutOptions,
): DrawnPromise<LinearShortcut> {
  return drawn(() => fit(model, data, options));
}

async function fit(
  model: Transformer,
  data: Examples,
  options: LinearShortcutOptions,
): Promise<LinearShortcut> {
  checkModel(model, PURPOSE);
  const { from, to, every, rest } = checked(model, options);
  const { ahead = 0, ridge = 0, bias = false, signal } = options;
  const fitted = new PairedRows(model.architecture.width),
    heldOut = new PairedRows(model.architecture.width);
  try {
    const mark = new PromptsMark();
    let seen = 0;
    for await (const prompts of exampleBatches(model, data, { ...rest, mark })) {
      const lists = [fitted, heldOut].map((rows, held) => ({
        rows,
        places: prompts.flatMap((prompt, row) =>
          Number((seen + row + 1) % every === 0) === held ? placesOf(prompt, row, options) : []
        ),
      }));
      seen += prompts.length;
      await takeIn(model, prompts, { ...options, from, to, lists });
    }
    signal?.throwIfAborted();
    refuseTooFew(fitted.count, heldOut.count, every);
    const map = await fitted.fit({ ridge, bias });
    return withOrigin(
      new LinearShortcut({
        model: model.provenance.name,
        fingerprint: await modelFingerprint(model),
        from,
        to,
        ahead,
        ridge,
        width: model.architecture.width,
        rows: fitted.count,
        heldOutRows: heldOut.count,
        fittedR2: await fitted.explained(map),
        heldOutR2: await heldOut.explained(map),
        identityR2: await heldOut.explained(null),
      }, map),
      model,
      { name: "linearShortcut", given: { data, options }, prompts: mark },
    );
  } finally {
    fitted.dispose();
    heldOut.dispose();
  }
}

/** Where pairs stand in a batch: the row, and the position of the earlier state. */
type Place = readonly [row: number, position: number];

function placesOf(
  { ids, beginning }: PromptTokens,
  row: number,
  options: LinearShortcutOptions,
): Place[] {
  const first = beginning && !(options.beginning ?? false) ? 1 : 0, { ahead = 0 } = options;
  const count = Math.max(0, ids.length - ahead - first);
  return Array.from({ length: count }, (_, i): Place => [row, first + i]);
}

/** Runs a batch and hands its pairs over. */
async function takeIn(
  model: Transformer,
  prompts: readonly PromptTokens[],
  { from, to, lists, ahead = 0, signal }: {
    readonly from: Site;
    readonly to: Site;
    readonly lists: readonly { readonly rows: PairedRows; readonly places: readonly Place[] }[];
    readonly ahead?: number;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  using result = await run(model, prompts.map(({ ids }) => ids), {
    capture: [...new Set([from, to])],
    stop: model.architecture.layers,
    ...signal ? { signal } : {},
  });
  const { length } = prompts[0]!.ids, { width } = model.architecture;
  for (const { rows, places } of lists) {
    if (places.length === 0) continue;
    const vectors = (site: Site, later: number) =>
      tf.tidy(() =>
        tf.gather(
          result.cache.get(site).reshape([-1, width]),
          tf.tensor1d(places.map(([row, position]) => row * length + position + later), "int32"),
        ) as tf.Tensor2D
      );
    const x = vectors(from, 0), y = vectors(to, ahead);
    try {
      await rows.add(x, y);
    } finally {
      tf.dispose([x, y]);
    }
  }
}

/** The sites, and every how many-th example is held out. */
function checked(model: Transformer, options: LinearShortcutOptions): {
  readonly from: Site;
  readonly to: Site;
  readonly every: number;
  readonly rest: { batch?: number; signal?: AbortSignal };
} {
  refuseUnknownOptions(PURPOSE, options, known);
  const { ahead = 0, ridge = 0, heldOut = 0.2, batch, signal } = options;
  refuseOddSignal(signal);
  const refuse = (what: string, value: unknown): never => {
    throw new RangeError(`Cannot ${PURPOSE} as ${what}: current value is ${value}`);
  };
  if (!Number.isInteger(ahead) || ahead < 0) {
    refuse("ahead must be a whole number from 0 on", ahead);
  }
  if (!(ridge >= 0 && ridge < Infinity)) refuse("ridge must be 0 or more", ridge);
  if (!(heldOut > 0 && heldOut <= 0.5)) refuse("heldOut must be over 0 and at most 0.5", heldOut);
  return {
    from: siteOf(model, options.from),
    to: siteOf(model, options.to),
    every: Math.round(1 / heldOut),
    rest: { ...batch === undefined ? {} : { batch }, ...signal ? { signal } : {} },
  };
}

/** A stream by number, or a site of the stream's width. */
function siteOf(model: Transformer, place: number | string): Site {
  if (typeof place !== "string") return streamSite(model, streamNumber(model, place, PURPOSE));
  const site = model.site(place, PURPOSE), axes = model.axesOf(site);
  if (axes.join(" ") === "batch position width") return site;
  throw new RangeError(
    `Cannot ${PURPOSE} of ${site} as it must be [batch, position, width]: its axes are ${
      axes.join(", ")
    }`,
  );
}

function refuseTooFew(fitted: number, heldOut: number, every: number): void {
  if (fitted > 1 && heldOut > 1) return;
  throw new RangeError(
    `Cannot ${PURPOSE} as there must be rows to fit and rows to judge by: there are ${fitted} and ${heldOut}; every ${every}th example is held out, so give ${every} or more`,
  );
}
