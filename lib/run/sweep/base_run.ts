/**
 * The run without edits, kept so that variants can be taken up anywhere in it.
 *
 * @module
 */

import {
  type KeysAndValues,
  KeyValueCache,
  type Observer,
  type PastKeys,
  type PromptTokens,
  type Site,
  type Transformer,
} from "../../model/mod.ts";
import { inSlices, tf } from "../../tensor/mod.ts";
import type { Cache } from "../cache.ts";
import { Instrument } from "../instrument.ts";
import { type Layout, layOut } from "../layout.ts";
import { mayPack } from "./entry.ts";
import type { Spans } from "../spans.ts";
import { spansIn } from "../spans.ts";

/** What a base run keeps. */
export interface BaseRunOptions {
  /** The sites whose values are wanted beside the streams. */
  readonly capture: readonly Site[];
  /** The layers of which what the heads mixed is kept. */
  readonly mixes?: ReadonlySet<number>;
  /** Names for stretches of the prompts. */
  readonly spans?: Spans;
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/** The streams, keys and values of prompts, and whatever else was asked for. */
export class BaseRun {
  /** The model. */
  readonly model: Transformer;
  /** The prompts. */
  readonly tokens: readonly PromptTokens[];
  /** Where they lie. */
  readonly layout: Layout;
  /** The values of the sites that were asked for. */
  readonly cache: Cache;
  /** The milliseconds that a block took for one token of one prompt. */
  readonly rate: number;
  readonly #streams: readonly tf.Tensor[];
  readonly #mixes: ReadonlyMap<number, tf.Tensor>;
  readonly #past: KeyValueCache;

  /** Holds what {@linkcode baseRun} made. */
  constructor(
    parts: Pick<BaseRun, "model" | "tokens" | "layout" | "cache" | "rate">,
    { streams, mixes, past }: {
      readonly streams: readonly tf.Tensor[];
      readonly mixes: ReadonlyMap<number, tf.Tensor>;
      readonly past: KeyValueCache;
    },
  ) {
    this.model = parts.model;
    this.tokens = parts.tokens;
    this.layout = parts.layout;
    this.cache = parts.cache;
    this.rate = parts.rate;
    this.#streams = streams;
    this.#mixes = mixes;
    this.#past = past;
  }

  /** The stream before a block from a column on, `[batch, position, width]`; after the last block where there is none. */
  stream(layer: number, column: number): tf.Tensor {
    const stream = this.#streams[layer]!,
      [batch, columns, width] = stream.shape as [
        number,
        number,
        number,
      ];
    return tf.slice(stream, [0, column, 0], [batch, columns - column, width]);
  }

  /**
   * The streams before a block, and what its heads mixed, in some columns of some rows.
   *
   * @param layer The block.
   * @param places For each row and column the place among `example · position`.
   * @param shape How many rows and columns there are.
   */
  columns(
    layer: number,
    places: readonly number[],
    [rows, columns]: readonly [number, number],
  ): { stream: tf.Tensor; mixed: tf.Tensor } {
    return tf.tidy(() => {
      const index = tf.tensor1d(Int32Array.from(places), "int32"), stream = this.#streams[layer]!;
      const mixed = this.#mixes.get(layer)!,
        [heads, , , width] = mixed.shape as [
          number,
          number,
          number,
          number,
        ];
      return {
        stream: tf.gather(stream.reshape([-1, stream.shape[2]!]), index).reshape([
          rows,
          columns,
          -1,
        ]),
        mixed: tf.gather(mixed.reshape([heads, -1, width]), index, 1)
          .reshape([heads, rows, columns, width]),
      };
    });
  }

  /** Whether it has what the heads of a block mixed. */
  hasMix(layer: number): boolean {
    return this.#mixes.has(layer);
  }

  /** Whether rows of several lengths may be packed. */
  get packs(): boolean {
    return mayPack(this.model, this.layout.window.to);
  }

  /** The keys and values before a column. */
  past(column: number): FixedPast {
    return new FixedPast(this.#past, column);
  }

  /** The bytes that it holds. */
  get bytes(): number {
    return this.#past.bytes + this.cache.bytes +
      4 * [...this.#streams, ...this.#mixes.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Frees what it holds. */
  dispose(): void {
    tf.dispose([...this.#streams, ...this.#mixes.values()]);
    this.#past.dispose();
    this.cache.dispose();
  }

  /** Frees what it holds at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Keys and values before a column, which stay as they are whatever passes follow them. */
export class FixedPast implements PastKeys {
  /** How many columns they are. */
  readonly columns: number;
  readonly #before: readonly KeysAndValues[];

  /** Cuts them out of those of all columns. */
  constructor(all: KeyValueCache, columns: number) {
    this.columns = columns;
    const cut = (x: tf.Tensor) =>
      tf.keep(tf.slice(x, [0, 0, 0, 0], [x.shape[0]!, x.shape[1]!, columns, x.shape[3]!]));
    this.#before = Array.from({ length: all.layers }, (_, layer) => {
      const { key, value } = all.layer(layer);
      return { key: cut(key), value: cut(value) };
    });
  }

  /** The keys and values of a layer, of as many rows as the base run has. */
  before(layer: number): KeysAndValues {
    return this.#before[layer]!;
  }

  /** Those of all columns, for attention in steps. */
  append(layer: number, key: tf.Tensor, value: tf.Tensor): KeysAndValues {
    const before = this.before(layer), copies = key.shape[1]! / before.key.shape[1]!;
    const joined = (old: tf.Tensor, own: tf.Tensor) =>
      tf.concat([copies === 1 ? old : tf.tile(old, [1, copies, 1, 1]), own], 2);
    return tf.tidy(() => ({ key: joined(before.key, key), value: joined(before.value, value) }));
  }

  /** Frees them. */
  dispose(): void {
    for (const { key, value } of this.#before) tf.dispose([key, value]);
  }

  /** Frees them at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Runs prompts without edits and keeps the stream before every block, and all keys and values.
 *
 * @param model The model.
 * @param tokens The prompts.
 * @param options What else is kept.
 */
export async function baseRun(
  model: Transformer,
  tokens: readonly PromptTokens[],
  { capture, mixes: wanted = new Set(), spans, signal }: BaseRunOptions,
): Promise<BaseRun> {
  const plain = layOut(tokens);
  const layout = spans
    ? { ...plain, window: { ...plain.window, spans: spansIn(tokens, spans) } }
    : plain;
  const { layers } = model.architecture, streams: tf.Tensor[] = [];
  const instrument = new Instrument(model, new Set(capture), [], layout.window);
  const past = new KeyValueCache();
  const last: Site = `blocks.${layers - 1}.resid_post`;
  const mixes = new Map<number, tf.Tensor>();
  const mixOf = (site: Site) => {
    const layer = Number(/^blocks\.(\d+)\.attn\.z$/.exec(site)?.[1] ?? NaN);
    return wanted.has(layer) ? layer : null;
  };
  const isStream = (site: Site) => site === last || /^blocks\.\d+\.resid_pre$/.test(site);
  const observer: Observer = {
    watches: (site) => isStream(site) || mixOf(site) !== null || instrument.watches(site),
    change: (site, value) => instrument.change(site, value),
    keep(site, value) {
      const layer = mixOf(site);
      if (layer !== null) mixes.set(layer, tf.keep(value.clone()));
      if (isStream(site)) streams.push(tf.keep(value.clone()));
      instrument.keep(site, value);
    },
  };
  try {
    const read = instrument.readsLastSites ? {} : { read: "last" as const };
    const start = performance.now(), pass = { ...layout.pass, past, ...read };
    (await inSlices(model.forward(pass, observer), signal)).dispose();
    const { cache } = instrument, blocks = tokens.length * layout.window.to * layers;
    const rate = (performance.now() - start) / blocks;
    return new BaseRun({ model, tokens, layout, cache, rate }, { streams, mixes, past });
  } catch (error) {
    tf.dispose([...streams, ...mixes.values()]);
    past.dispose();
    instrument.cache.dispose();
    throw error;
  }
}
