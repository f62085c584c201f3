/**
 * What a run captured.
 *
 * @module
 */

import { plainSiteName, type Site } from "../model/mod.ts";
import { display, type Document, table } from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";

/** A captured value, in the form that its backend lets go of without being told. */
interface Entry {
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  /** The numbers, where tensors of the backend are not garbage-collected. */
  readonly values?: Float32Array;
  tensor?: tf.Tensor;
}

/** Frees what a cache made when nobody can reach the cache any more. */
const collected = new FinalizationRegistry<tf.Tensor[]>((tensors) => tf.dispose(tensors));

/**
 * The values of captured sites, each a tensor that the cache owns.
 *
 * They are freed by `dispose()`, at the end of a `using` block, or when the cache is garbage-collected.
 */
export class Cache {
  readonly #entries = new Map<Site, Entry>();
  readonly #made: tf.Tensor[] = [];
  #disposed = false;

  /** Makes an empty cache; a run fills it. */
  constructor() {
    collected.register(this, this.#made, this);
  }

  /** The captured sites, in the order of the forward pass. */
  get sites(): readonly Site[] {
    return [...this.#entries.keys()];
  }

  /** The bytes of all values. */
  get bytes(): number {
    return this.sites.reduce((sum, site) => sum + 4 * product(this.#entries.get(site)!.shape), 0);
  }

  /** Whether a site was captured. */
  has(site: string): boolean {
    return this.#entries.has(plainSiteName(site) as Site);
  }

  /**
   * The value of a site, a tensor that the cache owns.
   *
   * @throws {RangeError} If the site was not captured.
   */
  get(site: string): tf.Tensor {
    const entry = this.#entry(site);
    if (!entry.tensor) {
      entry.tensor = tf.keep(tf.tensor(entry.values!, entry.shape as number[]));
      this.#made.push(entry.tensor);
    }
    return entry.tensor;
  }

  /** The names of the axes of a site's value, outermost first. */
  axes(site: string): readonly string[] {
    return this.#entry(site).axes;
  }

  /** Keeps a value, sharing it with nobody; for runs. */
  put(site: Site, value: tf.Tensor, axes: readonly string[]): void {
    const shape = [...value.shape];
    // Tensors of wasm lie in a heap that the garbage collector does not see; arrays it does.
    if (tf.getBackend() === "wasm") {
      this.#entries.set(site, { axes, shape, values: value.dataSync<"float32">().slice() });
      return;
    }
    const tensor = tf.keep(value.clone());
    // On the CPU the collector frees tensors by itself, and a list of them would keep it from doing so.
    if (!["native", "cpu"].includes(tf.getBackend())) this.#made.push(tensor);
    this.#entries.set(site, { axes, shape, tensor });
  }

  /** Frees the values. */
  dispose(): void {
    this.#disposed = true;
    tf.dispose([...this.#entries.values()].flatMap(({ tensor }) => tensor ?? []));
    this.#entries.clear();
    collected.unregister(this);
  }

  /** Frees the values at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws the sites with axes, shapes and sizes. */
  [display](): Document {
    return table({
      title: `${this.#entries.size} captured sites, ${megabytes(this.bytes)} MB`,
      columns: [{ name: "site" }, { name: "axes" }, { name: "shape" }, {
        name: "size",
        unit: "MB",
      }],
      rows: [...this.#entries].map(([site, { axes, shape }]) => [
        site,
        axes.join(", "),
        shape.join(" × "),
        megabytes(4 * product(shape)),
      ]),
    });
  }

  /** Shows the sites in a terminal. */
  [Symbol.for("Deno.customInspect")](): string {
    return this[display]()["text/plain"];
  }

  #entry(site: string): Entry {
    const entry = this.#entries.get(plainSiteName(site) as Site);
    if (entry) return entry;
    const some = this.sites.slice(0, 6).join(", ") + (this.#entries.size > 6 ? ", ..." : "");
    throw new RangeError(
      `Cannot read ${JSON.stringify(site)} from the cache as it must be captured: ${
        this.#disposed ? "the cache was disposed" : `captured are ${some || "no sites"}`
      }`,
    );
  }
}

const product = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Bytes as megabytes with three digits. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toPrecision(3);
}
