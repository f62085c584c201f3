/**
 * What a run captured.
 *
 * @module
 */

import { codeOf, sourceOf } from "./origin.ts";
import { plainSiteName, type Site } from "../model/mod.ts";
import { display, type Document, table } from "../show/mod.ts";
import { copy, freeWhenCollected, keepWhenCollected, tf } from "../tensor/mod.ts";
import { withoutPadding } from "./layout.ts";
import { joined, maskedValue, positionAxis } from "./selection.ts";
import { plainWindow, tokenColumns, type Window, type WindowMode } from "./window.ts";

/** A captured value, or the part of one that a pass computed. */
interface Part {
  readonly shape: readonly number[];
  /** The numbers, where tensors of the backend are not garbage-collected. */
  readonly values?: Float32Array;
  /** What the run computed, whose numbers the stream or another site may share; until somebody asks for it. */
  shared?: tf.Tensor | undefined;
  /** The numbers, shared with nobody. */
  tensor?: tf.Tensor;
}

/** A captured value: a part for each pass that has not yet been put together with those before. */
interface Entry {
  readonly axes: readonly string[];
  parts: Part[];
}

/**
 * The values of captured sites, each a tensor that the cache owns.
 *
 * They are freed by `dispose()`, at the end of a `using` block, or when the cache is garbage-collected.
 */
export class Cache {
  readonly #entries = new Map<Site, Entry>();
  readonly #made: tf.Tensor[] = [];
  #disposed = false;
  #window: Window | null;
  /** Whether what follows a prompt was generated. */
  readonly mode: WindowMode;

  /**
   * Makes an empty cache; a run fills it.
   *
   * @param window Where the examples lie in the columns of the run.
   * @param mode Whether what follows a prompt is generated.
   */
  constructor(window: Window | null = null, mode: WindowMode = { generates: false }) {
    this.#window = window;
    this.mode = mode;
    freeWhenCollected(this, this.#made);
  }

  /** Where the examples lie in the columns; for values that were put by hand, each from the first column to the last. */
  get window(): Window {
    const [entry] = this.#entries.values();
    if (this.#window || !entry) return this.#window ?? plainWindow(0, 0);
    const shape = shapeOf(entry);
    return plainWindow(shape[entry.axes.indexOf("batch")]!, shape[positionAxis(entry.axes)]!);
  }

  /**
   * The columns of an example's tokens, those generated included: its position p is column `from + p` of each value.
   *
   * @param example The row of the batch.
   * @throws {RangeError} If there is no such row.
   */
  columnsOf(example: number): { readonly from: number; readonly to: number } {
    const { rows, to } = this.window, row = rows[example];
    if (row) return tokenColumns(row, to, this.mode);
    throw new RangeError(
      `Cannot find an example in the cache as it must be from 0 to ${
        rows.length - 1
      }: current value is ${example}`,
    );
  }

  /** The captured sites, in the order of the forward pass. */
  get sites(): readonly Site[] {
    return [...this.#entries.keys()];
  }

  /** The bytes of all values. */
  get bytes(): number {
    return this.sites.reduce(
      (sum, site) => sum + 4 * product(shapeOf(this.#entries.get(site)!)),
      0,
    );
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
    const entry = this.#entry(site), [part] = entry.parts;
    if (entry.parts.length > 1) return this.#together(entry, maskedValue(plainSiteName(site)));
    return part!.tensor ?? this.#ownTensor(part!);
  }

  /** The value of a site with the column of its first position; for edits. */
  source(site: string): { readonly tensor: tf.Tensor; readonly first: number } {
    const tensor = this.get(site);
    return { tensor, first: this.window.to - tensor.shape[positionAxis(this.axes(site))]! };
  }

  /** The names of the axes of a site's value, outermost first. */
  axes(site: string): readonly string[] {
    return this.#entry(site).axes;
  }

  /** Keeps a value in the place of what is there, sharing it with nobody; for runs. */
  put(site: Site, value: tf.Tensor, axes: readonly string[]): void {
    this.#entries.set(site, { axes, parts: [this.#owned(value)] });
  }

  /**
   * Takes over what a pass computed, a tensor that nobody else frees, after the columns that are there; for runs. Its
   * numbers are copied when they are asked for: most of what is captured is not.
   */
  append(site: Site, value: tf.Tensor, axes: readonly string[]): void {
    const known = this.#entries.get(site), part = this.#taken(value);
    if (known) known.parts.push(part);
    else this.#entries.set(site, { axes, parts: [part] });
  }

  /** Notes that the run went on to a column; for runs. */
  grow(to: number): void {
    if (this.#window) this.#window = { ...this.#window, to };
  }

  /** A value as this cache owns it, its numbers its own. */
  #owned(value: tf.Tensor): Part {
    const part = this.#arrayed(value);
    // A clone would share its numbers with the stream, another site, or another run's cache.
    return part ?? { shape: [...value.shape], tensor: this.#noted(copy(value)) };
  }

  /** A value that becomes this cache's. */
  #taken(value: tf.Tensor): Part {
    const part = this.#arrayed(value);
    if (part) value.dispose();
    return part ?? { shape: [...value.shape], shared: this.#noted(value) };
  }

  /** Tensors of wasm lie in a heap that the garbage collector does not see; arrays it does. */
  #arrayed(value: tf.Tensor): Part | null {
    if (tf.getBackend() !== "wasm") return null;
    return { shape: [...value.shape], values: value.dataSync<"float32">().slice() };
  }

  /** A part as a tensor that shares its numbers with nobody. */
  #ownTensor(part: Part): tf.Tensor {
    const { shared, values, shape } = part;
    if (!shared) {
      part.tensor = tf.keep(tf.tensor(values!, shape as number[]));
      this.#made.push(part.tensor);
      return part.tensor;
    }
    part.tensor = this.#noted(tf.tidy(() => copy(shared)));
    part.shared = undefined;
    shared.dispose();
    return part.tensor;
  }

  /** Keeps a tensor. */
  #noted(tensor: tf.Tensor): tf.Tensor {
    // On the CPU the collector frees tensors by itself, and a list of them would keep it from doing so.
    if (!["native", "cpu"].includes(tf.getBackend())) this.#made.push(tensor);
    return tf.keep(tensor);
  }

  /** Puts the parts of several passes together, as one pass over all columns would have made them. */
  #together(entry: Entry, later: number): tf.Tensor {
    const { axes, parts } = entry,
      made = tf.tidy(() =>
        withoutPadding(joined(axes, parts.map(tensorOf), later), axes, this.window, this.mode)
      );
    tf.dispose(parts.flatMap(held));
    entry.parts = [this.#owned(made)];
    made.dispose();
    const [part] = entry.parts;
    return part!.tensor ?? this.#ownTensor(part!);
  }

  /** Frees the values. */
  dispose(): void {
    this.#disposed = true;
    tf.dispose([...this.#entries.values()].flatMap(({ parts }) => parts.flatMap(held)));
    this.#entries.clear();
    keepWhenCollected(this);
  }

  /** Frees the values at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws the sites with axes, shapes and sizes, and what their values are on the whole. */
  [display](): Document {
    const read = this.bytes <= mostRead && tf.getBackend() !== "webgpu";
    const line = sourceOf(this, "");
    return table({
      title: `${this.#entries.size} captured sites, ${megabytes(this.bytes)} MB`,
      columns: [
        { name: "site" },
        { name: "axes" },
        { name: "shape" },
        { name: "size", unit: "MB", align: "right" },
        ...read
          ? [{ name: "mean" }, { name: "deviation" }, { name: "greatest size" }, {
            name: "not finite",
          }]
          : [],
      ],
      rows: [...this.#entries].map(([site, entry]) => [
        site,
        entry.axes.join(", "),
        shapeOf(entry).join(" × "),
        megabytes(4 * product(shapeOf(entry))),
        ...read ? figures(entry) : [],
      ]),
      ...codeOf(this, ".get({site})", {
        site: { by: "row", texts: this.sites.map((site) => `"${site}"`) },
      }),
      ...this.#entries.size > 0 && {
        caption: `${line && `${line} · `}read one as cache.get("${this.sites[0]}")${
          read ? "" : "; too much to read for a table, so without means"
        }`,
      },
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

/** The shape of all parts together. */
function shapeOf({ axes, parts }: Entry): readonly number[] {
  const position = positionAxis(axes), last = parts.at(-1)!.shape;
  return last.map((size, i) =>
    i === position ? parts.reduce((sum, { shape }) => sum + shape[i]!, 0) : size
  );
}

/** The most bytes that are read only to be drawn. */
const mostRead = 4e8;

/** Mean, deviation and greatest size of what is finite, and how many numbers are not. */
function figures({ parts }: Entry): number[] {
  let [count, mean, square, greatest, odd] = [0, 0, 0, 0, 0];
  for (const part of parts) {
    for (const value of part.values ?? (part.tensor ?? part.shared)!.dataSync<"float32">()) {
      if (!Number.isFinite(value)) {
        odd++;
        continue;
      }
      // Welford's recurrence: a sum of squares would lose what a large mean leaves.
      const step = value - mean;
      mean += step / ++count;
      square += step * (value - mean);
      greatest = Math.max(greatest, Math.abs(value));
    }
  }
  return count === 0 ? [NaN, NaN, NaN, odd] : [mean, Math.sqrt(square / count), greatest, odd];
}

const tensorOf = ({ tensor, shared, values, shape }: Part): tf.Tensor =>
  tensor ?? shared ?? tf.tensor(values!, shape as number[]);

const held = ({ tensor, shared }: Part): tf.Tensor[] => [tensor ?? [], shared ?? []].flat();

const product = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Bytes as megabytes with three digits. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toPrecision(3);
}
