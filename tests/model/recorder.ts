/**
 * An observer that writes down what it is shown, and changes what it is told to.
 *
 * @module
 */

import type { Observer } from "../../lib/model/mod.ts";
import type { Site } from "../../lib/model/mod.ts";
import type { tf } from "../../lib/tensor/mod.ts";

/** What a {@linkcode recorder} has seen. */
export interface Recorder extends Observer {
  /** The numbers of each site that was kept, in the order of the calls. */
  readonly kept: Map<string, Float32Array>;
}

/** Watches sites, all of them if none are named, and passes each through its change. */
export function recorder(
  sites: readonly string[] = [],
  changes: Readonly<Record<string, (value: tf.Tensor) => tf.Tensor>> = {},
): Recorder {
  const kept = new Map<string, Float32Array>();
  const asked = (site: Site) => sites.length === 0 || sites.includes(site) || site in changes;
  return {
    kept,
    watches: asked,
    change: (site, value) => changes[site]?.(value) ?? value,
    keep: (site, value) => {
      kept.set(site, value.dataSync<"float32">().slice());
    },
  };
}
