/**
 * Edits of many variants in one batch.
 *
 * @module
 */

import type { Observer, Site, Transformer } from "../../model/mod.ts";
import { tf } from "../../tensor/mod.ts";
import type { Instrument } from "../instrument.ts";

/** Makes the edits of variants whose rows stand one after another in a batch, each variant's as if it ran alone. */
export class RowsObserver implements Observer {
  readonly #model: Transformer;
  /** The rows of each variant. */
  readonly #batch: number;
  readonly #instruments: readonly Instrument[];
  /** The variants that do something at a site, by their place in the batch; found when a site is first asked for. */
  readonly #at = new Map<Site, readonly number[]>();

  /**
   * Looks after variants.
   *
   * @param model The model.
   * @param batch How many rows each variant has.
   * @param instruments What makes the edits of each variant, in the order of the batch.
   */
  constructor(model: Transformer, batch: number, instruments: readonly Instrument[]) {
    this.#model = model;
    this.#batch = batch;
    this.#instruments = instruments;
  }

  /** Whether any variant does something at a site. */
  watches(site: Site): boolean {
    return this.#watching(site).length > 0;
  }

  /** Makes the edits of a site, each variant's in its own rows. */
  change(site: Site, value: tf.Tensor): tf.Tensor {
    const parts: tf.Tensor[] = [];
    let done = 0, changed = false;
    for (const place of this.#watching(site)) {
      const rows = this.#rows(site, value, place),
        after = this.#instruments[place]!.change(site, rows);
      if (after === rows) continue;
      if (place > done) parts.push(this.#between(site, value, done, place));
      parts.push(after);
      done = place + 1;
      changed = true;
    }
    if (!changed) return value;
    const all = this.#instruments.length;
    if (done < all) parts.push(this.#between(site, value, done, all));
    return parts.length === 1 ? parts[0]! : tf.concat(parts, this.#axis(site));
  }

  /** Keeps what later edits of a variant read. */
  keep(site: Site, value: tf.Tensor): void {
    for (const place of this.#watching(site)) {
      this.#instruments[place]!.keep(site, this.#rows(site, value, place));
    }
  }

  #watching(site: Site): readonly number[] {
    const known = this.#at.get(site);
    if (known) return known;
    const found = [...this.#instruments.keys()].filter((i) => this.#instruments[i]!.watches(site));
    this.#at.set(site, found);
    return found;
  }

  #rows(site: Site, value: tf.Tensor, place: number): tf.Tensor {
    return this.#between(site, value, place, place + 1);
  }

  /** The rows of some variants that follow each other; all of them are the value itself. */
  #between(site: Site, value: tf.Tensor, from: number, to: number): tf.Tensor {
    if (to - from === this.#instruments.length) return value;
    const axis = this.#axis(site), begin = value.shape.map(() => 0), size = [...value.shape];
    begin[axis] = from * this.#batch;
    size[axis] = (to - from) * this.#batch;
    return tf.slice(value, begin, size);
  }

  #axis(site: Site): number {
    return this.#model.axesOf(site).indexOf("batch");
  }
}
