/**
 * The unembedding as a probe: which class of tokens each layer's state would choose.
 *
 * @module
 */

import type { Prompt, Transformer } from "../model/mod.ts";
import { checkModel, type Edit, run, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { refuseOddSignal, tf } from "../tensor/mod.ts";
import { eachRow, type LensNorm, scaleOf } from "./lens_rows.ts";
import { spellings } from "./spelling.ts";
import { onePrompt, positionIn, streamNumber, streamSite } from "./stream_site.ts";
import { tokenIds, type TokenName } from "./token_ids.ts";
import { VocabularyClasses } from "./vocabulary_classes_result.ts";

/** A prompt whose class is known. */
export interface LabelledPrompt {
  /** The prompt. */
  readonly prompt: Prompt;
  /** The name of its class. */
  readonly label: string;
}

/** Options for {@linkcode vocabularyClasses}. */
export interface VocabularyClassesOptions {
  /** The tokens of each class, by its name. No token may stand in two. */
  readonly classes: Readonly<Record<string, TokenName | readonly TokenName[]>>;
  /** Whether the other spellings of each token that are one token too count with it: space, capital. @default {false} */
  readonly variants?: boolean;
  /** What a class has of its tokens: the greatest logit, or the sum of their probabilities. @default {"greatest"} */
  readonly score?: "greatest" | "sum";
  /** The streams, 0 to the number of blocks; negative ones count from the last. @default {all} */
  readonly layers?: number | readonly number[];
  /** The position that is read; negative ones count from each prompt's end. @default {-1} */
  readonly position?: number;
  /** How the last norm is applied. @default {"own"} */
  readonly norm?: LensNorm;
  /** What is changed in every run. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

const PURPOSE = "probe by vocabulary classes";
const known = ["classes", "variants", "score", "layers", "position", "norm", "edits", "signal"];

/**
 * Reads each layer's state as a choice among classes of tokens: the columns of W_U are the weights of a probe that nobody
 * trained (Primer §4.3), behind the last norm as in a logit lens. With every token a class of its own, a choice is the logit
 * lens's likeliest token.
 *
 * Classes of words are seldom whole: " Paris" and "Paris" are two tokens. `variants` adds the other spellings; a token in two
 * classes is refused, as it would count for both.
 *
 * @param model The model.
 * @param prompts Prompts with the names of their classes.
 * @param options The classes, the layers and the position.
 * @returns The choices and the accuracy of every layer, beside that of always choosing the commonest class. The promise
 * draws itself.
 * @throws {RangeError} If there is no prompt, a label is no class, a class has no token or shares one, or a layer or position
 * does not exist.
 *
 * @example
 * ```ts
 * import { load, vocabularyClasses } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompts = [
 *   { prompt: "The capital of France is", label: "Paris" },
 *   { prompt: "The capital of Poland is", label: "Warsaw" },
 * ];
 * const found = await vocabularyClasses(model, prompts, { classes: { Paris: " Paris", Warsaw: " Warsaw" } });
 * if (found.accuracy(-1) !== 1) throw new Error("the last stream knows both");
 * ```
 */
export function vocabularyClasses(
  model: Transformer,
  prompts: readonly LabelledPrompt[],
  options: VocabularyClassesOptions,
): DrawnPromise<VocabularyClasses> {
  return drawn(() => probe(model, prompts, options));
}

async function probe(
  model: Transformer,
  prompts: readonly LabelledPrompt[],
  options: VocabularyClassesOptions,
): Promise<VocabularyClasses> {
  checkModel(model, PURPOSE);
  refuseUnknownOptions(PURPOSE, options, known);
  const { score = "greatest", norm = "own", signal } = options;
  refuseUnknownWord(PURPOSE, "score", score, ["greatest", "sum"]);
  refuseUnknownWord(PURPOSE, "norm", norm, ["own", "frozen", "none"]);
  refuseOddSignal(signal);
  const classes = classIds(model, options), lists = Object.values(classes);
  const labels = checkedLabels(prompts, Object.keys(classes));
  const { layers: count } = model.architecture;
  const layers = options.layers === undefined
    ? Array.from({ length: count + 1 }, (_, layer) => layer)
    : ([options.layers].flat() as number[]).map((layer) => streamNumber(model, layer, PURPOSE));
  const choices: number[][] = layers.map(() => []);
  for (const { prompt } of prompts) {
    const rows = await states(model, prompt, layers, options);
    try {
      await eachRow(model, rows.vectors, { norm, ...rows.scaled, signal }, (row, logits) => {
        choices[row]!.push(chosen(lists, logits, score));
      });
    } finally {
      tf.dispose([rows.vectors, ...Object.values(rows.scaled)]);
    }
  }
  const read = prompts.flatMap(({ prompt }) => model.tokenize(prompt));
  const facts = { model: model.provenance.name, classes, labels, layers, score, norm };
  return withOrigin(new VocabularyClasses(facts, choices), model, {
    name: "vocabularyClasses",
    given: { prompts, options },
    prompts: read,
  });
}

/** The states of some streams at the position that is read, `[row, width]`, and what a frozen norm divides them by. */
async function states(
  model: Transformer,
  prompt: Prompt,
  layers: readonly number[],
  { norm = "own", edits = [], position = -1, signal }: VocabularyClassesOptions,
): Promise<{ readonly vectors: tf.Tensor2D; readonly scaled: { readonly scale?: tf.Tensor } }> {
  const at = positionIn(onePrompt(model.tokenize(prompt), PURPOSE), position, PURPOSE);
  const { layers: count, width } = model.architecture;
  const sites = [...layers, count].map((layer) => streamSite(model, layer));
  using result = await run(model, prompt, {
    capture: [...new Set(sites)],
    stop: count,
    edits,
    ...signal ? { signal } : {},
  });
  const [vectors, ...scale] = tf.tidy(() => {
    const rows = sites.map((site) =>
      tf.slice(result.cache.get(site), [0, at, 0], [1, 1, width]).reshape<tf.Tensor2D>([1, width])
    );
    const { scale } = scaleOf(model, norm, rows.at(-1)!);
    return [tf.concat(rows.slice(0, -1)), ...scale ? [tf.tile(scale, [layers.length, 1])] : []];
  });
  return { vectors: vectors as tf.Tensor2D, scaled: scale.length > 0 ? { scale: scale[0]! } : {} };
}

/** The class of the greatest score; of equals the first. */
function chosen(
  classes: readonly (readonly number[])[],
  logits: Float32Array,
  score: "greatest" | "sum",
): number {
  const scores = classes.map((ids) => {
    const most = ids.reduce((most, id) => Math.max(most, logits[id]!), -Infinity);
    if (score === "greatest") return most;
    // The order of sums of probabilities is that of sums of powers.
    return most + Math.log(ids.reduce((sum, id) => sum + Math.exp(logits[id]! - most), 0));
  });
  return scores.reduce((best, score, i) => score > scores[best]! ? i : best, 0);
}

/** The ids of each class, its other spellings included if they are to be. */
function classIds(
  model: Transformer,
  { classes, variants = false }: VocabularyClassesOptions,
): Record<string, readonly number[]> {
  if (typeof classes !== "object" || classes === null || Object.keys(classes).length < 2) {
    throw new RangeError(
      `Cannot ${PURPOSE} as classes must name two or more with their tokens: there are fewer`,
    );
  }
  const owner = new Map<number, string>(), { tokenizer } = model;
  return Object.fromEntries(
    Object.entries(classes).map(([name, tokens]) => {
      const own = tokenIds(model, tokens, PURPOSE);
      const ids = [
        ...new Set(
          own.flatMap((id) =>
            variants && tokenizer ? [id, ...spellings(tokenizer, tokenizer.token(id).text)] : [id]
          ),
        ),
      ];
      if (ids.length === 0) {
        throw new RangeError(`Cannot ${PURPOSE} as a class must have a token: ${name} has none`);
      }
      for (const id of ids) {
        const other = owner.get(id);
        if (other !== undefined) {
          throw new RangeError(
            `Cannot ${PURPOSE} as no token may stand in two classes: token ${id} is in ${other} and ${name}`,
          );
        }
        owner.set(id, name);
      }
      return [name, ids];
    }),
  );
}

/** The number of each prompt's class. */
function checkedLabels(prompts: readonly LabelledPrompt[], names: readonly string[]): number[] {
  if (!Array.isArray(prompts) || prompts.length === 0) {
    throw new RangeError(`Cannot ${PURPOSE} as there must be a list of prompts: there is none`);
  }
  return prompts.map((one: LabelledPrompt, i) => {
    refuseUnknownOptions(`read prompt ${i} to ${PURPOSE}`, one, ["prompt", "label"]);
    const label = names.indexOf(one.label);
    if (label >= 0) return label;
    throw new RangeError(
      `Cannot ${PURPOSE} as a label must be among ${names.join(", ")}: that of prompt ${i} is ${
        JSON.stringify(one.label)
      }`,
    );
  });
}
