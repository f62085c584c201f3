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
  /** Takes the value of a watched site and returns the value to go on with, of the same shape. */
  visit(site: Site, value: tf.Tensor): tf.Tensor;
}

/** Watches nothing. */
export const nobody: Observer = { watches: () => false, visit: (_, value) => value };

/** Returns the value of a site after its observer, who is asked only if it watches. */
export function seen<T extends tf.Tensor>(observer: Observer, site: Site, value: T): T {
  return observer.watches(site) ? observer.visit(site, value) as T : value;
}
