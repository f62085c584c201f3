/**
 * The run without edits, for edits that freeze a site at what it is there.
 *
 * @module
 */

import { KeyValueCache, type Pass, type Transformer } from "../model/mod.ts";
import { inSlices } from "../tensor/mod.ts";
import type { Edit } from "./edit.ts";
import { Instrument } from "./instrument.ts";
import { needsPlainRun } from "./planned_edit.ts";
import type { Window, WindowMode } from "./window.ts";

/** A pass that is about to be made with edits. */
export interface PassWithEdits {
  /** The model. */
  readonly model: Transformer;
  /** What it is to compute. */
  readonly pass: Pass;
  /** The edits. */
  readonly edits: readonly Edit[];
  /** Where the examples lie. */
  readonly window: Window;
  /** Whether what follows a prompt is generated. */
  readonly mode?: WindowMode;
  /** What makes the edits. */
  readonly instrument: Instrument;
}

/**
 * Makes a pass once without edits where an edit needs its values, and gives them to the instrument, which frees them; a
 * list of edits without such ones costs nothing.
 *
 * @param run The pass with its edits.
 * @param signal Stops the pass between two blocks.
 */
export async function givePlainValues(run: PassWithEdits, signal?: AbortSignal): Promise<void> {
  const { model, pass, edits, window, mode, instrument } = run;
  const sites = needsPlainRun(model, edits);
  if (sites.length === 0) return;
  const plain = new Instrument(model, new Set(sites), [], window, mode);
  // The pass adds its keys and values to those before it, and these are not to be the ones that go on.
  const { past: shared, ...rest } = pass;
  const past = shared instanceof KeyValueCache && shared.columns > 0
    ? shared.select(window.rows.map((_, i) => i))
    : null;
  try {
    (await inSlices(model.forward({ ...rest, ...past && { past } }, plain), signal)).dispose();
  } catch (error) {
    plain.cache.dispose();
    throw error;
  } finally {
    past?.dispose();
  }
  instrument.givePlainValues(plain.cache);
}
