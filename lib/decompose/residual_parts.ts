/**
 * The stream as the sum of what was written to it.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021; Ferrando et al. 2024, section 2.1.
 *
 * @module
 */

import type { Prompt, PromptTokens, Transformer } from "../model/mod.ts";
import { checkModel, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { inSlices, tf } from "../tensor/mod.ts";
import { CapturedStream, captureOptions, captureStream, checkStream } from "./captured_stream.ts";
import type { CaptureStreamOptions } from "./captured_stream.ts";
import { keptFrom } from "./kept_from.ts";
import { onePosition } from "./one_prompt.ts";
import { type Level, type Levels, levelsOf, type Part } from "./part.ts";
import { ResidualParts } from "./residual_parts_result.ts";
import { type RowPlace, StreamRows } from "./stream_rows.ts";
import {
  lastStream,
  pushed,
  readingNorm,
  type StreamEnd,
  streamEnd,
  streamWrites,
} from "./stream_writes.ts";
import { writeParts } from "./write_parts.ts";

/** Options for {@linkcode residualParts}. */
export interface ResidualPartsOptions extends Omit<CaptureStreamOptions, "by"> {
  /** How finely; a list splits attention and feed-forward networks both. @default {"component"} */
  readonly by?: Level | readonly Level[];
  /** Where the stream is read, such as `blocks.2.resid_mid`. @default {behind the last block} */
  readonly at?: string;
  /** The positions, negative from each prompt's own end. @default {all} */
  readonly positions?: number | readonly number[];
  /**
   * Whether parts are as they stand in the stream (`none`), or as the norm that reads it there makes them, without its gain and
   * bias: divided by the scale of the run (`frozen`), so that they add up to its site `normalized`.
   *
   * @default {"none"}
   */
  readonly norm?: "none" | "frozen";
  /** The bytes that the parts may take. @default {1 GiB} */
  readonly limit?: number;
}

const purpose = "take the stream apart";

/**
 * Takes the residual stream apart into named parts that add up to it: embeddings, what attention and feed-forward networks wrote,
 * as a whole, by head, by head and source, by neuron or by expert, and biases.
 *
 * Where a norm stands behind a component or on the stream itself, parts go through it with the scale of the run, and its bias is
 * a part. For the parts of a logit, {@linkcode logitAttribution} makes no vectors and is faster.
 *
 * @param model The model.
 * @param prompt Text, token ids, a list of prompts, or a stream that was captured before.
 * @param options How finely, where, and at which positions.
 * @returns The parts, `[component, batch, position, width]`, NaN where there is no token; to be freed by `dispose()`. The promise
 * draws itself.
 * @throws {RangeError} If a level, site or position does not exist, or the parts take more than the limit.
 *
 * @example
 * ```ts
 * import { load, residualParts } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * using parts = await residualParts(model, "The capital of France is", { at: "blocks.2.resid_mid", by: "head" });
 * if (parts.gap > 1e-3) throw new Error("parts add up to the stream");
 * ```
 */
export function residualParts(
  model: Transformer,
  prompt: Prompt | CapturedStream,
  options: ResidualPartsOptions = {},
): DrawnPromise<ResidualParts> {
  return drawn(() => takeApart(model, prompt, options));
}

async function takeApart(
  model: Transformer,
  prompt: Prompt | CapturedStream,
  options: ResidualPartsOptions,
): Promise<ResidualParts> {
  const { levels, end, norm } = checked(model, options);
  const { by = "component", at: _, positions, norm: __, limit = 2 ** 30, ...rest } = options;
  const given = prompt instanceof CapturedStream ? prompt : null;
  if (given) checkStream(given, model, levels, purpose);
  const stream = given ?? await captureStream(model, prompt as Prompt, { ...rest, by });
  try {
    const { places, grid } = placesOf(stream.prompts, positions);
    const rows = new StreamRows(model, stream.result, places);
    const made = await inSlices(partsOf(rows, { levels, end, norm, limit }), options.signal);
    return withOrigin(
      new ResidualParts(
        {
          model: model.provenance.name,
          prompts: stream.prompts,
          site: end.site,
          norm,
          by: levels,
          edits: stream.result.edits,
          positions: grid.positions,
        },
        made.parts,
        laidOut(made, grid),
        made.gap,
      ),
      model,
      {
        name: "residualParts",
        given: { prompt: given ?? stream.prompts, options },
        prompts: stream.prompts,
      },
    );
  } finally {
    if (!given) stream.dispose();
  }
}

interface Asked {
  readonly levels: Levels;
  readonly end: StreamEnd;
  readonly norm: "none" | "frozen";
  readonly limit: number;
}

interface Made {
  readonly parts: Part[];
  /** `[component, row, width]`. */
  readonly vectors: tf.Tensor;
  readonly gap: number;
}

function* partsOf(rows: StreamRows, { levels, end, norm, limit }: Asked): Generator<void, Made> {
  const { width } = rows.model.architecture, pieces: tf.Tensor[] = [], parts: Part[] = [];
  const { writes, reading } = keptFrom(() => ({
    writes: streamWrites(rows, end),
    reading: norm === "none" ? null : readingNorm(rows, end, purpose),
  }));
  try {
    for (const write of writes) {
      for (const expansion of writeParts(write, rows, levels)) {
        parts.push(...expansion.parts);
        const bytes = 4 * parts.length * rows.places.length * width;
        if (bytes > limit) throw overLimit(limit, parts.length, rows.places.length);
        pieces.push(tf.tidy(() => {
          const own = pushed(expansion.vectors(), expansion.norms);
          return reading
            ? pushed(own, [{ ...reading.norm, gain: tf.onesLike(reading.norm.gain) }])
            : own;
        }));
      }
      yield;
    }
    const vectors = tf.tidy(() => tf.concat(pieces));
    const gap = tf.tidy(() =>
      vectors.sum(0).sub(rows.value(reading?.normalized ?? end.site)).abs().max().dataSync()[0]!
    );
    return { parts, vectors, gap };
  } finally {
    const norms = writes.flatMap(({ own, after }) => [...own ? [own] : [], ...after]);
    tf.dispose([...pieces, ...new Set(norms.map(({ scale }) => scale)), reading?.norm.scale ?? []]);
  }
}

function overLimit(limit: number, parts: number, rows: number): RangeError {
  return new RangeError(
    `Cannot ${purpose} as parts must take at most ${limit} bytes: ${parts} parts and more at ${rows} positions take more; choose positions, coarser parts or a greater limit, or attribute a logit, which makes no vectors`,
  );
}

/** Which positions of which prompts are read, and how rows lie in `[batch, position]`; −1 where there is none. */
interface Grid {
  readonly rows: Int32Array;
  readonly batch: number;
  readonly positions: readonly (readonly number[])[];
}

function placesOf(
  prompts: readonly PromptTokens[],
  positions: number | readonly number[] | undefined,
): { places: RowPlace[]; grid: Grid } {
  const asked = positions === undefined ? null : [positions].flat();
  if (asked?.length === 0) {
    throw new RangeError(`Cannot ${purpose} as there must be a position: the list is empty`);
  }
  const each = prompts.map((prompt) =>
    asked
      ? asked.map((position) => onePosition(prompt, position, purpose))
      : prompt.ids.map((_, position) => position)
  );
  const longest = Math.max(...each.map(({ length }) => length)), places: RowPlace[] = [];
  const rows = new Int32Array(prompts.length * longest).fill(-1);
  each.forEach((own, example) =>
    own.forEach((position, i) => {
      rows[example * longest + i] = places.length;
      places.push({ example, position });
    })
  );
  return { places, grid: { rows, batch: prompts.length, positions: each } };
}

/** Rows as `[component, batch, position, width]`, NaN where there is none. */
function laidOut({ vectors }: Made, { rows, batch }: Grid): tf.Tensor4D {
  const [count, length, width] = vectors.shape as [number, number, number];
  const made = tf.tidy(() => {
    const all = rows.includes(-1)
      ? tf.concat([vectors, tf.fill([count, 1, width], NaN)], 1)
      : vectors;
    const order = rows.map((row) => row < 0 ? length : row);
    return tf.gather(all, tf.tensor1d(order, "int32"), 1)
      .reshape<tf.Tensor4D>([count, batch, rows.length / batch, width]);
  });
  vectors.dispose();
  return made;
}

function checked(
  model: Transformer,
  options: ResidualPartsOptions,
): Pick<Asked, "levels" | "end" | "norm"> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, [
    ...captureOptions,
    "at",
    "positions",
    "norm",
    "limit",
  ]);
  const { by = "component", at = lastStream(model), norm = "none" } = options;
  refuseUnknownWord(purpose, "norm", norm, ["none", "frozen"]);
  return {
    levels: levelsOf(by, purpose, model.architecture.mixture != null),
    end: streamEnd(model, at, purpose),
    norm,
  };
}
