/**
 * What all runs do before anything is computed: read the prompts, check the options, make ready what edits and captures.
 *
 * @module
 */

import type { Pass, Prompt, PromptTokens, Transformer } from "../model/mod.ts";
import { givenValue } from "../show/mod.ts";
import { megabytes } from "./cache.ts";
import { capturedSites, sizesOf } from "./capture.ts";
import { Instrument } from "./instrument.ts";
import { type Layout, layOut } from "./layout.ts";
import { reachedSites, refuseUnreached, startingStream } from "./reach.ts";
import type { RunOptions } from "./run.ts";
import { spansIn } from "./spans.ts";

/** A run that can begin. */
export interface Prepared {
  /** The tokens of each prompt. */
  readonly prompts: readonly PromptTokens[];
  /** Where they lie. */
  readonly layout: Layout;
  /** Makes the edits and captures. */
  readonly instrument: Instrument;
  /** What the model is to compute. */
  readonly pass: Pass;
  /** Frees what was made ready, once the run is over; the cache stays. */
  dispose(): void;
}

/** Prepares a run, refusing whatever would fail or touch nothing. */
export function prepare(model: Transformer, prompt: Prompt, options: RunOptions): Prepared {
  const { capture = [], edits = [], captureLimit = 2 ** 31, start, stop } = checked(options);
  const prompts = model.tokenize(prompt), plain = layOut(prompts, options.padding);
  const spans = options.spans && spansIn(prompts, options.spans);
  const layout = spans ? { ...plain, window: { ...plain.window, spans } } : plain;
  const batch = prompts.length, columns = layout.window.to;
  const reached = reachedSites(model, options, batch, columns);
  for (const name of capture) {
    refuseUnreached("capture", model.match(name, "capture"), reached, name);
  }
  const captured = capturedSites(model, capture).filter((site) => reached.has(site));
  const bytes = sizesOf(model, captured, batch, columns).reduce((sum, { bytes }) => sum + bytes, 0);
  if (bytes > captureLimit) {
    throw new RangeError(
      `Cannot capture ${megabytes(bytes)} MB as it must be at most ${
        megabytes(captureLimit)
      } MB: capture fewer sites, or raise captureLimit`,
    );
  }
  const instrument = new Instrument(model, new Set(captured), edits, layout.window);
  for (const { at, kind } of edits) {
    for (const site of model.match(at, kind)) refuseUnreached(kind, [site], reached);
  }
  const own = start && { start: { ...start, stream: startingStream(model, start, layout.window) } };
  const pass = { ...layout.pass, ...own, ...(stop !== undefined && { stop }) };
  const dispose = () => {
    instrument.dispose();
    own?.start.stream.dispose();
  };
  return { prompts, layout, instrument, pass, dispose };
}

/** Refuses what a compiler would: the kernel of a notebook does not check types. */
function checked(options: RunOptions): RunOptions {
  for (const name of ["capture", "edits"] as const) {
    const value: unknown = options[name] ?? [];
    if (Array.isArray(value)) continue;
    throw new TypeError(
      `Cannot run a model as ${name} must be a list: current value is ${givenValue(value)}`,
    );
  }
  const { captureLimit = 0 } = options;
  if (typeof captureLimit === "number" && captureLimit >= 0) return options;
  throw new RangeError(
    `Cannot run a model as captureLimit must be a number of bytes from 0 on: current value is ${captureLimit}`,
  );
}
