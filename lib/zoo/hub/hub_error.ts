/**
 * The one error that a hub's answers, or its cache, bring about.
 *
 * @module
 */

/** What a {@linkcode HubError} can add to its message. */
export interface HubErrorOptions {
  /** The model, such as `EleutherAI/pythia-70m`. */
  readonly id?: string;
  /** The file of the model. */
  readonly file?: string;
  /** The status of the answer. */
  readonly status?: number;
  /** Whether it may be that there is no such model. */
  readonly absent?: boolean;
}

/**
 * A model cannot be had from a hub: it is not there, may not be read, came broken, or the hub did not answer.
 *
 * No message holds a token, and none a word that the hub chose.
 *
 * @example
 * ```ts
 * import { HubError, load } from "@innerworks/innerworks";
 *
 * const cache = await Deno.makeTempDir();
 * Deno.env.set("HF_HUB_CACHE", cache);
 * try {
 *   await load("EleutherAI/pythia-70m", { offline: true });
 *   throw new Error("loaded");
 * } catch (error) {
 *   if (!(error instanceof HubError)) throw error;
 *   console.log(error.id, error.message); // not in the cache
 * } finally {
 *   Deno.env.delete("HF_HUB_CACHE");
 *   await Deno.remove(cache, { recursive: true });
 * }
 * ```
 */
export class HubError extends Error {
  /** The name of the class, for printing. */
  override readonly name: string = "HubError";
  /** The model, where the error is about one. */
  declare readonly id?: string;
  /** The file of the model, where the error is about one. */
  declare readonly file?: string;
  /** The status of the hub's answer, where one came. */
  declare readonly status?: number;
  /** Whether it may be that there is no such model, so that its name may have been meant otherwise. */
  declare readonly absent?: boolean;

  /** Says what is wrong and what to do. */
  constructor(message: string, options: HubErrorOptions = {}) {
    super(message);
    if (options.id !== undefined) this.id = options.id;
    if (options.file !== undefined) this.file = options.file;
    if (options.status !== undefined) this.status = options.status;
    if (options.absent !== undefined) this.absent = options.absent;
  }
}
