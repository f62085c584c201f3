/**
 * The observer of a run whose gradients are asked for at sites.
 *
 * @module
 */

import type { Observer, Site } from "../../model/mod.ts";
import type { tf } from "../../tensor/mod.ts";

/** Passes everything on to another observer, and notes the tensors that a pass goes on with at some sites. */
export class Tap implements Observer {
  /**
   * The tensors of each site. They are several where each head reads a copy of the stream of its own; then the gradient
   * at the site is the sum of theirs.
   */
  readonly tensors = new Map<Site, tf.Tensor[]>();
  readonly #inner: Observer;
  readonly #sites: ReadonlySet<Site>;

  /** Taps some sites of a run that another observer edits and captures. */
  constructor(inner: Observer, sites: ReadonlySet<Site>) {
    this.#inner = inner;
    this.#sites = sites;
  }

  /** Whether the site is tapped, captured or edited. */
  watches(site: Site): boolean {
    return this.#sites.has(site) || this.#inner.watches(site);
  }

  /** Makes the other's edits; at a tapped site the result is a tensor of its own, so that the pass goes on from it. */
  change(site: Site, value: tf.Tensor): tf.Tensor {
    const edited = this.#inner.watches(site) ? this.#inner.change(site, value) : value;
    if (!this.#sites.has(site)) return edited;
    const tapped = edited === value ? value.clone() : edited;
    this.tensors.set(site, [...this.tensors.get(site) ?? [], tapped]);
    return tapped;
  }

  /** Lets the other capture. */
  keep(site: Site, value: tf.Tensor): void {
    if (this.#inner.watches(site)) this.#inner.keep(site, value);
  }
}
