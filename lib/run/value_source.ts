/**
 * Values that an edit takes from another run, or from elsewhere in its own.
 *
 * @module
 */

import { refuseUnknownOptions } from "../show/mod.ts";
import { Cache } from "./cache.ts";
import type { Positions } from "./edit.ts";
import { checkDefined, givenText } from "./edit_where.ts";

/** Which numbers of another place are taken. */
export interface ValueWhere {
  /** The site. @default {the site of the edit} */
  readonly at?: string;
  /** The heads, as many as the edit touches, or one for all. @default {those that the edit touches} */
  readonly heads?: number | readonly number[];
  /** The neurons, as many as the edit touches, or one for all. @default {those that the edit touches} */
  readonly neurons?: number | readonly number[];
  /**
   * The positions in the other prompt, as many as the edit touches, or one for all; negative ones count from that
   * prompt's end.
   *
   * @default {what the edit says of its own, so that -1 is the last token of each}
   */
  readonly positions?: Positions;
  /** The positions of the key, at scores and pattern. @default {what the edit says of its own} */
  readonly keys?: Positions;
  /** The rows of the other batch, as many as the edit touches, or one for all. @default {the same rows, or the only one} */
  readonly examples?: number | readonly number[];
}

/** What another run held. */
export interface CacheValue extends ValueWhere {
  /** Where the numbers come from. */
  readonly from: "cache";
  /** What the other run captured. */
  readonly cache: Cache;
}

/** What this very run holds, at a site that it reaches earlier, or in another row of the batch. */
export interface RunValue extends ValueWhere {
  /** Where the numbers come from. */
  readonly from: "run";
}

const NAMES = ["at", "heads", "neurons", "positions", "keys", "examples"];

/**
 * Takes what another run captured as the value of an edit.
 *
 * @param cache What the other run captured.
 * @param where Which numbers of it, where they are not those that the edit touches here.
 *
 * @example
 * ```ts
 * import { load, ofCache, replace, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * using clean = await run(model, "The capital of Poland is", { capture: ["blocks.1.resid_post"] });
 * const value = ofCache(clean.cache, { positions: -2 });
 * const patch = replace("blocks.1.resid_post", value, { positions: 3 });
 * await run(model, "The capital of France is", { edits: [patch] });
 * ```
 */
export function ofCache(cache: Cache, where: ValueWhere = {}): CacheValue {
  refuseUnknownOptions("take a value of a cache", where, NAMES);
  return { from: "cache", cache, ...where };
}

/**
 * Takes what this very run holds as the value of an edit: at an earlier site as the run went on with it, or at the
 * edit's own site, before the edit, in another row of the batch.
 *
 * @param where Which numbers of it, where they are not those that the edit touches.
 *
 * @example
 * ```ts
 * import { load, ofRun, replace, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompts = ["The capital of Poland is", "The capital of France is"];
 * // The second prompt goes on with the first one's last stream.
 * const swap = replace("blocks.2.resid_pre", ofRun({ examples: 0 }), { examples: 1, positions: -1 });
 * await run(model, prompts, { edits: [swap] });
 * ```
 */
export function ofRun(where: ValueWhere = {}): RunValue {
  refuseUnknownOptions("take a value of this run", where, NAMES);
  return { from: "run", ...where };
}

/**
 * Checks a value that is taken from a run, as a file or a notebook may have written it by hand.
 *
 * @param value The value.
 * @param purpose What is being done, as an error begins after "Cannot".
 * @throws {TypeError} If it has another field, or lacks its cache.
 */
export function checkSource(value: CacheValue | RunValue, purpose: string): void {
  const { from, ...rest } = value;
  refuseUnknownOptions(`${purpose} by a value of a run`, rest, [
    ...NAMES,
    ...from === "cache" ? ["cache"] : [],
  ]);
  checkDefined(value, `Cannot ${purpose} as in its value`);
  if (value.at !== undefined && typeof value.at !== "string") {
    throw new TypeError(
      `Cannot ${purpose} as the at of its value must be the name of a site: current value is ${value.at}`,
    );
  }
  if (from === "run" || value.cache instanceof Cache) return;
  throw new TypeError(
    `Cannot ${purpose} as the cache of its value must be one that a run filled: current value is ${
      givenText(value.cache)
    }`,
  );
}

/** Whether a value is taken from a run, and not given as numbers. */
export function isSource(value: unknown): value is CacheValue | RunValue {
  if (typeof value !== "object" || value === null) return false;
  const { from } = value as { from?: unknown };
  return from === "cache" || from === "run";
}
