/**
 * A logit as it stands in the stream after each component: what has been written so far, not what each part wrote.
 *
 * nostalgebraist, "interpreting GPT: the logit lens", 2020; with the norm frozen, differences between neighbouring stages are the
 * direct attributions of the components between them.
 *
 * @module
 */

import { exactMechanisms, type Prompt, type Site, type Transformer } from "../model/mod.ts";
import { checkModel, type LogitSum, type Metric, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import type { tf } from "../tensor/mod.ts";
import { AccumulatedLogit } from "./accumulated_logit_result.ts";
import { logitSums, unembeddingOf } from "./attribution_target.ts";
import { CapturedStream, captureOptions, captureStream, checkStream } from "./captured_stream.ts";
import type { CaptureStreamOptions } from "./captured_stream.ts";
import { type FrozenNorm, linearNorm } from "./frozen_run.ts";
import { levelsOf } from "./part.ts";
import { readOnce } from "./read_once.ts";
import { StreamRows } from "./stream_rows.ts";
import { type StreamEnd, streamEnd } from "./stream_writes.ts";

/** Options for {@linkcode accumulatedLogit}. */
export interface AccumulatedLogitOptions extends Omit<CaptureStreamOptions, "by"> {
  /**
   * What the last norm divides by at each stage: the scale of the whole run's last stream (`frozen`), so that steps add up, or
   * that of the stage itself (`own`), as a logit lens reads it. The two meet at the last stage alone.
   *
   * @default {"frozen"}
   */
  readonly norm?: "frozen" | "own";
}

const purpose = "follow a logit through the layers";

/**
 * Reads a logit, or a difference of logits, off the stream before each block, in its middle, and behind the last.
 *
 * Every stage holds all that was written until then, biases behind it included, so stages must not be added up: for parts that
 * add up there is {@linkcode logitAttribution}.
 *
 * @param model The model.
 * @param prompt Text, token ids, a list of prompts, or a stream that was captured before.
 * @param target `logit(" Mary")` or `logitDifference(" Mary", " John")`.
 * @param options What the last norm divides by, and what is edited.
 * @returns The value at each stage in each prompt, before any soft cap, which draws itself as a line.
 * @throws {TypeError} If the target is no sum of logits, or a stream is of another model.
 * @throws {RangeError} If a target is not one token.
 *
 * @example
 * ```ts
 * import { accumulatedLogit, load, logitDifference } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const found = await accumulatedLogit(model, prompt, logitDifference(" Mary", " John"));
 * if (found.stages.at(-1) !== "blocks.3.resid_post") throw new Error("the last stage is the last stream");
 * ```
 */
export function accumulatedLogit(
  model: Transformer,
  prompt: Prompt | CapturedStream,
  target: Metric,
  options: AccumulatedLogitOptions = {},
): DrawnPromise<AccumulatedLogit> {
  return drawn(() => follow(model, prompt, target, options));
}

async function follow(
  model: Transformer,
  prompt: Prompt | CapturedStream,
  target: Metric,
  options: AccumulatedLogitOptions,
): Promise<AccumulatedLogit> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, [
    ...captureOptions.filter((name) => name !== "by"),
    "norm",
  ]);
  const { norm = "frozen", ...rest } = options;
  refuseUnknownWord(purpose, "norm", norm, ["frozen", "own"]);
  const given = prompt instanceof CapturedStream ? prompt : null;
  if (given) checkStream(given, model, levelsOf("component", purpose, false), purpose);
  const prompts = given?.prompts ?? model.tokenize(prompt as Prompt);
  const sums = logitSums(model, prompts, target, purpose);
  const stream = given ??
    await captureStream(model, prompt as Prompt, { ...rest, by: "component" });
  try {
    const places = sums.map(({ position }, example) => ({ example, position }));
    const rows = new StreamRows(model, stream.result, places);
    const stages = stagesOf(model);
    const values = stages.map((site) =>
      readOnce(() => readAt(rows, streamEnd(model, site, purpose), sums, norm))
    );
    return withOrigin(
      new AccumulatedLogit(
        {
          model: model.provenance.name,
          prompts,
          positions: sums.map(({ position }) => position),
          label: target.label,
          unit: target.unit,
          norm,
          edits: stream.result.edits,
        },
        stages,
        values,
      ),
      model,
      { name: "accumulatedLogit", given: { prompt: given ?? prompts, target, options }, prompts },
    );
  } finally {
    if (!given) stream.dispose();
  }
}

/** The places where the stream stands between components. */
function stagesOf({ sites: { blocks } }: Transformer): Site[] {
  return [
    ...blocks.flatMap(({ resid_pre, resid_mid }) => [resid_pre, ...resid_mid ? [resid_mid] : []]),
    blocks.at(-1)!.resid_post,
  ];
}

/** The sum of logits that a stage gives, `[row]`. */
function readAt(
  rows: StreamRows,
  end: StreamEnd,
  sums: readonly LogitSum[],
  norm: "frozen" | "own",
): tf.Tensor {
  const { model } = rows, last = rows.norm("ln_final"), stream = rows.value(end.site);
  const { directions, biases } = unembeddingOf(model, sums.map(({ tokens }) => tokens));
  const whole = norm === "frozen" ? streamNorms(rows, end).reduce(affine, stream) : stream;
  const read = !last
    ? whole
    : norm === "frozen"
    ? affine(whole, last)
    : exactMechanisms.norm(whole, model.architecture.norm, last);
  const found = read.mul(directions).sum(-1);
  return biases ? found.add(biases) : found;
}

function affine(x: tf.Tensor, norm: FrozenNorm): tf.Tensor {
  const through = linearNorm(x, norm);
  return norm.bias ? through.add(norm.bias) : through;
}

/** The norms on the stream itself that still lie before its end; none in nearly all families. */
function streamNorms(rows: StreamRows, { layer, part }: StreamEnd): FrozenNorm[] {
  const { norms, layers } = rows.model.architecture, found: FrozenNorm[] = [];
  if (norms !== "stream") return found;
  for (let next = layer; next < layers; next++) {
    const own = next === layer;
    if (!own || part === "resid_pre") found.push(rows.norm(`blocks.${next}.ln1`)!);
    if (!own || part !== "resid_post") found.push(rows.norm(`blocks.${next}.ln2`)!);
  }
  return found;
}
