/**
 * Metrics of many variants, read off one batch of last streams.
 *
 * @module
 */

import {
  nobody,
  type Observer,
  type Pass,
  type PromptTokens,
  type Transformer,
} from "../../model/mod.ts";
import { inSlices, readNumbers, tf } from "../../tensor/mod.ts";
import { evaluated, type Metric, type MetricContext } from "../metrics/mod.ts";
import { columnOf, type Window } from "../window.ts";
import type { BaseRun } from "./base_run.ts";

/** The most logits that are held at once. */
const LOGITS = 2 ** 22;

/** What is read of each example, known before anything is run. */
export class ReadOut {
  /** The first column that is read. */
  readonly first: number;
  /** The last column that is read. */
  readonly last: number;
  readonly #metrics: readonly Metric[];
  readonly #context: MetricContext;
  readonly #window: Window;
  /** The columns of each example, as many in each. */
  readonly #columns: readonly (readonly number[])[];
  /** The tokens whose logits are read, and where each stands among them; null where all are. */
  readonly #vocabulary: ReadonlyMap<number, number> | null;

  /** Asks metrics what they read. */
  constructor(
    model: Transformer,
    tokens: readonly PromptTokens[],
    window: Window,
    metrics: readonly Metric[],
  ) {
    this.#metrics = metrics;
    this.#context = { model, tokens };
    this.#window = window;
    const wanted = metrics.map((metric) => metric.positions(this.#context));
    const lists = tokens.map((_, example) =>
      [
        ...new Set(wanted.flatMap((own) => own[example]!)),
      ].sort((a, b) => a - b).map((position) => columnOf(window, example, position))
    );
    const most = Math.max(...lists.map(({ length }) => length));
    // As many are read in each example; what is read twice is looked at once.
    this.#columns = lists.map((
      own,
    ) => [...own, ...Array<number>(most - own.length).fill(own.at(-1)!)]);
    this.first = Math.min(...lists.flat());
    this.last = Math.max(...lists.flat());
    const sums = metrics.map((metric) => metric.sums?.(this.#context));
    this.#vocabulary = sums.every((own) => own !== undefined)
      ? new Map(
        [...new Set(sums.flatMap((own) => own!.flatMap(({ tokens }) => tokens.map(([id]) => id))))]
          .map((id, place) => [id, place]),
      )
      : null;
  }

  /**
   * Reads the metrics of variants off their last streams.
   *
   * @param stream The streams `[variant · example, position, width]`, from a column on.
   * @param from That column.
   * @param observer Who looks at the last sites, and whether anybody does: then all columns and logits are computed.
   * @returns The metrics `[variant, example, metric]`.
   */
  async read(
    stream: tf.Tensor,
    from: number,
    { observer, watched }: { readonly observer: Observer; readonly watched: boolean },
    signal?: AbortSignal,
  ): Promise<Float64Array> {
    const { model, tokens } = this.#context, batch = tokens.length;
    const [rows, columns] = stream.shape as [number, number, number], copies = rows / batch;
    const read = Array.from(
      { length: rows },
      (_, row) => this.#columns[row % batch]!.map((column) => column - from),
    );
    const pass: Pass = {
      ids: Array.from({ length: rows }, () => Array<number>(columns).fill(0)),
      start: { layer: model.architecture.layers, stream },
      ...watched ? {} : { read },
      ...this.#vocabulary && !watched ? { vocabulary: [...this.#vocabulary.keys()] } : {},
    };
    const logits = await inSlices(model.forward(pass, observer), signal);
    try {
      const columnsOf = watched ? null : this.#columns;
      return this.#vocabulary && !watched
        ? this.#sums(readNumbers(logits), copies)
        : this.#evaluated(logits, copies, (example, column) =>
          columnsOf ? columnsOf[example]!.indexOf(column) : column - from);
    } finally {
      logits.dispose();
    }
  }

  /**
   * Picks the columns that are read of rows whose first columns are those of the run without edits.
   *
   * @param stream The last streams `[variant · example, position, width]`.
   * @param first The column of their first position.
   * @param base The run without edits.
   * @returns The streams `[variant · example, read, width]`.
   */
  pick(stream: tf.Tensor, first: number, base: BaseRun): tf.Tensor {
    const [rows, columns, width] = stream.shape as [number, number, number];
    const batch = this.#columns.length, whole = base.layout.window.to;
    const places = Array.from(
      { length: rows },
      (_, row) =>
        this.#columns[row % batch]!.map((column) =>
          column >= first
            ? row * columns + column - first
            : rows * columns + row % batch * whole + column
        ),
    ).flat();
    return tf.tidy(() => {
      const own = stream.reshape([-1, width]);
      const all = this.first >= first
        ? own
        : tf.concat([own, base.stream(base.model.architecture.layers, 0).reshape([-1, width])]);
      return tf.gather(all, tf.tensor1d(Int32Array.from(places), "int32")).reshape([
        rows,
        -1,
        width,
      ]);
    });
  }

  /**
   * Reads the metrics of variants off the columns that {@linkcode pick} picked.
   *
   * @param picked The streams `[variant · example, read, width]`.
   * @returns The metrics `[variant, example, metric]`.
   */
  async readPicked(picked: tf.Tensor, signal?: AbortSignal): Promise<Float64Array> {
    const { model, tokens } = this.#context, batch = tokens.length;
    const [rows, read, width] = picked.shape as [number, number, number];
    const vocabulary = this.#vocabulary?.size ?? model.architecture.vocabulary;
    const most = batch * Math.max(1, Math.floor(LOGITS / (batch * read * vocabulary)));
    const found: Float64Array[] = [];
    for (let from = 0; from < rows; from += most) {
      const stream = tf.slice(picked, [from, 0, 0], [Math.min(most, rows - from), read, width]);
      const steps = model.forward({
        ids: Array.from({ length: stream.shape[0] }, () => Array<number>(read).fill(0)),
        start: { layer: model.architecture.layers, stream },
        ...this.#vocabulary ? { vocabulary: [...this.#vocabulary.keys()] } : {},
      }, nobody);
      let logits: tf.Tensor3D | null = null;
      try {
        logits = await inSlices(steps, signal);
        const copies = stream.shape[0]! / batch;
        found.push(
          this.#vocabulary
            ? this.#sums(readNumbers(logits), copies)
            : this.#evaluated(logits, copies, (example, column) =>
              this.#columns[example]!.indexOf(column)),
        );
      } finally {
        tf.dispose(logits ? [logits, stream] : stream);
      }
    }
    const values = new Float64Array(found.reduce((sum, { length }) => sum + length, 0));
    found.reduce((at, own) => (values.set(own, at), at + own.length), 0);
    return values;
  }

  /** Metrics that are sums of a few logits, from those alone. */
  #sums(logits: Float64Array, copies: number): Float64Array {
    const vocabulary = this.#vocabulary!, width = vocabulary.size;
    const { tokens } = this.#context, batch = tokens.length, count = this.#metrics.length;
    const places = this.#columns[0]!.length, values = new Float64Array(copies * batch * count);
    this.#metrics.forEach((metric, m) => {
      metric.sums!(this.#context).forEach(({ position, tokens }, example) => {
        const column = columnOf(this.#window, example, position);
        const place = this.#columns[example]!.indexOf(column);
        for (let copy = 0; copy < copies; copy++) {
          const row = copy * batch + example, start = (row * places + place) * width;
          let sum = 0;
          for (const [id, weight] of tokens) sum += weight * logits[start + vocabulary.get(id)!]!;
          values[row * count + m] = sum;
        }
      });
    });
    return values;
  }

  /** Metrics of all logits, variant by variant. */
  #evaluated(
    logits: tf.Tensor3D,
    copies: number,
    place: (example: number, column: number) => number,
  ): Float64Array {
    const batch = this.#context.tokens.length, count = this.#metrics.length;
    const [, columns, vocabulary] = logits.shape;
    const places = (example: number, position: number) =>
      place(example, columnOf(this.#window, example, position));
    const values = new Float64Array(copies * batch * count);
    for (let copy = 0; copy < copies; copy++) {
      this.#metrics.forEach((metric, m) => {
        const own = tf.tidy(() => {
          const size: [number, number, number] = [batch, columns, vocabulary];
          const part = copies === 1 ? logits : tf.slice(logits, [copy * batch, 0, 0], size);
          return evaluated(metric, part, places, this.#context);
        });
        readNumbers(own).forEach((value, example) => {
          values[(copy * batch + example) * count + m] = value;
        });
        own.dispose();
      });
    }
    return values;
  }
}
