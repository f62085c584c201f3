/**
 * Steering a read-out by hand: a step of the stream along what raises a token.
 *
 * @module
 */

import type { Prompt, Transformer } from "../model/mod.ts";
import {
  add,
  type AddEdit,
  checkModel,
  type Edit,
  gradients,
  logit,
  logitDifference,
  run,
  withOrigin,
} from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { readNumbers, refuseOddSignal, tf } from "../tensor/mod.ts";
import { ReadOutSteering } from "./steer_read_out_result.ts";
import { onePrompt, positionIn, streamNumber, streamSite } from "./stream_site.ts";
import { tokenIds, type TokenName } from "./token_ids.ts";
import { trackedTokens } from "./read_out.ts";

/** Options for {@linkcode steerReadOut}. */
export interface SteerReadOutOptions {
  /** The token whose logit is raised. */
  readonly raise: TokenName;
  /** The token whose logit is to fall beside it. @default {none} */
  readonly lower?: TokenName;
  /** The stream that is moved, 0 to the number of blocks; negative ones count from the last. @default {-1} */
  readonly layer?: number;
  /** How far it is moved along the direction, which has length 1; negative the other way. @default {1} */
  readonly coefficient?: number;
  /** The position that is moved and whose logits are compared; negative ones count from the end. @default {-1} */
  readonly position?: number;
  /** What else is changed, in all runs. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

const PURPOSE = "steer a read-out";
const known = ["raise", "lower", "layer", "coefficient", "position", "edits", "signal"];

/**
 * Moves a stream by the direction that raises a token in the read-out: the column of W_U behind the gain of the last norm,
 * centred where that norm centres; for two tokens the difference of their columns. It says beforehand what that should do to
 * first order, and measures what it does.
 *
 * Two predictions are given. `direct` takes the step to stay as it is up to the last norm; `throughout` lets all layers
 * after it answer, to first order. What is measured differs from these by curvature: the norms, the layers and the cap.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options The tokens, where and how far.
 * @returns The edit, the change that is predicted and the change that was measured, in logits. The promise draws itself.
 * @throws {RangeError} If a token is not one token, or the layer or position does not exist, or both tokens are one.
 *
 * @example
 * ```ts
 * import { load, run, steerReadOut } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const { edit, measured } = await steerReadOut(model, prompt, { raise: " John", lower: " Mary", coefficient: 2 });
 * if (!(measured > 0)) throw new Error("John should rise");
 * await run(model, prompt, { edits: [edit] });
 * ```
 */
export function steerReadOut(
  model: Transformer,
  prompt: Prompt,
  options: SteerReadOutOptions,
): DrawnPromise<ReadOutSteering> {
  return drawn(() => steer(model, prompt, options));
}

async function steer(
  model: Transformer,
  prompt: Prompt,
  options: SteerReadOutOptions,
): Promise<ReadOutSteering> {
  const { tokens, raise, lower, position, site } = checked(model, prompt, options);
  const { coefficient = 1, edits = [], signal } = options, rest = signal ? { signal } : {};
  const direction = readOutDirection(model, raise, lower);
  const edit: AddEdit = add(site, direction, { scale: coefficient, positions: position });
  const metric = lower === null
    ? logit(raise, { position })
    : logitDifference(raise, lower, { position });
  const last = streamSite(model, model.architecture.layers), at = [...new Set([site, last])];
  const found = await gradients(model, prompt, metric, { at, edits, ...rest });
  const slope = (where: string) => {
    const { length } = direction;
    const own = readNumbers(found.get(where)).subarray(position * length, (position + 1) * length);
    return own.reduce((sum, value, i) => sum + value * direction[i]!, 0);
  };
  const [direct, throughout, before] = [slope(last), slope(site), found.values[0]!];
  found.dispose();
  using changed = await run(model, prompt, { edits: [...edits, edit], ...rest });
  const [up, down] = trackedTokens(model, lower === null ? [raise] : [raise, lower]);
  return withOrigin(
    new ReadOutSteering(
      {
        model: model.provenance.name,
        prompt: tokens,
        position,
        site,
        coefficient,
        raise: up!,
        lower: down ?? null,
      },
      edit,
      {
        before,
        direct: coefficient * direct,
        throughout: coefficient * throughout,
        measured: changed.measure(metric)[0]! - before,
      },
    ),
    model,
    { name: "steerReadOut", given: { prompt: [tokens], options }, prompts: [tokens] },
  );
}

/** What is asked for, with everything that cannot be meant refused. */
function checked(model: Transformer, prompt: Prompt, options: SteerReadOutOptions) {
  checkModel(model, PURPOSE);
  refuseUnknownOptions(PURPOSE, options, known);
  const { coefficient = 1, signal } = options;
  refuseOddSignal(signal);
  if (!Number.isFinite(coefficient)) {
    throw new RangeError(
      `Cannot ${PURPOSE} as coefficient must be finite: current value is ${coefficient}`,
    );
  }
  const tokens = onePrompt(model.tokenize(prompt), PURPOSE);
  return {
    tokens,
    ...tokensOf(model, options),
    position: positionIn(tokens, options.position ?? -1, PURPOSE),
    site: streamSite(model, streamNumber(model, options.layer ?? -1, PURPOSE)),
  };
}

/**
 * The direction of the stream, of length 1, along which the last norm's output grows towards a token, and away from another.
 *
 * @param model The model.
 * @param raise The token.
 * @param lower The other token; none if null.
 * @returns The direction `[width]`, in double precision where the backend has it.
 */
export function readOutDirection(
  model: Transformer,
  raise: number,
  lower: number | null,
): Float64Array {
  const { finalNorm = true, norm, logitScale = 1 } = model.architecture, { weights } = model;
  const made = tf.tidy(() => {
    const { matrix, transposed } = weights.unembed;
    const column = (id: number) =>
      transposed ? tf.gather(matrix, [id], 0).flatten() : tf.gather(matrix, [id], 1).flatten();
    const narrow = lower === null ? column(raise) : column(raise).sub(column(lower));
    const inner = narrow.shape[0] === model.architecture.width
      ? null
      : model.weight("W_U_in").tensor();
    const wide = inner
      ? tf.matMul(inner as tf.Tensor2D, narrow.expandDims<tf.Tensor2D>(1)).flatten()
      : narrow;
    const gained = finalNorm ? wide.mul(weights.norm("ln_final").gain) : wide;
    const centred = finalNorm && norm.kind === "layer" ? gained.sub(gained.mean()) : gained;
    const signed = logitScale < 0 ? centred.neg() : centred;
    return signed.div(signed.square().sum().sqrt());
  });
  try {
    return readNumbers(made);
  } finally {
    made.dispose();
  }
}

function tokensOf(
  model: Transformer,
  { raise, lower }: SteerReadOutOptions,
): { readonly raise: number; readonly lower: number | null } {
  const [up] = tokenIds(model, raise, PURPOSE) as [number];
  const down = lower === undefined ? null : tokenIds(model, lower, PURPOSE)[0]!;
  if (up !== down) return { raise: up, lower: down };
  throw new RangeError(
    `Cannot ${PURPOSE} as raise and lower must be two tokens: both are ${JSON.stringify(raise)}`,
  );
}
