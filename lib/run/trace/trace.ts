/**
 * Runs a model and works on its values while it runs.
 *
 * @module
 */

import { withOrigin } from "../origin.ts";
import type { Prompt, Transformer } from "../../model/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../../show/mod.ts";
import { inSlices, type tf } from "../../tensor/mod.ts";
import { checkModel } from "../check_model.ts";
import { withoutPadding } from "../layout.ts";
import { givePlainValues } from "../plain_run.ts";
import { prepare } from "../prepare.ts";
import { type RunOptions, runOptions } from "../run.ts";
import { RunResult } from "../run_result.ts";
import { RunningBody, type TraceBody } from "./body.ts";
import { Stopped, TraceObserver } from "./trace_observer.ts";
import { Trace } from "./trace_result.ts";

/** Options for {@linkcode trace}: those of a run. */
export type TraceOptions = RunOptions;

/**
 * Runs a model while a generator reads and changes its values, at sites in the order of the pass: for edits that depend
 * on values of this very run.
 *
 * `yield at(site)` gives the value there, as a tensor that lives until the trace ends; `yield at.set(site, value)` puts
 * another in its place, `yield at.edit(edit)` makes any edit, `yield at.stop()` ends the pass. What the body returns is
 * kept. A site that the pass has left behind is refused, at the line that asks for it.
 *
 * One body sees the whole batch. A list of bodies, one for each prompt, runs as one pass too, and each sees its own
 * prompt alone, without padding; they share variables of the code around them. Where several wait for the same site they
 * are served in their order: to use what an earlier body reads there, wait for the site (`yield at(site)`), then use it.
 *
 * @param model The model.
 * @param prompt The prompt, or prompts.
 * @param body A generator function, or one for each prompt.
 * @param options What to capture and to edit beside.
 * @returns What the bodies returned, and the run. The promise draws itself.
 * @throws {RangeError} If a body waits for a site that does not exist or never comes.
 *
 * @example
 * ```ts
 * import { load, trace } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const traced = await trace(model, "The capital of France is", function* (at) {
 *   const early = yield at("blocks.1.resid_post");
 *   const norm = early.norm().dataSync()[0]!;
 *   if (norm > 1) yield at.set("blocks.3.resid_pre", early); // as if block 2 were not there
 *   return norm;
 * });
 * if (!(traced.returned > 1)) throw new Error("the stream should not be empty");
 * ```
 */
export function trace<R>(
  model: Transformer,
  prompt: Prompt,
  body: TraceBody<R>,
  options?: TraceOptions,
): DrawnPromise<Trace<R>>;
/**
 * Runs a model on several prompts in one pass, with a body for each, which sees its own prompt alone.
 */
export function trace<R extends readonly unknown[]>(
  model: Transformer,
  prompts: Prompt,
  bodies: { readonly [Place in keyof R]: TraceBody<R[Place]> },
  options?: TraceOptions,
): DrawnPromise<Trace<R>>;
export function trace(
  model: Transformer,
  prompt: Prompt,
  body: TraceBody<unknown> | readonly TraceBody<unknown>[],
  options: TraceOptions = {},
): DrawnPromise<Trace<unknown>> {
  return drawn(() => traceOnce(model, prompt, body, options));
}

async function traceOnce(
  model: Transformer,
  prompt: Prompt,
  body: TraceBody<unknown> | readonly TraceBody<unknown>[],
  options: TraceOptions,
): Promise<Trace<unknown>> {
  checkModel(model, "trace a run");
  refuseUnknownOptions("trace a run", options, runOptions);
  const prepared = prepare(model, prompt, options);
  const { prompts, layout: { window }, instrument, pass } = prepared;
  const bodies = started(model, body, prompts.length);
  const { edits = [], stop, signal } = options;
  let last: tf.Tensor3D | null = null;
  try {
    await givePlainValues({ model, pass, edits, window, instrument }, signal);
    for (const one of bodies) one.advance();
    const observer = new TraceObserver(model, instrument, window, bodies);
    last = await untilStopped(model.forward(pass, observer), signal);
    for (const one of bodies) refuseWaiting(one, last === null);
    const output = last && withoutPadding(last, ["batch", "position", "width"], window);
    const { made: traced } = observer;
    const finished = { prompts, window, stopped: stop !== undefined, edits, traced };
    const run = output && new RunResult(model, { ...finished, output }, instrument.cache);
    const returned = bodies.map(({ returned }) => returned);
    const result = { returned: Array.isArray(body) ? returned : returned[0]!, run };
    if (!run) instrument.cache.dispose();
    return withOrigin(new Trace(model.provenance.name, result), model, { name: "trace", prompts });
  } catch (error) {
    instrument.cache.dispose();
    throw error;
  } finally {
    last?.dispose();
    for (const one of bodies) one.free();
    prepared.dispose();
  }
}

function started(
  model: Transformer,
  body: TraceBody<unknown> | readonly TraceBody<unknown>[],
  prompts: number,
): RunningBody<unknown>[] {
  if (typeof body === "function") return [new RunningBody(model, body, null)];
  if (!Array.isArray(body) || body.length !== prompts) {
    throw new TypeError(
      `Cannot trace a run as there must be one body, or one for each of the ${prompts} prompts: there are ${
        Array.isArray(body) ? body.length : `none, but a value of type ${typeof body}`
      }`,
    );
  }
  return body.map((one, example) => new RunningBody(model, one, example));
}

/** Runs a pass; null if a body stopped it. */
async function untilStopped(
  steps: Generator<void, tf.Tensor3D>,
  signal?: AbortSignal,
): Promise<tf.Tensor3D | null> {
  try {
    return await inSlices(steps, signal);
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  }
}

function refuseWaiting(body: RunningBody<unknown>, stopped: boolean): void {
  if (!body.request) return;
  const end = stopped ? "another body stopped it" : "it ended";
  throw body.located(
    new RangeError(
      `Cannot trace ${body.site} as the pass must come to it: ${end}, and the body still waits for it`,
    ),
  );
}
