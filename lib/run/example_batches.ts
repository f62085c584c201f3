/**
 * Examples of any number as batches that a model can run: read one after another, put together by length.
 *
 * @module
 */

import { givingWay } from "../stats/mod.ts";
import type { Prompt, PromptsMark, PromptTokens, Transformer } from "../model/mod.ts";
import { refuseOddSignal } from "../tensor/mod.ts";

/**
 * Many examples: prompts, a data set, or anything that brings texts or token ids one after another. A single text or a
 * flat list of ids is one example.
 */
export type Examples =
  | Prompt
  | Iterable<string | readonly number[]>
  | AsyncIterable<string | readonly number[]>;

/** How examples are put together. */
export interface ExampleBatchesOptions {
  /** The most examples of a batch. Omitted: as many as hold {@linkcode batchTokens} tokens together, at least one. */
  readonly batch?: number;
  /** Takes every example in as it is read, for a mark of all of them. */
  readonly mark?: PromptsMark;
  /** Stops the reading. */
  readonly signal?: AbortSignal;
}

/** The tokens of a batch where its number of examples is not given: few enough for a signal to be heard in between. */
export const batchTokens = 256;

/** Examples that wait for others of their length before the longest list of them is run as it is. */
const mostWaiting = 512;

/**
 * Puts examples of one length together, so that no batch needs padding. What is given together comes out together as
 * long as no more than some hundred examples of other lengths stand in between.
 *
 * @param model The model that reads them.
 * @param examples The examples; they are read as they are needed.
 * @param options How many make a batch.
 * @returns Batches of prompts that have as many tokens each. Where the signal is raised they end, however long the source
 * takes.
 * @throws {TypeError} If the examples are neither prompts nor anything that can be read one after another, or one of them
 * is neither text nor ids.
 * @throws {RangeError} If one is empty or too long, or `batch` is not a whole number from 1 on.
 */
export async function* exampleBatches(
  model: Transformer,
  examples: Examples,
  options: ExampleBatchesOptions = {},
): AsyncGenerator<readonly PromptTokens[], void> {
  const { batch, mark, signal } = options;
  refuseOddSignal(signal);
  if (batch !== undefined && !(Number.isInteger(batch) && batch >= 1)) {
    throw new RangeError(
      `Cannot put examples together as batch must be a whole number from 1 on: current value is ${batch}`,
    );
  }
  const room = (length: number) => batch ?? Math.max(1, Math.floor(batchTokens / length));
  const waiting = new Map<number, PromptTokens[]>();
  const pause = givingWay();
  let count = 0, index = 0;
  for await (const example of untilAborted(oneByOne(examples), signal)) {
    const tokens = readExample(model, example, index++), length = tokens.ids.length;
    mark?.add([tokens]);
    const list = waiting.get(length) ?? [];
    waiting.set(length, list);
    list.push(tokens);
    count++;
    const full = list.length >= room(length)
      ? list
      : count >= mostWaiting
      ? [...waiting.values()].reduce((most, other) => other.length > most.length ? other : most)
      : undefined;
    // Reading a text takes time too, and a signal is to be heard in between.
    await pause();
    if (!full) continue;
    waiting.delete(full[0]!.ids.length);
    count -= full.length;
    yield full;
  }
  if (signal?.aborted) return;
  for (const list of waiting.values()) yield list;
}

/** The examples one after another. */
function oneByOne(examples: Examples): Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof examples === "string" || isIds(examples)) return [examples].values();
  const source = examples as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null;
  const iterator = source?.[Symbol.asyncIterator]?.() ?? source?.[Symbol.iterator]?.();
  if (iterator) return iterator;
  throw new TypeError(
    `Cannot read examples as they must be prompts or anything that brings prompts one after another: current value is ${
      source === null || typeof source !== "object" ? String(source) : "an object"
    }`,
  );
}

const isIds = (examples: unknown) =>
  Array.isArray(examples) && examples.length > 0 && examples.every((id) => typeof id === "number");

/** What a source brings, until a signal is raised; a source that never answers is not waited for. */
async function* untilAborted(
  source: Iterator<unknown> | AsyncIterator<unknown>,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown, void> {
  const stop = Promise.withResolvers<null>();
  const raise = () => stop.resolve(null);
  signal?.addEventListener("abort", raise);
  let ended = false;
  try {
    while (!signal?.aborted) {
      const next = source.next();
      const step = next instanceof Promise ? await Promise.race([next, stop.promise]) : next;
      if (step === null) {
        // Nobody reads what still comes, nor hears of its failure.
        (next as Promise<unknown>).catch(() => {});
        return;
      }
      if (step.done) {
        ended = true;
        return;
      }
      yield step.value;
    }
  } catch (error) {
    ended = true;
    throw error;
  } finally {
    signal?.removeEventListener("abort", raise);
    // Files are closed so; a source that hangs would hang here too, so it is not awaited.
    if (!ended) Promise.resolve(source.return?.()).catch(() => {});
  }
}

/** Reads one example, saying which one is wrong. */
function readExample(model: Transformer, example: unknown, index: number): PromptTokens {
  if (typeof example === "string" || (Array.isArray(example) && isIds(example))) {
    try {
      return model.tokenize(example as Prompt)[0]!;
    } catch (error) {
      if (error instanceof Error) error.message += ` (example ${index})`;
      throw error;
    }
  }
  throw new TypeError(
    `Cannot read example ${index} as it must be text or token ids: current value is ${
      Array.isArray(example) && example.length === 0
        ? "an empty list"
        : typeof example === "object"
        ? "an object"
        : String(example)
    }`,
  );
}
