/**
 * What drives neurons: the places of a data set at which they are most active, and how their activations are spread.
 *
 * Geva et al., "Transformer Feed-Forward Layers Are Key-Value Memories", 2021, https://arxiv.org/abs/2012.14913, section 3;
 * Gurnee et al., "Universal Neurons in GPT2 Language Models", 2024, https://arxiv.org/abs/2401.12181, for the statistics.
 *
 * @module
 */

import { PromptsMark, type PromptTokens, type Site, type Transformer } from "../model/mod.ts";
import {
  checkModel,
  codeOf,
  exampleBatches,
  type Examples,
  originFrom,
  run,
  sourceOf,
  withOrigin,
} from "../run/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  formatNumber,
  formatPercent,
  inspect,
  LongTable,
  refuseUnknownOptions,
  table,
  tokenText,
} from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";
import { checkNeuron, neuronName, type NeuronPlace, neuronSite } from "./neuron_place.ts";
import { activityColumns, activityRows, type NeuronActivity } from "./neuron_activity.ts";
import { NeuronTally } from "./neuron_tally.ts";

/** How far a pass over a data set has come. */
export interface ExamplesProgress {
  /** The examples so far. */
  readonly examples: number;
  /** Their tokens, beginning-of-text tokens that were left out included. */
  readonly tokens: number;
}

/** Options for {@linkcode neuronExamples}. */
export interface NeuronExamplesOptions {
  /** How many places are kept for each neuron, the most active first. @default {8} */
  readonly count?: number;
  /** How many tokens before and after a place are kept with it. @default {12} */
  readonly context?: number;
  /**
   * Whether the beginning-of-text token that an example begins with counts; its activations are like no other token's.
   *
   * @default {false}
   */
  readonly beginning?: boolean;
  /** The most examples of one pass. @default {as many as hold 256 tokens} */
  readonly batch?: number;
  /** Stops the work; what was found so far comes back, marked as not complete. */
  readonly signal?: AbortSignal;
  /** Called after every batch. */
  readonly onProgress?: (progress: ExamplesProgress) => void;
}

/** What {@linkcode NeuronExamplesOptions} may hold. */
const OPTIONS = ["count", "context", "beginning", "batch", "signal", "onProgress"];

/**
 * Finds what drives neurons in a data set, any number of them in one pass that ends at the last block asked for.
 *
 * Each example counts once a place: of several peaks within one example each is a place of its own. A place whose example
 * occurs twice in the data stands twice. The greatest activation in a data set says what drives the neuron in that data:
 * on other data it may be something else (Bolukbasi et al., 2021), which {@linkcode maximalInputs} checks.
 *
 * @param model The model.
 * @param texts Prompts, a `TokenDataset`, or anything that brings texts or token ids one after another.
 * @param neurons The neurons.
 * @param options How many places, and what counts.
 * @returns For each neuron its most active places in context, a histogram and moments. A token that does not use an expert
 * has no activation there. The promise draws itself.
 * @throws {RangeError} If there is no such neuron, no example, or a count is outside its range.
 *
 * @example
 * ```ts
 * import { load, neuronExamples } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const texts = ["One day, Emma went to the park.", "The capital of France is Paris."];
 * const { neurons } = await neuronExamples(model, texts, [{ layer: 1, neuron: 7 }], { count: 2 });
 * if (neurons[0]!.places.length !== 2) throw new Error("two places");
 * ```
 */
export function neuronExamples(
  model: Transformer,
  texts: Examples,
  neurons: readonly NeuronPlace[],
  options: NeuronExamplesOptions = {},
): DrawnPromise<NeuronExamples> {
  return drawn(() => collect(model, texts, { neurons, options }));
}

async function collect(
  model: Transformer,
  texts: Examples,
  { neurons, options }: { neurons: readonly NeuronPlace[]; options: NeuronExamplesOptions },
): Promise<NeuronExamples> {
  const purpose = "find what drives neurons";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, OPTIONS);
  const { batch, signal, onProgress, beginning = false } = options;
  const tallies = talliesOf(model, neurons, options);
  const mark = new PromptsMark();
  let examples = 0, tokens = 0;
  const rest = { mark, ...batch === undefined ? {} : { batch }, ...signal ? { signal } : {} };
  try {
    for await (const prompts of exampleBatches(model, texts, rest)) {
      await addBatch(model, prompts, tallies, { beginning, signal });
      examples += prompts.length;
      tokens += prompts.length * prompts[0]!.ids.length;
      onProgress?.({ examples, tokens });
    }
  } catch (error) {
    // What the signal cut short is a batch that is in no count yet.
    if (!signal?.aborted || error !== signal.reason) throw error;
  }
  const complete = !signal?.aborted;
  if (complete && examples === 0) {
    throw new RangeError(`Cannot ${purpose} as the data must hold an example: it is empty`);
  }
  const facts = { model: model.provenance.name, examples, tokens, beginning, complete };
  const found = [...tallies.values()].flat().map((tally) => tally.finish());
  const result = withOrigin(new NeuronExamples(facts, found), model, {
    name: "neuronExamples",
    given: { texts, neurons, options },
    prompts: mark,
  });
  result.neurons.forEach((one, i) => originFrom(one, result, `.neurons[${i}]`));
  return result;
}

/** The tallies by the site that their neurons stand at, in the order given within each. */
function talliesOf(
  model: Transformer,
  neurons: readonly NeuronPlace[],
  { count = 8, context = 12 }: NeuronExamplesOptions,
): Map<Site, NeuronTally[]> {
  const purpose = "find what drives neurons";
  for (const [name, value, least] of [["count", count, 1], ["context", context, 0]] as const) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new RangeError(
      `Cannot ${purpose} as ${name} must be a whole number from ${least} on: current value is ${value}`,
    );
  }
  if (!Array.isArray(neurons) || neurons.length === 0) {
    throw new RangeError(
      `Cannot ${purpose} as at least one must be given as [{ layer, neuron }]: current value is ${
        Deno.inspect(neurons, { depth: 0 })
      }`,
    );
  }
  const bySite = new Map<Site, NeuronTally[]>();
  neurons.forEach((place, index) => {
    const known = checkNeuron(model, place, "find what drives neurons"), site = neuronSite(known);
    const list = bySite.get(site) ?? [];
    bySite.set(site, list);
    list.push(new NeuronTally(known, { index, count, context }));
  });
  return bySite;
}

/** Runs prompts of one length and takes in what the neurons do. */
async function addBatch(
  model: Transformer,
  prompts: readonly PromptTokens[],
  tallies: ReadonlyMap<Site, readonly NeuronTally[]>,
  { beginning, signal }: { beginning: boolean; signal: AbortSignal | undefined },
): Promise<void> {
  const sites = [...tallies.keys()];
  const stop = 1 + Math.max(...[...tallies.values()].map(([tally]) => tally!.place.layer));
  using result = await run(model, prompts.map(({ ids }) => ids), {
    capture: sites,
    stop,
    ...signal ? { signal } : {},
  });
  // All are read before any is counted, so that a signal leaves no half of a batch.
  const values: Float32Array[] = [];
  for (const [site, own] of tallies) {
    const picked = tf.tidy(() => {
      const whole = result.cache.get(site);
      const rows = whole.reshape<tf.Tensor2D>([-1, whole.shape.at(-1)!]);
      const indices = own.map(({ place: { neuron } }) => neuron);
      // Rows of one neuron each: tallies go through the tokens one after another.
      return tf.gather(rows, tf.tensor1d(indices, "int32"), 1).transpose();
    });
    values.push(await picked.data<"float32">());
    picked.dispose();
  }
  const length = prompts[0]!.ids.length;
  [...tallies.values()].forEach((own, at) =>
    own.forEach((tally, row) =>
      prompts.forEach((prompt, example) => {
        const begin = (row * prompts.length + example) * length;
        const from = prompt.beginning && !beginning ? 1 : 0;
        tally.add(prompt, values[at]!.subarray(begin, begin + length), from);
      })
    )
  );
}

/** What a data set was, over which neurons were watched. */
export interface ExamplesFacts extends ExamplesProgress {
  /** The model, by name. */
  readonly model: string;
  /** Whether beginning-of-text tokens counted. */
  readonly beginning: boolean;
  /** Whether all of the data was read. */
  readonly complete: boolean;
}

/** What drives some neurons, in the order in which they were asked for. */
export class NeuronExamples {
  /** The data, and how much of it was read. */
  readonly facts: ExamplesFacts;
  /** One entry a neuron. */
  readonly neurons: readonly NeuronActivity[];

  /** Holds what was found. */
  constructor(facts: ExamplesFacts, neurons: readonly (readonly [number, NeuronActivity])[]) {
    this.facts = facts;
    this.neurons = [...neurons].sort(([a], [b]) => a - b).map(([, activity]) => activity);
  }

  /**
   * What drives one neuron.
   *
   * @throws {RangeError} If it was not asked for.
   */
  of(place: NeuronPlace): NeuronActivity {
    const name = neuronName(place);
    const found = this.neurons.find(({ neuron }) => neuronName(neuron) === name);
    if (found) return found;
    throw new RangeError(
      `Cannot read neuron ${name} as it must have been asked for: those asked for are ${
        this.neurons.slice(0, 8).map(({ neuron }) => neuronName(neuron)).join(", ")
      }${this.neurons.length > 8 ? ", ..." : ""}`,
    );
  }

  /** Draws a line a neuron: its most active token, how often it is above zero, and its moments. */
  [display](): Document {
    const { model, examples, tokens, complete } = this.facts;
    const most = 50;
    return table({
      title: `What drives ${this.neurons.length} neurons of ${model}`,
      columns: ["neuron", "most active at", "greatest", "above 0", "mean", "deviation"]
        .map((name) => ({ name })),
      rows: this.neurons.slice(0, most).map((one) => {
        const [first] = one.places;
        return [
          neuronName(one.neuron),
          first ? first.tokens.map(tokenText).slice(0, first.at + 1).slice(-6).join(" ") : "never",
          formatNumber(one.greatest),
          formatPercent(one.density),
          formatNumber(one.mean),
          formatNumber(Math.sqrt(one.variance)),
        ];
      }),
      ...codeOf(this, ".neurons[{row}]"),
      caption: [
        sourceOf(this, model),
        `${examples} examples, ${tokens} tokens`,
        ...complete ? [] : ["stopped before the end"],
        ...this.neurons.length > most ? [`the first ${most} neurons are shown`] : [],
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The places as rows: of each neuron the most active ones; the moments of the neuron stand in all of its rows. */
  table(): LongTable {
    const { model } = this.facts, rows = () => this.neurons.flatMap(activityRows);
    return new LongTable(`what drives neurons of ${model}`, activityColumns, rows);
  }

  /** The numbers as plain data. */
  toJSON(): { facts: ExamplesFacts; neurons: readonly NeuronActivity[] } {
    return { facts: this.facts, neurons: this.neurons };
  }
}
