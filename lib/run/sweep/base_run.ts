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
  /** The sites within blocks from which variants go on. */
  readonly given?: ReadonlySet<Site>;
  /** The number of each prompt among all. @default {its place} */
  readonly examples?: readonly number[];
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
  readonly #given: ReadonlyMap<Site, tf.Tensor>;
  readonly #past: KeyValueCache;

  /** Holds what {@linkcode baseRun} made. */
  constructor(
    parts: Pick<BaseRun, "model" | "tokens" | "layout" | "cache" | "rate">,
    { streams, given, past }: {
      readonly streams: readonly tf.Tensor[];
      readonly given: ReadonlyMap<Site, tf.Tensor>;
      readonly past: KeyValueCache;
    },
  ) {
    this.model = parts.model;
    this.tokens = parts.tokens;
    this.layout = parts.layout;
    this.cache = parts.cache;
    this.rate = parts.rate;
    this.#streams = streams;
    this.#given = given;
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
   * The streams before a block in some columns of some rows, `[row, column, width]`.
   *
   * @param layer The block.
   * @param places For each row and column the place among `example · position`.
   * @param shape How many rows and columns there are.
   */
  columns(
    layer: number,
    places: readonly number[],
    [rows, columns]: readonly [number, number],
  ): tf.Tensor {
    return pickedColumns(this.#streams[layer]!, places, [rows, columns]);
  }

  /** Whether it has what sites within blocks hold. */
  has(sites: readonly Site[]): boolean {
    return sites.every((site) => this.#given.has(site));
  }

  /** What a site within a block holds, with the axes of the site; this run's own. */
  given(site: Site): tf.Tensor {
    return this.#given.get(site)!;
  }

  /** All keys, which have turned, and values of a layer; this run's own. */
  keysAndValues(layer: number): KeysAndValues {
    return this.#past.layer(layer);
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
      4 * [...this.#streams, ...this.#given.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Frees what it holds. */
  dispose(): void {
    tf.dispose([...this.#streams, ...this.#given.values()]);
    this.#past.dispose();
    this.cache.dispose();
  }

  /** Frees what it holds at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Picks columns of rows.
 *
 * @param x A value `[batch, position, ...]`, or `[head, batch, position, ...]` of heads.
 * @param places For each row and column the place among `example · position`.
 * @param shape How many rows and columns there are.
 */
export function pickedColumns(
  x: tf.Tensor,
  places: readonly number[],
  [rows, columns]: readonly [number, number],
): tf.Tensor {
  const width = x.shape.at(-1)!, heads = x.rank === 4 ? [x.shape[0]!] : [];
  return tf.tidy(() => {
    const index = tf.tensor1d(Int32Array.from(places), "int32");
    return tf.gather(x.reshape([...heads, -1, width]), index, heads.length)
      .reshape([...heads, rows, columns, width]);
  });
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
  { capture, given: wanted = new Set(), examples, spans, signal }: BaseRunOptions,
): Promise<BaseRun> {
  const plain = layOut(tokens), { window } = plain;
  // Noise depends on the number of a prompt.
  const rows = window.rows.map((row, i) => examples ? { ...row, example: examples[i]! } : row);
  const named = spans ? { spans: spansIn(tokens, spans) } : {};
  const layout = { ...plain, window: { ...window, rows, ...named } };
  const { layers } = model.architecture, streams: tf.Tensor[] = [];
  const instrument = new Instrument(model, new Set(capture), [], layout.window);
  const past = new KeyValueCache();
  const last: Site = `blocks.${layers - 1}.resid_post`;
  const given = new Map<Site, tf.Tensor>();
  const isStream = (site: Site) => site === last || /^blocks\.\d+\.resid_pre$/.test(site);
  const observer: Observer = {
    watches: (site) => isStream(site) || wanted.has(site) || instrument.watches(site),
    change: (site, value) => instrument.change(site, value),
    keep(site, value) {
      if (wanted.has(site)) given.set(site, tf.keep(value.clone()));
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
    return new BaseRun({ model, tokens, layout, cache, rate }, { streams, given, past });
  } catch (error) {
    tf.dispose([...streams, ...given.values()]);
    past.dispose();
    instrument.cache.dispose();
    throw error;
  }
}
