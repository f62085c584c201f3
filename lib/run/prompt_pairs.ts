/**
 * Many pairs of prompts.
 *
 * @module
 */

import { givingWay } from "../stats/mod.ts";
import type { Transformer } from "../model/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  inspect,
  LongTable,
  refuseUnknownOptions,
  table,
} from "../show/mod.ts";
import { shownToken } from "./next_tokens.ts";
import { fittingPairs, type PairSource } from "./pair_source.ts";
import { type PairText, type PromptPair, promptPair } from "./prompt_pair.ts";

/** Options for {@linkcode promptPairs}. */
export interface PromptPairsOptions {
  /** Whether answers of several tokens are allowed; see `promptPair`. @default {false} */
  readonly firstToken?: boolean;
  /** What the pairs are about. @default {the source's own title} */
  readonly title?: string;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/** Some rows of a list of pairs. */
export interface PairBatch {
  /** Which rows of the list these are. */
  readonly rows: readonly number[];
  /** The pairs. */
  readonly pairs: PromptPairs;
}

/** How pairs are put into batches. */
export interface PairBatchesOptions {
  /** The most pairs of a batch. */
  readonly size: number;
  /** Whether the prompts of a batch must have one length. @default {false} */
  readonly equalLengths?: boolean;
}

/** What is known of a list of pairs besides the pairs. */
export interface PairsFacts {
  /** What they are about. */
  readonly title: string;
  /** How many candidates were passed over, as they do not make a pair for this model. */
  readonly passedOver: number;
  /** Why the first of those was. */
  readonly reason: string | null;
}

/** A list of pairs, with prompts and answers ready for runs and metrics. */
export class PromptPairs implements Iterable<PromptPair> {
  /** The pairs. */
  readonly pairs: readonly PromptPair[];
  /** What they are about, and what was passed over. */
  readonly facts: PairsFacts;
  readonly #model: Transformer;

  /** Holds pairs; `promptPairs` makes them. */
  constructor(model: Transformer, pairs: readonly PromptPair[], facts: PairsFacts) {
    this.#model = model;
    this.pairs = pairs;
    this.facts = facts;
  }

  /** How many pairs there are. */
  get size(): number {
    return this.pairs.length;
  }

  /** The model whose tokens they are, by name. */
  get model(): string {
    return this.#model.provenance.name;
  }

  /** The token ids of the clean prompts, a prompt for `run`. */
  get clean(): readonly (readonly number[])[] {
    return this.pairs.map(({ clean }) => clean.ids);
  }

  /** The token ids of the corrupt prompts, a prompt for `run`. */
  get corrupt(): readonly (readonly number[])[] {
    return this.pairs.map(({ corrupt }) => corrupt.ids);
  }

  /** The id of each pair's answer, the first where there are several (see `answerSets`): what a metric takes. */
  get answerIds(): readonly number[] {
    return this.pairs.map(({ answerId }) => answerId);
  }

  /** The id of each pair's wrong answer, the first where there are several (see `wrongSets`). */
  get wrongIds(): readonly number[] {
    return this.pairs.map(({ wrongId }) => wrongId);
  }

  /** The ids of all answers of each pair: what `probabilityDifference` takes. */
  get answerSets(): readonly (readonly number[])[] {
    return this.pairs.map(({ answers }) => answers);
  }

  /** The ids of all wrong answers of each pair. */
  get wrongSets(): readonly (readonly number[])[] {
    return this.pairs.map(({ wrongs }) => wrongs);
  }

  /** The names of spans that every pair has, with their positions in each pair. */
  get spans(): Readonly<Record<string, readonly (readonly number[])[]>> {
    const names = Object.keys(this.pairs[0]?.spans ?? {})
      .filter((name) => this.pairs.every(({ spans }) => Object.hasOwn(spans, name)));
    return Object.fromEntries(
      names.map((name) => [name, this.pairs.map(({ spans }) => spans[name]!)]),
    );
  }

  /** Whether all prompts have as many tokens. */
  get equalLengths(): boolean {
    return this.pairs.every(({ length }) => length === this.pairs[0]!.length);
  }

  /** Goes through the pairs. */
  [Symbol.iterator](): Iterator<PromptPair> {
    return this.pairs[Symbol.iterator]();
  }

  /** A part of the list, as `Array.prototype.slice` takes it. */
  slice(start?: number, end?: number): PromptPairs {
    return new PromptPairs(this.#model, this.pairs.slice(start, end), this.facts);
  }

  /**
   * The pairs in batches.
   *
   * @param options How many, and whether of one length.
   * @returns Batches that say which rows of the list they hold; together they hold each once.
   * @throws {RangeError} If `size` is not a whole number from 1 on.
   */
  batches(options: PairBatchesOptions): PairBatch[] {
    refuseUnknownOptions("put pairs into batches", options, ["size", "equalLengths"]);
    const { size, equalLengths = false } = options;
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(
        `Cannot put pairs into batches as size must be a whole number from 1 on: current value is ${size}`,
      );
    }
    const groups = Map.groupBy(
      this.pairs.keys(),
      (row) => equalLengths ? this.pairs[row]!.length : 0,
    );
    return [...groups.values()].flatMap((rows) =>
      Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => {
        const some = rows.slice(i * size, (i + 1) * size);
        const pairs = some.map((row) => this.pairs[row]!);
        return { rows: some, pairs: new PromptPairs(this.#model, pairs, this.facts) };
      })
    );
  }

  /** Draws the first pairs as a table. */
  [display](): Document {
    const { title, passedOver, reason } = this.facts, most = 10;
    const lengths = this.pairs.map(({ length }) => length);
    const [least, greatest] = [Math.min(...lengths), Math.max(...lengths)];
    const token = (id: number) => shownToken(this.#model, id);
    return table({
      title: `${this.size} pairs of prompts: ${title}`,
      columns: ["clean", "corrupt", "answer", "wrong"].map((name) => ({ name })).concat([
        { name: "differs at" },
      ]),
      rows: this.pairs.slice(0, most).map((pair) => [
        clipped(pair.clean.text),
        clipped(pair.corrupt.text),
        token(pair.answerId),
        token(pair.wrongId),
        pair.differences.map(({ position, names }) => [position, ...names].join(" ")).join(", "),
      ]),
      caption: [
        this.model,
        least === greatest ? `${least} tokens each` : `${least} to ${greatest} tokens`,
        ...this.size > most ? [`the first ${most} are shown`] : [],
        ...passedOver > 0
          ? [`${passedOver} candidates were passed over, the first as: ${reason!.split("\n")[0]}`]
          : [],
        ...this.pairs.some(({ note }) => note) ? [this.pairs.find(({ note }) => note)!.note!] : [],
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** All pairs as rows: both prompts, the first answer and the first wrong one, and the positions at which the prompts differ. */
  table(): LongTable {
    const token = (id: number) => shownToken(this.#model, id).text;
    return new LongTable(
      `${this.size} pairs of prompts: ${this.facts.title}`,
      "pair clean corrupt answer answer_id wrong wrong_id differs_at".split(" "),
      () =>
        this.pairs.map(({ clean, corrupt, answerId, wrongId, differences }, i) => [
          ...[i, clean.text, corrupt.text, token(answerId), answerId, token(wrongId), wrongId],
          differences.map(({ position }) => position).join(" "),
        ]),
    );
  }

  /** The pairs as `promptPairs` takes them, with what they are about. */
  toJSON(): PairsFacts & { readonly model: string; readonly pairs: readonly PairText[] } {
    return { model: this.model, ...this.facts, pairs: this.pairs.map((pair) => pair.toJSON()) };
  }
}

/** The beginning of a text, and its end. */
const clipped = (text: string) =>
  text.length > 160 ? `${text.slice(0, 100)} ... ${text.slice(-50)}` : text;

/**
 * Makes many pairs of prompts, each checked as `promptPair` does.
 *
 * @param model The model.
 * @param source A list of pairs, each of which must fit, or a source such as `task("indirect objects")`, of which
 * candidates that do not fit the model's tokens are passed over and counted.
 * @param options Whether answers may have several tokens, and a title.
 * @returns The pairs; the promise draws itself.
 * @throws {PairError} If a pair of a list does not fit; the error says which.
 * @throws {RangeError} If a source cannot make as many pairs as it should.
 *
 * @example
 * ```ts
 * import { load, promptPairs, run, task } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const pairs = await promptPairs(model, task("indirect objects", { count: 8, seed: 0 }));
 * const { logits } = await run(model, pairs.clean);
 * if (logits.shape[0] !== 8) throw new Error("a row for each pair");
 * ```
 */
export function promptPairs(
  model: Transformer,
  source: readonly PairText[] | PairSource,
  options: PromptPairsOptions = {},
): DrawnPromise<PromptPairs> {
  return drawn(() => make(model, source, options));
}

async function make(
  model: Transformer,
  source: readonly PairText[] | PairSource,
  options: PromptPairsOptions,
): Promise<PromptPairs> {
  refuseUnknownOptions("pair prompts", options, ["firstToken", "title", "signal"]);
  const { firstToken = false, signal } = options;
  if (typeof source === "object" && source !== null && "candidates" in source) {
    const { pairs, ...passed } = await fittingPairs(model, source, { firstToken, signal });
    return new PromptPairs(model, pairs, { title: options.title ?? source.title, ...passed });
  }
  if (!Array.isArray(source) || source.length === 0) {
    throw new RangeError(
      `Cannot pair prompts as there must be a list with at least one pair, or a task: current value is ${
        Array.isArray(source) ? "an empty list" : JSON.stringify(source)
      }`,
    );
  }
  const pairs: PromptPair[] = [], pause = givingWay(signal);
  for (const [row, text] of source.entries()) {
    await pause();
    try {
      pairs.push(promptPair(model, text, { firstToken }));
    } catch (error) {
      // Before the prompts that the error may show below.
      if (error instanceof Error) error.message = error.message.replace(/$|\n/, ` (pair ${row})$&`);
      throw error;
    }
  }
  const title = options.title ?? "a list";
  return new PromptPairs(model, pairs, { title, passedOver: 0, reason: null });
}
