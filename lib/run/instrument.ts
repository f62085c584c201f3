/**
 * The observer of a run: makes its edits and fills its cache.
 *
 * @module
 */

import type { Observer, Site, Transformer } from "../model/mod.ts";
import { maskCausal, tf } from "../tensor/mod.ts";
import { Cache } from "./cache.ts";
import { checkEdit, type Edit, editText, type ResampleEdit } from "./edit.ts";
import { derangement } from "./derangement.ts";
import { changePart, partOf, select, type Selection } from "./selection.ts";
import { fitted } from "./value.ts";
import { checkWindow, type Window, type WindowMode } from "./window.ts";

/** Makes edits and captures what comes out of them. */
export class Instrument implements Observer {
  /** What was captured. */
  readonly cache: Cache = new Cache();
  readonly #model: Transformer;
  readonly #captured: ReadonlySet<Site>;
  readonly #edits = new Map<Site, { edit: Edit; index: number }[]>();
  readonly #selections = new Map<Edit, Selection>();

  /**
   * Checks all edits against the model and the size of the batch before anything is computed.
   *
   * @throws {RangeError} If a site does not exist or an edit would touch nothing.
   * @throws {TypeError} If an edit has a field that its kind lacks, or lacks one that it must have.
   */
  constructor(
    model: Transformer,
    captured: ReadonlySet<Site>,
    edits: readonly Edit[],
    window: Window,
    mode: WindowMode = { generates: false },
  ) {
    checkWindow(window, mode);
    const batch = window.rows.length, length = window.to;
    this.#model = model;
    this.#captured = captured;
    edits.forEach((edit, index) => {
      checkEdit(edit);
      const site = model.site(edit.at, edit.kind);
      const selection = select(edit, model.axesOf(site), model.shapeOf(site, batch, length));
      if (isScores(site)) refuseMasked(edit, selection, length);
      if (edit.kind === "resample") checkSource(edit, site, model.shapeOf(site, batch, length));
      this.#selections.set(edit, selection);
      this.#edits.set(site, [...this.#edits.get(site) ?? [], { edit, index }]);
    });
  }

  /** Goes on to the next pass, whose columns are `from` to `to`; what it captures is put after what is there. */
  move(_from: number, _to: number): void {
    throw new RangeError("Cannot go on to another pass as edits are made in one pass alone");
  }

  /** Frees what edits needed of earlier sites; the cache stays. */
  dispose(): void {}

  /** Whether the site is captured or edited. */
  watches(site: Site): boolean {
    return this.#captured.has(site) || this.#edits.has(site);
  }

  /** Makes the edits of a site in the order given; without any, returns the very tensor that it was given. */
  change(site: Site, value: tf.Tensor): tf.Tensor {
    let current = value;
    for (const { edit, index } of this.#edits.get(site) ?? []) {
      current = this.#edited(edit, index, site, current);
    }
    return current;
  }

  /** Captures the value of a site. */
  keep(site: Site, value: tf.Tensor): void {
    if (this.#captured.has(site)) this.cache.put(site, value, this.#model.axesOf(site));
  }

  #edited(edit: Edit, index: number, site: Site, value: tf.Tensor): tf.Tensor {
    const axes = this.#model.axesOf(site), selection = this.#selections.get(edit)!;
    const changed = changePart(
      value,
      selection,
      (part) => change(edit, part, axes, selection, site, value),
    );
    // What an edit puts where a score is masked never counts: a factor of 0 makes NaN of −∞ there.
    const after = isScores(site) ? maskCausal(changed) : changed;
    refuseNaN(edit, index, value, after);
    return after;
  }
}

function isScores(site: Site): boolean {
  return site.endsWith(".attn.scores");
}

/** Refuses an edit of scores whose every cell is masked. */
function refuseMasked(
  edit: Edit,
  { indices: [, , queries, keys] }: Selection,
  length: number,
): void {
  const query = Math.max(...queries ?? [length - 1]), key = Math.min(...keys ?? [0]);
  if (key <= query) return;
  throw new RangeError(
    `Cannot ${
      editText(edit)
    } as it must touch something: keys later than their query are masked, whatever an edit puts there`,
  );
}

/** Computes what takes the place of a part. */
function change(
  edit: Edit,
  part: tf.Tensor,
  axes: readonly string[],
  selection: Selection,
  site: Site,
  whole: tf.Tensor,
): tf.Tensor {
  switch (edit.kind) {
    case "zero":
      return tf.zerosLike(part);
    case "replace":
      return fitted(edit, edit.value, part.shape, axes);
    case "add": {
      const value = fitted(edit, edit.value, part.shape, axes);
      return part.add(edit.scale === 1 ? value : value.mul(edit.scale));
    }
    case "scale":
      return part.mul(edit.factor);
    case "resample":
      return partOf(sourceOf(edit, site, axes, whole), selection);
    case "apply": {
      const result: unknown = edit.change(part);
      if (!(result instanceof tf.Tensor)) {
        throw new TypeError(
          `Cannot ${
            editText(edit)
          } as the function must return a tensor, and not a promise of one: it returned ${
            result instanceof Promise ? "a promise" : result === null ? "null" : typeof result
          }`,
        );
      }
      if (result.shape.join() === part.shape.join()) return result.cast("float32");
      throw new TypeError(
        `Cannot ${
          editText(edit)
        } as the function must return the shape that it was given: it made [${
          result.shape.join(", ")
        }] of [${part.shape.join(", ")}]`,
      );
    }
  }
}

function sourceOf(
  { source }: ResampleEdit,
  site: Site,
  axes: readonly string[],
  whole: tf.Tensor,
): tf.Tensor {
  if (source instanceof Cache) return source.get(site);
  const batch = axes.indexOf("batch");
  const rows = derangement(whole.shape[batch]!, source.seed);
  return tf.gather(whole, tf.tensor1d(rows, "int32"), batch);
}

function checkSource(edit: ResampleEdit, site: Site, shape: readonly number[]): void {
  const { source } = edit;
  if (!(source instanceof Cache)) {
    if (!Number.isInteger(source.seed)) {
      throw new RangeError(
        `Cannot ${
          editText(edit)
        } as it must have a cache or an integer seed: current seed is ${source.seed}`,
      );
    }
    return;
  }
  const found = source.get(site).shape;
  if (found.join() === shape.join()) return;
  throw new TypeError(
    `Cannot ${editText(edit)} as the other run must have the same shape, [${
      shape.join(", ")
    }]: its shape is [${found.join(", ")}]`,
  );
}

/** Refuses a NaN that an edit brings into a value that had none. */
function refuseNaN(edit: Edit, index: number, before: tf.Tensor, after: tf.Tensor): void {
  // On WebGPU numbers cannot be read while a run goes on; there the check of the logits remains.
  if (tf.getBackend() === "webgpu" || !hasNaN(after) || hasNaN(before)) return;
  throw new RangeError(
    `Cannot go on after edit ${index}, ${editText(edit)}, as it must put numbers: it put NaN`,
  );
}

/** Whether a tensor holds NaN. */
export function hasNaN(tensor: tf.Tensor): boolean {
  const values = tensor.dataSync();
  for (let i = 0; i < values.length; i++) if (values[i] !== values[i]) return true;
  return false;
}
