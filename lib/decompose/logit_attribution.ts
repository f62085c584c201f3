/**
 * What wrote a logit: every part of the stream, read through the last norm and the unembedding.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021; Wang et al., "Interpretability in the Wild", 2023;
 * Ferrando et al. 2024, section 3.2. Biases, the norm's own among them, and b_U are parts, and what is left over is shown, so
 * that the bars add up to the logit; the direct attributions of other tools leave both out.
 *
 * @module
 */

import { type Prompt, type PromptTokens, sourceLine, type Transformer } from "../model/mod.ts";
import { checkModel, type LogitSum, type Metric, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { inSlices, tf } from "../tensor/mod.ts";
import { attributeRows, type NormTreatment, type PartValues } from "./attribute_rows.ts";
import {
  type AttributionTarget,
  directionTensor,
  isDirection,
  logitSums,
  unembeddingOf,
} from "./attribution_target.ts";
import { CapturedStream, captureOptions, captureStream, checkStream } from "./captured_stream.ts";
import type { CaptureStreamOptions } from "./captured_stream.ts";
import { LogitAttribution } from "./attribution_result.ts";
import { keptFrom } from "./kept_from.ts";
import { onePosition } from "./one_prompt.ts";
import { type Level, type Levels, levelsOf } from "./part.ts";
import { readOnce } from "./read_once.ts";
import { StreamRows } from "./stream_rows.ts";
import { lastStream, type StreamEnd, streamEnd } from "./stream_writes.ts";

/** Options for {@linkcode logitAttribution}. */
export interface LogitAttributionOptions extends Omit<CaptureStreamOptions, "by"> {
  /**
   * How finely: by component (embeddings, attention, feed-forward), with attention split into heads or into paths (a head and
   * the position it reads), and feed-forward networks into neurons or experts; a list splits both.
   *
   * @default {"component"}
   */
  readonly by?: Level | readonly Level[];
  /**
   * How the last norm is treated: its scale is that of the run (`frozen`), so that parts add up; or each part is measured by
   * itself (`own`), as a lens reads it; or what counts is how the logit would begin to change if the part grew
   * (`derivative`). Parts add up to the logit under `frozen` alone.
   *
   * @default {"frozen"}
   */
  readonly norm?: NormTreatment;
  /** Where a direction is read off the stream; no norm lies between then. @default {the last stream} */
  readonly at?: string;
}

/** The most tokens of prompts that are captured at once. */
const BATCH = 1024;

const purpose = "attribute a logit";

/**
 * Takes a logit, a difference of logits, or the product of the stream with a direction apart into what wrote it.
 *
 * With x = Σ c the stream at a position, scale the norm's in this run, and u the column of W_U (or the difference of two), part c
 * gives (c · D) · u, where D centres, divides by the scale and multiplies by the gain. Parts, the norm's bias and b_U add up to
 * the logit, before any soft cap; what is left over is rounding, or what an edit put into the stream. An attribution of one token
 * alone depends on a constant that all logits share; a difference of tokens does not.
 *
 * @param model The model.
 * @param prompt Text, token ids, a list of prompts, or a stream that was captured before.
 * @param target `logit(" Mary")`, `logitDifference(" Mary", " John")`, or a direction of the stream.
 * @param options How finely, how the norm is treated, and what is edited.
 * @returns The value of each part in each prompt, which draws itself as a waterfall; of several prompts, their mean with its
 * interval.
 * @throws {TypeError} If the target is no sum of logits, a direction has another width, or a stream is of another model.
 * @throws {RangeError} If a target is not one token, a level, layer or position does not exist, or prompts differ in length
 * and paths are asked for.
 *
 * @example
 * ```ts
 * import { load, logitAttribution, logitDifference } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const found = await logitAttribution(model, prompt, logitDifference(" Mary", " John"), { by: "head" });
 * const sum = found.parts.reduce((sum, _, part) => sum + found.values[part]![0]!, 0);
 * if (Math.abs(sum - found.totals[0]!) > 1e-3) throw new Error("heads and the rest add up to the difference");
 * ```
 */
export function logitAttribution(
  model: Transformer,
  prompt: Prompt | CapturedStream,
  target: AttributionTarget,
  options: LogitAttributionOptions = {},
): DrawnPromise<LogitAttribution> {
  return drawn(() => attribute(model, prompt, target, options));
}

/** What is asked for, checked. */
interface Asked {
  readonly levels: Levels;
  readonly norm: NormTreatment;
  readonly end: StreamEnd;
  readonly target: AttributionTarget;
}

async function attribute(
  model: Transformer,
  prompt: Prompt | CapturedStream,
  target: AttributionTarget,
  options: LogitAttributionOptions,
): Promise<LogitAttribution> {
  const asked = checked(model, target, options), { by: _, norm: __, at: ___, ...rest } = options;
  const captured = prompt instanceof CapturedStream ? prompt : null;
  if (captured) refuseCaptureOptions(captured, rest);
  const prompts = captured?.prompts ?? model.tokenize(prompt as Prompt);
  const read = readings(model, prompts, target);
  refusePaths(prompts, asked.levels);
  const found: PartValues[] = [], totals: Totals = { before: [], after: [] };
  for (const batch of captured ? [[0, prompts.length] as const] : batches(prompts)) {
    const own = prompts.slice(...batch);
    const stream = captured ?? await captureStream(model, own.map(({ ids }) => ids), {
      ...rest,
      by: options.by ?? "component",
    });
    try {
      if (captured) checkStream(captured, model, asked.levels, purpose);
      const places = own.map((_, row) => ({
        example: row,
        position: read[batch[0] + row]!.position,
      }));
      const rows = new StreamRows(model, stream.result, places);
      const sums = read.slice(...batch).map(({ tokens }) => tokens);
      found.push(await inSlices(partsOf(rows, sums, asked, totals), options.signal));
    } finally {
      if (!captured) stream.dispose();
    }
  }
  const { label, unit = "" } = target;
  return withOrigin(
    new LogitAttribution(
      {
        model: model.provenance.name,
        source: sourceLine(model, { prompts }),
        prompts,
        positions: read.map(({ position }) => position),
        label,
        unit,
        norm: asked.norm,
        by: asked.levels,
        edits: captured?.result.edits ?? options.edits ?? [],
        capped: !isDirection(target) && model.architecture.logitCap != null,
      },
      joined(found),
      totals.before,
      totals.after,
    ),
    model,
    { name: "logitAttribution", given: { prompt: captured ?? prompts, target, options }, prompts },
  );
}

interface Totals {
  readonly before: number[];
  readonly after: number[];
}

function* partsOf(
  rows: StreamRows,
  sums: readonly LogitSum["tokens"][],
  { end, levels, norm, target }: Asked,
  totals: Totals,
): Generator<void, PartValues> {
  const { model } = rows, through = !isDirection(target);
  const { directions, biases } = keptFrom(() => {
    if (through) return unembeddingOf(model, sums);
    const one = directionTensor(target, model, purpose);
    return { directions: tf.tile(one.expandDims(0), [rows.places.length, 1]), biases: null };
  });
  try {
    const found = yield* attributeRows(rows, { end, levels, norm, through, directions });
    if (biases) {
      found.parts.push({ kind: "bias", label: "b_U", layer: null });
      found.values.push([...readOnce(() => biases.clone())]);
    }
    const logits = through
      ? rows.logits(sums.map((own) => own.map(([id]) => id)))
        .map((own, row) => own.reduce((sum, logit, i) => sum + logit * sums[row]![i]![1], 0))
      : [];
    const before = through && model.architecture.logitCap == null ? logits : [...readOnce(() => {
      const product = lastVectors(rows, end, through).mul(directions).sum(-1);
      return biases ? product.add(biases) : product;
    })];
    totals.before.push(...before);
    totals.after.push(...through ? logits : before);
    return found;
  } finally {
    tf.dispose([directions, biases ?? []]);
  }
}

/** What directions are read along: the stream, or what the last norm makes of it. */
function lastVectors(rows: StreamRows, end: StreamEnd, through: boolean): tf.Tensor {
  const norm = through ? rows.norm("ln_final") : null;
  if (!norm) return rows.value(end.site);
  const gained = rows.value("ln_final.normalized").mul(norm.gain);
  return norm.bias ? gained.add(norm.bias) : gained;
}

/** Where each prompt is read, and of which logits. */
function readings(
  model: Transformer,
  prompts: readonly PromptTokens[],
  target: AttributionTarget,
): readonly LogitSum[] {
  if (!isDirection(target)) return logitSums(model, prompts, target as Metric, purpose);
  return prompts.map((prompt) => ({
    position: onePosition(prompt, target.position ?? -1, purpose),
    tokens: [],
  }));
}

function checked(
  model: Transformer,
  target: AttributionTarget,
  options: LogitAttributionOptions,
): Asked {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, [...captureOptions, "norm", "at"]);
  const { by = "component", norm = "frozen", at } = options;
  refuseUnknownWord(purpose, "norm", norm, ["frozen", "own", "derivative"]);
  const direction = isDirection(target);
  if (direction) tf.tidy(() => void directionTensor(target, model, purpose));
  if (at !== undefined && !direction) {
    throw new TypeError(
      `Cannot ${purpose} at ${
        JSON.stringify(at)
      } as only a direction is read off a site: the target is the ${target?.label}`,
    );
  }
  if (norm !== "frozen" && (direction || !model.sites.ln_final)) {
    throw new TypeError(
      `Cannot ${purpose} with norm ${
        JSON.stringify(norm)
      } as a norm must lie between the stream and what is read: there is none`,
    );
  }
  const levels = levelsOf(by, purpose, model.architecture.mixture != null);
  return { levels, norm, target, end: streamEnd(model, at ?? lastStream(model), purpose) };
}

function refuseCaptureOptions(stream: CapturedStream, rest: object): void {
  const given = Object.keys(rest).find((name) => name !== "signal");
  if (given === undefined) return;
  throw new TypeError(
    `Cannot ${purpose} with ${given} as the stream of ${stream.prompts.length} prompts was captured before: give it to captureStream()`,
  );
}

function refusePaths(prompts: readonly PromptTokens[], { attention }: Levels): void {
  const lengths = prompts.map(({ ids: { length } }) => length);
  if (attention !== "path" || lengths.every((length) => length === lengths[0])) return;
  throw new RangeError(
    `Cannot ${purpose} by path as prompts must be of one length, for sources to be the same: current value is ${
      lengths.join(", ")
    }`,
  );
}

/** Prompts in their order, as many together as hold so many tokens. */
function* batches(prompts: readonly PromptTokens[]): Generator<readonly [number, number]> {
  let from = 0, longest = 0;
  for (const [i, { ids: { length } }] of prompts.entries()) {
    if (i > from && Math.max(longest, length) * (i - from + 1) > BATCH) {
      yield [from, i];
      [from, longest] = [i, 0];
    }
    longest = Math.max(longest, length);
  }
  yield [from, prompts.length];
}

function joined(found: readonly PartValues[]): PartValues {
  const [first] = found;
  if (found.length === 1) return first!;
  return {
    parts: first!.parts,
    values: first!.parts.map((_, part) => found.flatMap(({ values }) => values[part]!)),
  };
}
