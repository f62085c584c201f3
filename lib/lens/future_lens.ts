/**
 * The future lens: how much a state knows of tokens that come after the next.
 *
 * @module
 */

import type { Prompt, PromptTokens, Transformer } from "../model/mod.ts";
import {
  type Cache,
  checkModel,
  type Edit,
  generate,
  ofCache,
  replace,
  run,
  withOrigin,
} from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { refuseOddSignal, tf } from "../tensor/mod.ts";
import { FutureLens, type FutureReading } from "./future_lens_result.ts";
import { readOut, trackedTokens } from "./read_out.ts";
import { onePrompt, positionIn, streamNumber, streamSite } from "./stream_site.ts";

/** Options for {@linkcode futureLens}. */
export interface FutureLensOptions {
  /** The positions whose states are asked; negative ones count from the end. @default {all but the first} */
  readonly positions?: number | readonly number[];
  /** The streams, 0 to the number of blocks; negative ones count from the last. @default {all} */
  readonly layers?: number | readonly number[];
  /** How many tokens ahead are read: 1 is the next. @default {3} */
  readonly ahead?: number;
  /**
   * The text at whose last position the states are put. One that suits the question, or was trained to, reads more.
   *
   * @default {"Hello! Could you please tell me more about"}
   */
  readonly context?: Prompt;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

const PURPOSE = "use a future lens";
const known = ["positions", "layers", "ahead", "context", "signal"];

/** The tokens of one pass, so that a signal is heard in between. */
const mostTokens = 256;

/**
 * Asks single states what the model will write several tokens later, by transplanting each to the end of another text (Pal
 * et al. 2023, "Future Lens").
 *
 * What is to be found is the model's own greedy continuation after the position, not what the text goes on with. The first
 * tokens of that continuation are given behind the transplant, and the token after them is read, so that each distance is
 * judged alone; Pal et al. let the model write. The same text without a transplant is the baseline: from the second token on
 * it knows much from the tokens that were given. Their trained parts are left out: the linear map is `linearShortcut` with
 * `ahead`, the soft prompt a `context`.
 *
 * @param model The model.
 * @param prompt One prompt.
 * @param options Which states, how far ahead, and the other text.
 * @returns For each stream, position and distance the rank and probability of the model's own token. The promise draws
 * itself.
 * @throws {RangeError} If a layer or position does not exist, there are several prompts, or texts grow too long.
 *
 * @example
 * ```ts
 * import { futureLens, load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const lens = await futureLens(model, "The capital of France is", { positions: -1, ahead: 2 });
 * if (lens.accuracy(-1, 1) !== 1) throw new Error("the last stream holds the next token");
 * ```
 */
export function futureLens(
  model: Transformer,
  prompt: Prompt,
  options: FutureLensOptions = {},
): DrawnPromise<FutureLens> {
  return drawn(() => look(model, prompt, options));
}

async function look(
  model: Transformer,
  prompt: Prompt,
  options: FutureLensOptions,
): Promise<FutureLens> {
  checkModel(model, PURPOSE);
  refuseUnknownOptions(PURPOSE, options, known);
  const { ahead = 3, signal } = options, rest = signal ? { signal } : {};
  refuseOddSignal(signal);
  refuseOddAhead(ahead);
  const tokens = onePrompt(model.tokenize(prompt), PURPOSE);
  const context = onePrompt(
    model.tokenize(options.context ?? "Hello! Could you please tell me more about"),
    PURPOSE,
  );
  const positions = chosenPositions(tokens, options.positions),
    { layers: count } = model.architecture;
  const layers = options.layers === undefined
    ? Array.from({ length: count + 1 }, (_, layer) => layer)
    : ([options.layers].flat() as number[]).map((layer) => streamNumber(model, layer, PURPOSE));
  const own = await continuations(model, tokens, positions, { tokens: ahead, ...rest });
  using given = await run(model, [...tokens.ids], {
    capture: [...new Set(layers.map((layer) => streamSite(model, layer)))],
    stop: count,
    ...rest,
  });
  const work = { context, own, ahead, cache: given.cache, ...rest };
  const rows = [null, ...layers].flatMap((layer) =>
    positions.map((position, place) => ({ layer, position, place }))
  );
  const readings = await transplanted(model, rows, work);
  const byLayer = [null, ...layers].map((_, i) =>
    readings.slice(i * positions.length, (i + 1) * positions.length)
  );
  const facts = {
    model: model.provenance.name,
    prompt: tokens,
    context,
    positions,
    layers,
    continuations: own.map((ids) => trackedTokens(model, ids)),
  };
  return withOrigin(new FutureLens(facts, byLayer.slice(1), byLayer[0]!), model, {
    name: "futureLens",
    given: { prompt: [tokens], options },
    prompts: [tokens, context],
  });
}

function refuseOddAhead(ahead: number): void {
  if (Number.isInteger(ahead) && ahead >= 1) return;
  throw new RangeError(
    `Cannot ${PURPOSE} as ahead must be a whole number from 1 on: current value is ${ahead}`,
  );
}

/** A state to transplant; none where the stream is null. */
interface Row {
  readonly layer: number | null;
  readonly position: number;
  readonly place: number;
}

/** The model's own greedy continuation after each position. */
async function continuations(
  model: Transformer,
  { ids }: PromptTokens,
  positions: readonly number[],
  options: { readonly tokens: number; readonly signal?: AbortSignal },
): Promise<number[][]> {
  const found: number[][] = [];
  for (const position of positions) {
    using generation = await generate(model, ids.slice(0, position + 1), {
      stopTokens: [],
      ...options,
    });
    options.signal?.throwIfAborted();
    found.push(generation.texts[0]!.tokens.map(({ id }) => id));
  }
  return found;
}

/** Reads what follows each transplant, at each distance. */
async function transplanted(
  model: Transformer,
  rows: readonly Row[],
  { context, own, ahead, cache, signal }: {
    readonly context: PromptTokens;
    readonly own: readonly (readonly number[])[];
    readonly ahead: number;
    readonly cache: Cache;
    readonly signal?: AbortSignal;
  },
): Promise<FutureReading[][]> {
  const length = context.ids.length + ahead - 1, end = context.ids.length - 1;
  const step = Math.max(1, Math.floor(mostTokens / length)), found: FutureReading[][] = [];
  const { layers } = model.architecture, last = streamSite(model, layers);
  const rest = signal ? { signal } : {};
  for (let from = 0; from < rows.length; from += step) {
    const some = rows.slice(from, from + step);
    const edits = some.flatMap(({ layer, position }, row): Edit[] => {
      if (layer === null) return [];
      const site = streamSite(model, layer);
      const state = ofCache(cache, { at: site, positions: position, examples: 0 });
      return [replace(site, state, { positions: end, examples: row })];
    });
    const prompts = some.map(({ place }) => [...context.ids, ...own[place]!.slice(0, -1)]);
    using result = await run(model, prompts, { edits, capture: [last], stop: layers, ...rest });
    const stream = result.cache.get(last), [, , width] = stream.shape as [number, number, number];
    const ends = tf.tidy(() => tf.slice(stream, [0, end, 0], [some.length, ahead, width]));
    try {
      const each = some.flatMap(({ place }) => own[place]!);
      const read = await readOut(model, ends, { top: 1, each, ...rest });
      some.forEach((_, row) =>
        found.push(
          read.rows.slice(row * ahead, (row + 1) * ahead)
            .map(({ top, each }) => ({ own: each!, likeliest: top[0]! })),
        )
      );
    } finally {
      ends.dispose();
    }
  }
  return found;
}

function chosenPositions(
  tokens: PromptTokens,
  positions: FutureLensOptions["positions"],
): readonly number[] {
  const all = tokens.ids.map((_, position) => position);
  const list = [positions ?? (all.length > 1 ? all.slice(1) : all)].flat() as number[];
  if (list.length === 0) {
    throw new RangeError(`Cannot ${PURPOSE} as it must read a position: positions is empty`);
  }
  return list.map((position) => positionIn(tokens, position, PURPOSE));
}
