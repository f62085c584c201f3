/**
 * The inputs that drive a neuron furthest: those of a data set, and prompts that are searched for.
 *
 * Dalvi et al., "What Is One Grain of Sand in the Desert?", 2019, for the data set; Zou et al., "Universal and Transferable
 * Adversarial Attacks", 2023, https://arxiv.org/abs/2307.15043, for coordinate search, here by trying candidates rather than
 * by gradients; Bolukbasi et al., "An Interpretability Illusion for BERT", 2021, https://arxiv.org/abs/2104.07143, for why a
 * second data set is looked at.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, type Examples, run, shownToken, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import { readNumbers, tf } from "../tensor/mod.ts";
import { type FoundPrompt, MaximalInputs } from "./maximal_inputs_result.ts";
import { neuronExamples } from "./neuron_examples.ts";
import { checkNeuron, type NeuronPlace, neuronSite } from "./neuron_place.ts";

/** Options for {@linkcode maximalInputs}. */
export interface MaximalInputsOptions {
  /** How many tokens a searched prompt has, a beginning-of-text token that the model wants not counted. @default {3} */
  readonly length?: number;
  /** Whether tokens are exchanged one at a time for better ones, or all prompts are tried. @default {"coordinate"} */
  readonly search?: "coordinate" | "exhaustive";
  /** The tokens that prompts are made of, as ids. @default {all but special ones} */
  readonly candidates?: readonly number[];
  /** How many of them are tried in each exchange, drawn by the seed. @default {256, or all} */
  readonly tried?: number;
  /** How many times a coordinate search begins anew. @default {3} */
  readonly starts?: number;
  /** How often it goes through all positions at most. @default {8} */
  readonly sweeps?: number;
  /** What prompts and exchanges are drawn by. @default {0} */
  readonly seed?: number;
  /** How many prompts and places are kept. @default {5} */
  readonly count?: number;
  /** The data in which the neuron's most active places are looked for. @default {none} */
  readonly texts?: Examples;
  /** Other data, on which to check what the first says. @default {none} */
  readonly check?: Examples;
  /** Stops the work. */
  readonly signal?: AbortSignal;
  /** Called after every pass. */
  readonly onProgress?: (progress: { readonly prompts: number; readonly best: number }) => void;
}

/** What {@linkcode MaximalInputsOptions} may hold. */
const OPTIONS = [
  "length",
  "search",
  "candidates",
  "tried",
  "starts",
  "sweeps",
  "seed",
  "count",
  "texts",
  "check",
  "signal",
  "onProgress",
];

/** The prompts of one pass. */
const BATCH = 64;

/** The most prompts that an exhaustive search tries. */
const MOST = 2 ** 20;

/**
 * Looks for the prompts whose last token drives a neuron furthest, beside the places of data that do.
 *
 * A coordinate search begins with a prompt drawn by chance and exchanges one token at a time for the best of those tried, until
 * a sweep through all positions changes nothing; it may end short of the best, which the exhaustive search finds where it is
 * feasible. What drives a neuron furthest in one data set may be an accident of that data: with `check` the result tells how
 * many of the most active tokens are the same in other data, and warns where none is.
 *
 * @param model The model.
 * @param neuron The neuron.
 * @param options How long prompts are, how they are searched, and over which data.
 * @returns The best prompts and places; the promise draws itself.
 * @throws {RangeError} If there is no such neuron, an option is outside its range, or too many prompts would be tried.
 *
 * @example
 * ```ts
 * import { load, maximalInputs } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const options = { length: 2, starts: 1, tried: 64 };
 * const { prompts } = await maximalInputs(model, { layer: 2, neuron: 7 }, options);
 * if (prompts[0]!.tokens.length !== 2) throw new Error("two tokens");
 * ```
 */
export function maximalInputs(
  model: Transformer,
  neuron: NeuronPlace,
  options: MaximalInputsOptions = {},
): DrawnPromise<MaximalInputs> {
  return drawn(() => look(model, neuron, options));
}

async function look(
  model: Transformer,
  place: NeuronPlace,
  options: MaximalInputsOptions,
): Promise<MaximalInputs> {
  const purpose = "look for maximal inputs";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, OPTIONS);
  const neuron = checkNeuron(model, place, purpose);
  const { length = 3, search = "coordinate", count = 5, texts, check } = options;
  const numbers = { length, count, starts: options.starts ?? 3, sweeps: options.sweeps ?? 8 };
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new RangeError(
      `Cannot ${purpose} as ${name} must be a whole number from 1 on: current value is ${value}`,
    );
  }
  if (search !== "coordinate" && search !== "exhaustive") {
    throw new RangeError(
      `Cannot ${purpose} as search must be "coordinate" or "exhaustive": current value is ${
        JSON.stringify(search)
      }`,
    );
  }
  const candidates = candidatesOf(model, options.candidates);
  const trial = new Trial(model, neuron, { ...options, count });
  if (search === "exhaustive") await tryAll(trial, candidates, length);
  else await tryCoordinates(trial, candidates, { ...options, ...numbers });
  const data = async (examples: Examples | undefined) => {
    if (examples === undefined) return null;
    const rest = options.signal ? { signal: options.signal } : {};
    return (await neuronExamples(model, examples, [neuron], { count, ...rest })).neurons[0]!;
  };
  return withOrigin(
    new MaximalInputs({
      model: model.provenance.name,
      neuron,
      search,
      tried: trial.tried,
      seed: options.seed ?? 0,
      prompts: trial.best,
      texts: await data(texts),
      check: await data(check),
    }),
    model,
    { name: "maximalInputs", given: { neuron, options } },
  );
}

/** Tries prompts and keeps the best. */
class Trial {
  /** How many prompts were tried. */
  tried = 0;
  /** The best prompts, the best first. */
  readonly best: FoundPrompt[] = [];
  readonly #model: Transformer;
  readonly #neuron: NeuronPlace;
  readonly #options: MaximalInputsOptions & { count: number };
  readonly #before: readonly number[];

  constructor(
    model: Transformer,
    neuron: NeuronPlace,
    options: MaximalInputsOptions & { count: number },
  ) {
    this.#model = model;
    this.#neuron = neuron;
    this.#options = options;
    const { tokenizer } = model;
    // What the tokenizer puts before every text.
    const begins = tokenizer?.encode("").beginning ?? false;
    this.#before = begins ? [tokenizer!.beginningToken!.id] : [];
  }

  /** The activation at the last token of each prompt; NaN where it does not use the expert. */
  async rate(prompts: readonly (readonly number[])[]): Promise<Float64Array> {
    const found = new Float64Array(prompts.length);
    const { signal, onProgress } = this.#options, site = neuronSite(this.#neuron);
    for (let from = 0; from < prompts.length; from += BATCH) {
      const own = prompts.slice(from, from + BATCH).map((ids) => [...this.#before, ...ids]);
      using result = await run(this.#model, own, {
        capture: [site],
        stop: this.#neuron.layer + 1,
        ...signal ? { signal } : {},
      });
      const last = tf.tidy(() => {
        const value = result.cache.get(site), [batch, length] = value.shape as [number, number];
        return tf.slice(value, [0, length - 1, this.#neuron.neuron], [batch, 1, 1]).flatten();
      });
      found.set(readNumbers(last), from);
      last.dispose();
      this.tried += own.length;
      onProgress?.({ prompts: this.tried, best: this.best[0]?.activation ?? NaN });
    }
    prompts.forEach((ids, i) => this.#keep(ids, found[i]!));
    return found;
  }

  #keep(ids: readonly number[], activation: number): void {
    const { best } = this, { count } = this.#options;
    if (Number.isNaN(activation) || best.some((one) => one.ids.join() === ids.join())) return;
    let at = best.length;
    while (at > 0 && activation > best[at - 1]!.activation) at--;
    const tokens = ids.map((id) => shownToken(this.#model, id));
    best.splice(at, 0, { ids: [...ids], tokens, activation });
    if (best.length > count) best.pop();
  }
}

/** Every prompt of a length. */
async function tryAll(trial: Trial, candidates: readonly number[], length: number): Promise<void> {
  const all = candidates.length ** length;
  if (all > MOST) {
    throw new RangeError(
      `Cannot look for maximal inputs exhaustively as at most ${MOST} prompts can be tried: ${candidates.length} tokens at ${length} places make ${all}`,
    );
  }
  for (let from = 0; from < all; from += BATCH) {
    const prompts = Array.from({ length: Math.min(BATCH, all - from) }, (_, i) => {
      let rest = from + i;
      return Array.from({ length }, () => {
        const id = candidates[rest % candidates.length]!;
        rest = Math.floor(rest / candidates.length);
        return id;
      });
    });
    await trial.rate(prompts);
  }
}

/** One token exchanged at a time, from several starts. */
async function tryCoordinates(
  trial: Trial,
  candidates: readonly number[],
  options: MaximalInputsOptions & { length: number; starts: number; sweeps: number },
): Promise<void> {
  const { length, starts, sweeps, seed = 0 } = options;
  const random = new RandomStream(seed, "maximal inputs");
  const most = Math.min(options.tried ?? 256, candidates.length);
  for (let start = 0; start < starts; start++) {
    let prompt = Array.from({ length }, () => candidates[random.integer(candidates.length)]!);
    let [best = NaN] = await trial.rate([prompt]);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      let changed = false;
      for (const position of random.permutation(length)) {
        const order = random.permutation(candidates.length).subarray(0, most);
        const prompts = Array.from(order, (i) => prompt.with(position, candidates[i]!));
        const rated = await trial.rate(prompts);
        rated.forEach((activation, i) => {
          // A prompt whose last token does not use the expert is beaten by any that does.
          if (!(activation > best) && !(Number.isNaN(best) && !Number.isNaN(activation))) return;
          [best, prompt, changed] = [activation, prompts[i]!, true];
        });
      }
      if (!changed) break;
    }
  }
}

/** The ids that prompts are made of. */
function candidatesOf(model: Transformer, given: readonly number[] | undefined): number[] {
  const { vocabulary } = model.architecture;
  if (given === undefined) {
    return Array.from({ length: vocabulary }, (_, id) => id)
      .filter((id) => !shownToken(model, id).special);
  }
  const wrong = given.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabulary));
  if (wrong === undefined && given.length > 0) return [...new Set(given)];
  throw new RangeError(
    `Cannot look for maximal inputs as candidates must be ids from 0 to ${
      vocabulary - 1
    }: current value is ${wrong ?? "an empty list"}`,
  );
}
