/**
 * The passes of a generation: the prompts first, then a column at a time.
 *
 * @module
 */

import {
  keysStay,
  KeyValueCache,
  type Pass,
  type PromptTokens,
  type Site,
  type Transformer,
} from "../../model/mod.ts";
import { inSlices, tf } from "../../tensor/mod.ts";
import type { Cache } from "../cache.ts";
import { type Edit, editText } from "../edit.ts";
import { Instrument } from "../instrument.ts";
import { givePlainValues } from "../plain_run.ts";
import type { Window } from "../window.ts";

/** What the passes of a generation compute with. */
export interface PassesSettings {
  /** The model. */
  readonly model: Transformer;
  /** The prompts, of any lengths. */
  readonly prompts: readonly PromptTokens[];
  /** How many texts continue each prompt. */
  readonly copies: number;
  /** The edits; their examples are rows, a row being a copy of a prompt. */
  readonly edits: readonly Edit[];
  /** Tensors that were made for the edits; the passes free them. */
  readonly made?: readonly tf.Tensor[];
  /** What is captured. */
  readonly captured: ReadonlySet<Site>;
  /** How many tokens a text may have, so that edits of later ones are refused. @default {not known} */
  readonly tokens?: number;
  /** Named spans of each prompt. */
  readonly spans?: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Whether keys and values are kept from pass to pass. */
  readonly useCache: boolean;
  /** Stops a pass. */
  readonly signal?: AbortSignal;
}

/** A batch of texts that grow by a token at a time. Shorter prompts are padded on the left. */
export class GenerationPasses {
  readonly #settings: PassesSettings;
  /** The tokens of each row, its padding included. */
  #rows: (readonly number[])[];
  /** The prompt of each row. */
  #prompts: readonly number[];
  readonly #longest: number;
  #past: KeyValueCache | null = null;
  #instrument: Instrument;
  #columns = 0;

  /**
   * Checks edits and captures against the prompts; nothing is computed yet.
   *
   * @throws {RangeError} If an edit would touch nothing.
   */
  constructor(settings: PassesSettings) {
    const { prompts, copies, useCache } = settings;
    this.#settings = settings;
    this.#longest = Math.max(...prompts.map(({ ids }) => ids.length));
    // What nobody watches is the same for all copies of a prompt, so that it is computed once.
    this.#prompts = copied(prompts.map((_, i) => i), this.#watched ? copies : 1);
    this.#rows = this.#prompts.map((prompt) => this.#padded(prompt));
    this.#instrument = this.#newInstrument();
    if (useCache) this.#past = new KeyValueCache();
  }

  /** What was captured: a row a copy of a prompt. */
  get cache(): Cache {
    return this.#instrument.cache;
  }

  /** Whether rows must keep their places, as edits or captures know them by these. */
  get #watched(): boolean {
    return this.#settings.edits.length > 0 || this.#settings.captured.size > 0;
  }

  /**
   * Computes the prompts.
   *
   * @returns For each copy of each prompt the logits after it.
   */
  async first(): Promise<Float32Array[]> {
    const logits = await this.#logits();
    if (this.#watched || this.#settings.copies === 1) return logits;
    const rows = copied(this.#rows.map((_, row) => row), this.#settings.copies);
    this.#choose(rows);
    return rows.map((row) => logits[row]!);
  }

  /**
   * Adds a token to each row and computes it.
   *
   * @param ids The new tokens.
   * @param parents For each new row the row that it continues; rows that nobody continues are let go.
   * @returns The logits after each new row.
   */
  async next(ids: readonly number[], parents: readonly number[]): Promise<Float32Array[]> {
    this.#settings.signal?.throwIfAborted();
    if (parents.length !== this.#rows.length || parents.some((parent, row) => parent !== row)) {
      this.#choose(parents);
    }
    this.#rows = this.#rows.map((row, i) => [...row, ids[i]!]);
    this.#forgetTurned();
    const from = this.#past?.columns ?? 0, to = this.#rows[0]!.length;
    // What nobody watches needs no window.
    if (!this.#past || from === 0) this.#renew();
    else if (this.#watched) this.#instrument.move(from, to);
    return await this.#logits();
  }

  /**
   * Computes prompts and given texts in one pass, to capture from; nothing may have been computed before.
   *
   * @param texts The tokens of each row; shorter ones are filled up.
   */
  async all(texts: readonly (readonly number[])[]): Promise<void> {
    const most = Math.max(...texts.map(({ length }) => length));
    this.#rows = this.#rows.map((row, i) => [
      ...row,
      ...Array.from({ length: most }, (_, place) => texts[i]![place] ?? 0),
    ]);
    this.#renew();
    await this.#logits();
  }

  /** The places of the edits that have touched nothing so far. */
  get untouched(): readonly number[] {
    const untouched = new Set(this.#instrument.untouched);
    return this.#settings.edits.flatMap((edit, i) => untouched.has(edit) ? [i] : []);
  }

  /** How many columns have been computed whole. */
  get columns(): number {
    return this.#columns;
  }

  /** Whether rows may be let go when their text has ended. */
  get dropsRows(): boolean {
    return !this.#watched;
  }

  /** Whether values are captured, so that the last token must be computed too. */
  get captures(): boolean {
    return this.#settings.captured.size > 0;
  }

  /** Frees keys and values; what was captured stays. */
  dispose(): void {
    this.#past?.dispose();
    this.#past = null;
    this.#instrument.dispose();
    tf.dispose([...this.#settings.made ?? []]);
  }

  /** Frees keys and values at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The logits of the last column of each row. */
  async #logits(): Promise<Float32Array[]> {
    const { model, edits, captured } = this.#settings, past = this.#past;
    const first = past?.columns ?? 0, instrument = this.#instrument;
    const pass: Pass = {
      ids: this.#rows.map((row) => row.slice(first)),
      starts: this.#prompts.map((prompt) => this.#start(prompt)),
      ...past ? { past } : {},
      ...instrument.readsLastSites ? {} : { read: "last" as const },
    };
    // Once something is captured, a pass is not left half-way: all sites are to have the same columns.
    const signal = captured.size > 0 && this.#columns > 0 ? undefined : this.#settings.signal;
    if (first === 0) {
      const window = this.#window(), mode = { generates: true };
      await givePlainValues({ model, pass, edits, window, mode, instrument }, signal);
    }
    const logits = await inSlices(model.forward(pass, instrument), signal);
    this.#columns = this.#rows[0]!.length;
    try {
      const [rows, columns, vocabulary] = logits.shape;
      const last = columns === 1
        ? logits.clone()
        : tf.slice(logits, [0, columns - 1, 0], [rows, 1, vocabulary]);
      try {
        const values = await last.data<"float32">();
        return this.#rows.map((_, row) => {
          const own = values.slice(row * vocabulary, (row + 1) * vocabulary);
          this.#refuseNaN(own);
          return own;
        });
      } finally {
        last.dispose();
      }
    } finally {
      logits.dispose();
    }
  }

  #refuseNaN(logits: Float32Array): void {
    if (!holdsNaN(logits)) return;
    const { edits } = this.#settings;
    throw new RangeError(
      `Cannot choose a token as its logits must be numbers: ${
        edits.length > 0 ? `after ${edits.map(editText).join("; ")} they` : "they"
      } hold NaN`,
    );
  }

  /** Goes on with some rows, in the order given. */
  #choose(rows: readonly number[]): void {
    this.#rows = rows.map((row) => this.#rows[row]!);
    this.#prompts = rows.map((row) => this.#prompts[row]!);
    const past = this.#past?.select(rows);
    this.#past?.dispose();
    this.#past = past ?? null;
  }

  /** Lets keys go where the new length turns all tokens by other angles: they are computed anew. */
  #forgetTurned(): void {
    const past = this.#past, { architecture } = this.#settings.model;
    if (!past) return;
    const stay = this.#rows.every((row, i) => {
      const length = row.length - this.#start(this.#prompts[i]!);
      return keysStay(architecture, past.columns - row.length + length, length);
    });
    if (stay) return;
    past.dispose();
    this.#past = new KeyValueCache();
  }

  #renew(): void {
    this.#instrument.dispose();
    this.#instrument.cache.dispose();
    this.#instrument = this.#newInstrument();
  }

  #newInstrument(): Instrument {
    const { model, captured, edits, tokens } = this.#settings;
    const mode = { generates: true, ...tokens !== undefined ? { tokens } : {} };
    return new Instrument(model, captured, edits, this.#window(), mode);
  }

  /** All columns so far, and where each row's prompt lies in them. */
  #window(): Window {
    const { prompts, spans = {} } = this.#settings;
    const named = Object.entries(spans).map(([name, lists]) =>
      [name, this.#prompts.map((prompt) => lists[prompt]!)] as const
    );
    return {
      rows: this.#prompts.map((prompt) => ({
        start: this.#start(prompt),
        length: prompts[prompt]!.ids.length,
        example: prompt,
      })),
      from: 0,
      to: this.#rows[0]!.length,
      ...named.length > 0 ? { spans: Object.fromEntries(named) } : {},
    };
  }

  /** The column of a prompt's first token. */
  #start(prompt: number): number {
    return this.#longest - this.#settings.prompts[prompt]!.ids.length;
  }

  #padded(prompt: number): number[] {
    return [
      ...Array<number>(this.#start(prompt)).fill(0),
      ...this.#settings.prompts[prompt]!.ids,
    ];
  }
}

/** A loop, as a callback for each of many logits would cost a part of the step. */
function holdsNaN(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== values[i]) return true;
  return false;
}

/** Each thing so many times, one copy after the other. */
function copied<T>(things: readonly T[], copies: number): T[] {
  return things.flatMap((thing) => Array<T>(copies).fill(thing));
}
