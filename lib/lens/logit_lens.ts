/**
 * The logit lens: what every layer would say if it were the last.
 *
 * @module
 */

import {
  type Prompt,
  type PromptTokens,
  type SitePattern,
  sourceLine,
  type Transformer,
} from "../model/mod.ts";
import { checkModel, type Edit, run, type RunResult, type Spans, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { inSlices, refuseOddSignal, tf } from "../tensor/mod.ts";
import { entryVectors, lensEntries, type LensEntry } from "./lens_entries.ts";
import { type LensNorm, rowsAtOnce, scaleOf, someRows } from "./lens_rows.ts";
import { LogitLens, type LogitLensReading } from "./logit_lens_result.ts";
import { checkTop, trackedTokens } from "./read_out.ts";
import { divergence, logTotal, type RowQuestions, rowReading } from "./row_reading.ts";
import { onePrompt, positionIn } from "./stream_site.ts";
import { tokenIds, type TokenName } from "./token_ids.ts";

/** Options for {@linkcode logitLens}. */
export interface LogitLensOptions {
  /**
   * What is read: sites or patterns whose values are as wide as the stream, such as `attn_out`, `mlp_out` or `attn.result`,
   * of which each head is read on its own. The last stream is read always, as the last.
   *
   * @default {["resid_pre"], the stream before each block}
   */
  readonly sites?: readonly (SitePattern | string)[];
  /** Also the streams between attention and feed-forward; refused where blocks have none. @default {no} */
  readonly include?: "mid";
  /** The positions that are read; negative ones count from the end. @default {all} */
  readonly positions?: number | readonly number[];
  /** How many of the likeliest tokens are kept for each cell. @default {5} */
  readonly top?: number;
  /** Tokens that are followed through the layers. @default {none} */
  readonly track?: TokenName | readonly TokenName[];
  /**
   * How the last norm is applied: each stream by its own scale (`own`), by the scale that the last stream has (`frozen`, which
   * is how parts of the stream act on the logits), or not at all (`none`).
   *
   * @default {"own"}
   */
  readonly norm?: LensNorm;
  /**
   * Maps the vectors `[position, width]` of an entry before they are read, as a `linearShortcut` to the last layer does; the
   * last stream is not mapped. @default {nothing}
   */
  readonly map?: (vectors: tf.Tensor2D, entry: LensEntry) => tf.Tensor;
  /** What is changed in the run; edits of the last norm or of the logits are refused, as the lens reads before them. */
  readonly edits?: readonly Edit[];
  /** Names for stretches of the prompt, which edits may give as positions. */
  readonly spans?: Spans;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

const known = [
  "sites",
  "include",
  "positions",
  "top",
  "track",
  "norm",
  "map",
  "edits",
  "spans",
  "signal",
];

/**
 * Reads the residual stream before every block as if it were the last: through the last norm, W_U, b_U and the family's own
 * scale and cap of logits (nostalgebraist 2020, "interpreting GPT: the logit lens"; Geva et al. 2022 for what layers write).
 * The last row is the model's own prediction, and every other row's divergence from it is given.
 *
 * Early layers of some families (BLOOM, OPT, GPT-Neo) give junk: they keep the stream in a basis of their own.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options What is read, where, and which tokens are followed.
 * @returns For each entry and position the likeliest tokens, the entropy and the divergence from the last prediction, both
 * in nats; ranks are 1 for the likeliest. The promise draws itself.
 * @throws {RangeError} If there is more than one prompt, a site or position does not exist, a site is not as wide as the
 * stream, or a followed token is not one token.
 *
 * @example
 * ```ts
 * import { load, logitLens } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const lens = await logitLens(model, prompt, { track: [" Mary", " John"] });
 * const mary = lens.trajectory(" Mary");
 * if (mary.ranks.at(-1)!.at(-1) !== 1) throw new Error("in the end it is Mary");
 * if (lens.at(0, -1).top[0]!.token.text === " Mary") throw new Error("the embedding alone cannot know");
 * ```
 */
export function logitLens(
  model: Transformer,
  prompt: Prompt,
  options: LogitLensOptions = {},
): DrawnPromise<LogitLens> {
  return drawn(() => look(model, prompt, options));
}

async function look(
  model: Transformer,
  prompt: Prompt,
  options: LogitLensOptions,
): Promise<LogitLens> {
  checkModel(model, "use a logit lens");
  refuseUnknownOptions("use a logit lens", options, known);
  const { top = 5, track = [], norm = "own", edits = [], spans, signal } = options;
  refuseUnknownWord("use a logit lens", "norm", norm, ["own", "frozen", "none"]);
  refuseOddSignal(signal);
  checkTop(model, top, "use a logit lens", 1);
  const tokens = onePrompt(model.tokenize(prompt), "use a logit lens");
  const entries = lensEntries(model, options.sites, includesMid(options));
  const positions = chosenPositions(tokens, options.positions);
  const tracked = tokenIds(model, track, "track a token");
  using result = await run(model, prompt, {
    capture: [...new Set(entries.map(({ site }) => site))],
    stop: model.architecture.layers,
    edits,
    ...spans ? { spans } : {},
    ...signal ? { signal } : {},
  });
  const readings = await readAll(model, result, { ...options, entries, positions, tracked });
  return withOrigin(
    new LogitLens({
      model: result.model,
      source: sourceLine(model, { prompts: [tokens] }),
      prompt: tokens,
      norm,
      entries,
      positions,
      tracked: trackedTokens(model, tracked),
      vocabulary: model.architecture.vocabulary,
      edits,
    }, readings),
    model,
    { name: "logitLens", given: { prompt: [tokens], options }, prompts: [tokens] },
  );
}

/** What is read, and how. */
type Work = Omit<LogitLensOptions, "positions"> & {
  readonly entries: readonly LensEntry[];
  readonly positions: readonly number[];
  readonly tracked: readonly number[];
};

/** Reads every entry at some positions at a time, the last stream first, as all others are compared with it. */
async function readAll(
  model: Transformer,
  { cache }: RunResult,
  { entries, positions, tracked, top = 5, norm = "own", map, signal }: Work,
): Promise<LogitLensReading[][]> {
  const readings: LogitLensReading[][] = entries.map(() => []), step = rowsAtOnce(model);
  const last = entries.at(-1)!;
  for (let from = 0; from < positions.length; from += step) {
    const some = positions.slice(from, from + step), count = some.length;
    const final = entryVectors(cache, last, some), scale = scaleOf(model, norm, final);
    const logitsOf = async (entry: LensEntry) => {
      const own = tf.tidy(() => {
        const vectors = entryVectors(cache, entry, some);
        return map && entry !== last ? checkedMap(map(vectors, entry), vectors) : vectors;
      });
      try {
        return await someRows(model, own, { norm, ...scale, from: 0, count });
      } finally {
        own.dispose();
      }
    };
    try {
      const expected = await logitsOf(last),
        work = compared(model, expected, { count, top, tracked });
      for (const [i, entry] of entries.entries()) {
        const logits = entry === last ? expected : await logitsOf(entry);
        readings[i]!.push(...await inSlices(work(logits), signal));
      }
    } finally {
      tf.dispose([final, ...Object.values(scale)]);
    }
  }
  return readings;
}

/** Reads rows of logits, each compared with the same row of what the model predicts in the end. */
function compared(
  model: Transformer,
  expected: Float32Array,
  { count, ...questions }: RowQuestions & { readonly count: number },
): (logits: Float32Array) => Generator<void, LogitLensReading[]> {
  const vocabulary = expected.length / count;
  const rowOf = (all: Float32Array, row: number) =>
    all.subarray(row * vocabulary, (row + 1) * vocabulary);
  const totals = Array.from({ length: count }, (_, row) => logTotal(rowOf(expected, row)));
  return function* (logits) {
    const readings: LogitLensReading[] = [];
    for (let row = 0; row < count; row++, yield) {
      const own = rowOf(logits, row), end = rowOf(expected, row);
      const found = logits === expected ? totals[row]! : logTotal(own);
      readings.push({
        ...rowReading(model, own, questions),
        divergence: divergence(end, own, { expected: totals[row]!, found }),
      });
    }
    return readings;
  };
}

/** Refuses what a map made if it is no vectors of the stream. */
function checkedMap(made: tf.Tensor, vectors: tf.Tensor2D): tf.Tensor2D {
  if (made instanceof tf.Tensor && made.shape.join() === vectors.shape.join()) {
    return made as tf.Tensor2D;
  }
  throw new TypeError(
    `Cannot read what a map made as it must be a tensor [${
      vectors.shape.join(", ")
    }], like what it was given: it is ${
      made instanceof tf.Tensor ? `[${made.shape.join(", ")}]` : typeof made
    }`,
  );
}

function includesMid({ include, sites }: LogitLensOptions): boolean {
  refuseUnknownWord("use a logit lens", "include", include, ["mid"]);
  if (include && sites) {
    throw new TypeError(
      'Cannot include mid where sites are chosen as these say all that is read: add "resid_mid" to them',
    );
  }
  return include === "mid";
}

/** The positions that are read, counted from 0. */
function chosenPositions(
  tokens: PromptTokens,
  positions: LogitLensOptions["positions"],
): readonly number[] {
  if (positions === undefined) return tokens.ids.map((_, position) => position);
  const list = [positions].flat() as number[];
  if (list.length === 0) {
    throw new RangeError("Cannot use a logit lens as it must read a position: positions is empty");
  }
  return list.map((position) => positionIn(tokens, position, "use a logit lens"));
}
