/**
 * A pass with everything that it shows, for tests that hold one pass against another.
 *
 * @module
 */

import type { Pass, Site, Transformer } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";

/** What a pass gave and showed; its tensors live until the scope around it ends. */
export interface Watched {
  /** The logits, or the stream where the pass stopped. */
  readonly output: tf.Tensor;
  /** The value of each site that was reached. */
  readonly sites: ReadonlyMap<Site, tf.Tensor>;
}

/** Makes a pass and keeps all that it shows, changed on the way where a change is given. */
export function watched(
  model: Transformer,
  pass: Pass,
  changes: Readonly<Record<string, (value: tf.Tensor) => tf.Tensor>> = {},
): Watched {
  const sites = new Map<Site, tf.Tensor>();
  const steps = model.forward(pass, {
    watches: () => true,
    change: (site, value) => changes[site]?.(value) ?? value,
    keep: (site, value) => sites.set(site, tf.keep(value.clone())),
  });
  for (;;) {
    const step = steps.next();
    if (step.done) return { output: step.value, sites };
  }
}

/** Frees what a pass showed. */
export function forget({ output, sites }: Watched): void {
  tf.dispose([output, ...sites.values()]);
}

/** Puts what consecutive passes showed at a site together, as one pass over all of their columns shows it. */
export function joinedAt(
  model: Transformer,
  site: Site,
  parts: readonly tf.Tensor[],
): tf.Tensor {
  const axes = model.axesOf(site), query = axes.findIndex((axis) => /position|query/.test(axis));
  const key = axes.indexOf("key");
  if (key < 0) return tf.concat([...parts], query);
  // A later column is one that an earlier query never sees.
  const keys = parts.at(-1)!.shape[key]!, unseen = site.endsWith("scores") ? -Infinity : 0;
  const whole = parts.map((part) => {
    const rest = [...part.shape];
    rest[key] = keys - part.shape[key]!;
    return rest[key] === 0 ? part : tf.concat([part, tf.fill(rest, unseen)], key);
  });
  return tf.concat(whole, query);
}
