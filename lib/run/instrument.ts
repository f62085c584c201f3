/**
 * The observer of a run: makes its edits and fills its cache.
 *
 * @module
 */

import type { Observer, Site, Transformer } from "../model/mod.ts";
import { tf } from "../tensor/mod.ts";
import { Cache } from "./cache.ts";
import { type Edit, editText } from "./edit.ts";
import type { EditPlace } from "./edit_kind.ts";
import {
  changePart,
  joined,
  maskedValue,
  partOf,
  type Piece,
  piecesOf,
  positionAxis,
} from "./selection.ts";
import { withoutPadding } from "./layout.ts";
import { headsAt, type NarrowHeads } from "./narrow_heads.ts";
import { type PlannedEdit, plannedEdits, planOfCache, readsRun } from "./planned_edit.ts";
import { fitted } from "./value.ts";
import { takenPart } from "./value_plan.ts";
import { checkWindow, type Window, type WindowMode } from "./window.ts";

/** What a run holds of a site for later edits. */
interface Held {
  tensor: tf.Tensor;
  /** The column of its first position. */
  first: number;
}

/** Makes edits and captures what comes out of them. */
export class Instrument implements Observer {
  /** What was captured. */
  readonly cache: Cache;
  readonly #model: Transformer;
  readonly #captured: ReadonlySet<Site>;
  readonly #edits = new Map<Site, PlannedEdit[]>();
  readonly #list: readonly Edit[];
  readonly #touched = new Set<number>();
  /** What later edits read of earlier sites; null until the site is reached. */
  readonly #held = new Map<Site, Held | null>();
  readonly #mode: WindowMode;
  /** Whether edits read columns of earlier passes. */
  #looksBack = false;
  #window: Window;
  #heads: NarrowHeads | null = null;
  #plain: Cache | null = null;
  #ownsPlain = true;

  /**
   * Checks all edits against the model and the columns before anything is computed.
   *
   * @param model The model.
   * @param captured The sites to capture.
   * @param edits The edits.
   * @param window The columns of the first pass, and where the examples lie.
   * @param mode Whether tokens are generated; not so by default.
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
    this.#model = model;
    this.#captured = captured;
    this.#window = window;
    this.#mode = mode;
    this.#list = edits;
    this.cache = new Cache(window, mode);
    for (const planned of plannedEdits(model, edits, window, mode)) {
      const { site, plans } = planned;
      this.#edits.set(site, [...this.#edits.get(site) ?? [], planned]);
      for (const plan of Object.values(plans)) {
        if (!readsRun(plan)) continue;
        this.#held.set(plan.plan.source.site, null);
        this.#looksBack ||= plan.plan.columns.some((columns) => "length" in columns);
      }
    }
  }

  /** The edits that have touched nothing so far, such as those of generated tokens that were never reached. */
  get untouched(): readonly Edit[] {
    return this.#list.filter((_, index) => !this.#touched.has(index));
  }

  /** The edits at each of their sites, as they were checked against the columns. */
  get planned(): readonly PlannedEdit[] {
    return [...this.#edits.values()].flat();
  }

  /** Whether logits and the last norm are edited or captured, so that all their columns are needed. */
  get readsLastSites(): boolean {
    const last = (site: Site) => site === "logits" || site.startsWith("ln_final.");
    return [...this.#captured, ...this.#edits.keys(), ...this.#held.keys()].some(last);
  }

  /**
   * Takes over what the unedited run holds, for edits that freeze a site at it; see `givePlainValues`.
   *
   * @param cache The cache of that run.
   * @param owned Whether it is freed with this instrument.
   */
  givePlainValues(cache: Cache, owned = true): void {
    this.#plain = cache;
    this.#ownsPlain = owned;
  }

  /** Looks at some columns alone, `from` to before `to`, of a plain run, and at some heads or all: others come from elsewhere. */
  narrow(from: number, to: number, heads: NarrowHeads | null = null): void {
    this.#window = { ...this.#window, from, to };
    this.#heads = heads;
  }

  /** Takes over what another run held of a site in all columns, for edits that read it: this run begins behind it. */
  hold(site: Site, value: tf.Tensor): void {
    this.#held.get(site)?.tensor.dispose();
    this.#held.set(site, { tensor: tf.keep(value.clone()), first: 0 });
  }

  /** Goes on to the next pass, whose columns are `from` to `to`; what it captures is put after what is there. */
  move(from: number, to: number): void {
    this.#window = { ...this.#window, from, to };
    checkWindow(this.#window, this.#mode);
    this.cache.grow(to);
  }

  /** Frees what edits needed of earlier sites; the cache stays. */
  dispose(): void {
    if (this.#ownsPlain) this.#plain?.dispose();
    this.#plain = null;
    for (const [site, held] of this.#held) {
      held?.tensor.dispose();
      this.#held.set(site, null);
    }
  }

  /** Whether the site is captured or edited, or read by a later edit. */
  watches(site: Site): boolean {
    // A name that nobody asks for is not even put together.
    const asks = (sites: { readonly size: number; has(site: Site): boolean }) =>
      sites.size > 0 && sites.has(site);
    return asks(this.#captured) || asks(this.#edits) || asks(this.#held);
  }

  /** Makes the edits of a site in the order given; without any, returns the very tensor that it was given. */
  change(site: Site, value: tf.Tensor): tf.Tensor {
    let current = value;
    for (const planned of this.#edits.get(site) ?? []) current = this.#edited(planned, current);
    return current;
  }

  /** Whether each edit of a site puts what is there already. */
  leaves(site: Site, value: tf.Tensor): boolean {
    return (this.#edits.get(site) ?? []).every((planned) =>
      this.#pieces(planned, value).every((piece) =>
        tf.tidy(() => {
          const part = partOf(value, piece), after = this.#changed(planned, piece, part, value);
          return after === part || sameNumbers(part.dataSync(), after.dataSync());
        })
      )
    );
  }

  /** Captures the value of a site. */
  keep(site: Site, value: tf.Tensor): void {
    const axes = this.#model.axesOf(site);
    if (this.#captured.has(site)) {
      this.cache.append(site, withoutPadding(value, axes, this.#window, this.#mode), axes);
    }
    const held = this.#held.get(site);
    if (held === undefined) return;
    const tensor = tf.keep(this.#joined(site, held, value));
    held?.tensor.dispose();
    const columns = tensor.shape[positionAxis(axes)]!;
    this.#held.set(site, { tensor, first: this.#window.to - columns });
  }

  #edited(planned: PlannedEdit, value: tf.Tensor): tf.Tensor {
    const { index } = planned, pieces = this.#pieces(planned, value);
    if (pieces.length > 0) this.#touched.add(index);
    return pieces.reduce<tf.Tensor>(
      (current, piece) =>
        changePart(current, piece, (part) => this.#changed(planned, piece, part, value)),
      value,
    );
  }

  #pieces({ reach, site }: PlannedEdit, { shape }: tf.Tensor): readonly Piece[] {
    const heads = this.#heads && headsAt(site, this.#heads);
    return piecesOf(reach, this.#window, this.#mode, { shape, heads });
  }

  #changed(planned: PlannedEdit, piece: Piece, part: tf.Tensor, whole: tf.Tensor): tf.Tensor {
    const { edit, index, kind, site } = planned;
    const place: EditPlace = {
      ...planned.target,
      window: this.#window,
      piece,
      whole,
      value: (name) => this.#value(planned, name, piece, whole),
    };
    const changed = kind.change(edit, part, place);
    // What an edit puts where a score is masked never counts: a factor of 0 makes NaN of −∞ there.
    const after = site.endsWith(".attn.scores") ? masked(changed, part, piece) : changed;
    refuseNaN(edit, index, part, after);
    return after;
  }

  /** A value of an edit, made to fit a piece. */
  #value(planned: PlannedEdit, name: string, piece: Piece, whole: tf.Tensor): tf.Tensor {
    const { site, fit, edit } = planned, known = planned.plans[name];
    if (known?.from === "given") return fitted(known.value, fit, piece, name);
    const taken = () => {
      if (known && readsRun(known)) {
        return takenPart(known.plan, this.#runTensor(known.plan.source.site, site, whole), piece);
      }
      const cache = known?.from === "cache" ? known.cache : this.#plain;
      if (!cache) {
        throw new RangeError(
          `Cannot ${editText(edit)} as the unedited run must have been made before: it was not`,
        );
      }
      const plan = known?.plan ?? planOfCache(planned, cache);
      return takenPart(plan, cache.source(plan.source.site), piece);
    };
    return tf.broadcastTo(taken().cast("float32"), piece.shape as number[]);
  }

  /** What this run holds of a site: at the edit's own what came to the edit, elsewhere what the pass went on with. */
  #runTensor(source: Site, site: Site, whole: tf.Tensor): Held {
    const held = this.#held.get(source) ?? null, axes = this.#model.axesOf(source);
    if (source === site) {
      const tensor = this.#joined(site, held, whole);
      return { tensor, first: this.#window.to - tensor.shape[positionAxis(axes)]! };
    }
    if (held) return held;
    throw new RangeError(
      `Cannot take a value of ${source} as the pass must have reached it: it begins at a later block`,
    );
  }

  /** A value after what is held of earlier passes, where edits look back at these. */
  #joined(site: Site, held: Held | null, value: tf.Tensor): tf.Tensor {
    const axes = this.#model.axesOf(site), query = positionAxis(axes);
    const first = this.#window.to - value.shape[query]!;
    if (!this.#looksBack || !held || held.first >= first) return value.clone();
    const begin = axes.map(() => 0), size = [...held.tensor.shape];
    size[query] = first - held.first;
    return joined(axes, [held.tensor.slice(begin, size), value], maskedValue(site));
  }
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) {
    // What an expert that is not used holds is NaN on both sides.
    if (a[i] !== b[i] && !(a[i] !== a[i] && b[i] !== b[i])) return false;
  }
  return true;
}

/** Puts −∞ back where a key is later than its query. */
function masked(changed: tf.Tensor, part: tf.Tensor, { columns, keys }: Piece): tf.Tensor {
  if (columns.every((column) => keys.every((key) => key <= column))) return changed;
  const later = new Uint8Array(columns.length * keys.length);
  columns.forEach((column, query) => {
    keys.forEach((key, i) => later[query * keys.length + i] = Number(key > column));
  });
  // Repeated here, for tfjs is slow at it.
  const marks = new Uint8Array(part.size);
  for (let start = 0; start < part.size; start += later.length) marks.set(later, start);
  const mask = tf.tensor(marks, part.shape, "bool");
  return tf.where(mask, tf.fill(part.shape, -Infinity), changed);
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
