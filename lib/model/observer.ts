/**
 * What a forward pass tells about itself while it runs.
 *
 * @module
 */

import type { tf } from "../tensor/mod.ts";
import type { Site } from "./sites.ts";

/** Reads and changes the values of a forward pass. */
export interface Observer {
  /** Whether the site is read or changed, so that a value off the plain path is worth computing. */
  watches(site: Site): boolean;
  /**
   * Whether the site may be watched once the pass comes to it, asked before what stands ahead of it in its block; for those who
   * choose their next site by what they saw at the last. @default {whether it is watched now}
   */
  mayWatch?(site: Site): boolean;
  /**
   * Takes the value of a watched site and returns the value to go on with, of the same shape: the very tensor that was
   * given where nothing changes it, so that the pass can stay on its plain path.
   */
  change(site: Site, value: tf.Tensor): tf.Tensor;
  /** Takes the value of a watched site as the pass goes on with it. */
  keep(site: Site, value: tf.Tensor): void;
}

/** Watches nothing. */
export const nobody: Observer = {
  watches: () => false,
  change: (_, value) => value,
  keep: () => {},
};

/** Returns the value of a site after its observer, who is asked only if it watches. */
export function seen<T extends tf.Tensor>(observer: Observer, site: Site, value: T): T {
  if (!observer.watches(site)) return value;
  const changed = observer.change(site, value) as T;
  observer.keep(site, changed);
  return changed;
}

/** An observer whose edits hold for a copy of a value, while what it keeps is another's. */
export function keepingNothing(observer: Observer): Observer {
  return {
    watches: (site) => observer.watches(site),
    change: (site, value) => observer.change(site, value),
    keep: () => {},
  };
}
