/**
 * What edits do to what a model writes: the edited text beside its unedited twin.
 *
 * @module
 */

import { sourceOf, withOrigin } from "../origin.ts";
import type { Prompt, Transformer } from "../../model/mod.ts";
import {
  all,
  display,
  type Document,
  drawn,
  type DrawnDocument,
  type DrawnPromise,
  inspect,
  quotedEnd,
  tokenDiff,
} from "../../show/mod.ts";
import { type Edit, editText } from "../edit.ts";
import { spansIn } from "../spans.ts";
import { generate } from "./generate.ts";
import {
  type GeneratedText,
  type Generation,
  type GenerationJson,
  mannerText,
} from "./generation.ts";
import type { GenerateOptions } from "./generate_options.ts";
import { rateTexts } from "./rate_texts.ts";

/** Options for {@linkcode generateBeside}: those of `generate`, with edits and without what only one text can have. */
export interface GenerateBesideOptions
  extends Omit<GenerateOptions, "onToken" | "stream" | "capture" | "captureLimit"> {
  /** What is changed in the second text. */
  readonly edits: readonly Edit[];
}

/** The probabilities of two texts, each in both runs; NaN where a signal was raised before they were rated. */
export interface CrossProbabilities {
  /** Of each token of the unedited text, in the run with edits. */
  readonly plainWhenEdited: readonly number[];
  /** Of each token of the edited text, in the run without edits. */
  readonly editedWhenPlain: readonly number[];
}

/** Texts that a model wrote with edits, beside those that it wrote without. */
export class GenerationPair {
  /** What it wrote without edits. */
  readonly plain: Generation;
  /** What it wrote with edits. */
  readonly edited: Generation;
  /** For each text the probability of its tokens in the other run. */
  readonly crossed: readonly CrossProbabilities[];

  /** Holds both. */
  constructor(plain: Generation, edited: Generation, crossed: readonly CrossProbabilities[]) {
    this.plain = plain;
    this.edited = edited;
    this.crossed = crossed;
  }

  /** Whether every edited text has the tokens of its twin. */
  get same(): boolean {
    return this.plain.texts.every((text, i) => idsOf(text) === idsOf(this.edited.texts[i]!));
  }

  /**
   * Draws where the texts part, and the probability of each token with and without edits. Texts of which one was aborted
   * are drawn one below the other: what was not written is no difference.
   */
  [display](): Document | Promise<Document> {
    const views = this.plain.texts.flatMap((_, i) =>
      this.#aborted(i) ? this.#views(i) : [this.#view(i)]
    );
    return views.length === 1 ? views[0]![display]() : all(views)[display]();
  }

  /** Shows the texts in a terminal. */
  [inspect](): string {
    return [
      `GenerationPair of ${this.plain.model}, ${
        mannerText(this.plain.manner)
      }, edited by ${this.#edits}`,
      ...this.plain.texts.flatMap((text, i) => [
        quotedEnd(this.plain.prompts[text.prompt]!, Infinity),
        `  unedited ${endText(text)}`,
        `  edited   ${endText(this.edited.texts[i]!)}`,
      ]),
    ].join("\n");
  }

  /** Both generations as plain data. */
  toJSON(): {
    plain: GenerationJson;
    edited: GenerationJson;
    crossed: readonly CrossProbabilities[];
    same: boolean;
  } {
    const { plain, edited, crossed, same } = this;
    return { plain: plain.toJSON(), edited: edited.toJSON(), crossed, same };
  }

  get #edits(): string {
    return this.edited.edits.map(editText).join("; ");
  }

  #aborted(index: number): boolean {
    return [this.plain, this.edited].some(({ texts }) => texts[index]!.stopped === "aborted");
  }

  /** A text and its twin, each by itself. */
  #views(index: number): DrawnDocument[] {
    return [
      this.plain.view(this.plain.texts[index]!, "without edits"),
      this.edited.view(this.edited.texts[index]!, "with edits"),
    ];
  }

  #view(index: number): DrawnDocument {
    const plain = this.plain.texts[index]!, edited = this.edited.texts[index]!;
    const { plainWhenEdited, editedWhenPlain } = this.crossed[index]!;
    const side = (label: string, { tokens }: GeneratedText, other: readonly number[]) => ({
      label,
      tokens: tokens.map(({ token }) => token),
      own: tokens.map(({ probability }) => probability),
      ...other.some(Number.isNaN) ? {} : { other },
    });
    const { samples } = this.plain.manner;
    const number = [
      ...this.plain.prompts.length > 1 ? [`prompt ${plain.prompt}`] : [],
      ...samples > 1 ? [`text ${plain.sample + 1} of ${samples}`] : [],
    ];
    return tokenDiff({
      title: [`Written by ${this.plain.model} without and with edits`, ...number].join(", "),
      context: this.plain.prompts[plain.prompt]!.tokens,
      before: side("unedited", plain, plainWhenEdited),
      after: side("edited", edited, editedWhenPlain),
      caption: [
        sourceOf(this.plain, this.plain.model),
        mannerText(this.plain.manner),
        `edited by ${this.#edits}`,
        ...plainWhenEdited.some(Number.isNaN)
          ? ["aborted before the texts were rated in each other's runs"]
          : [],
      ].join(" · "),
    });
  }
}

/** A text, and whether it was cut short. */
function endText({ text, stopped }: GeneratedText): string {
  return JSON.stringify(text) + (stopped === "aborted" ? " (aborted)" : "");
}

/** The ids of a text, to be compared. */
const idsOf = ({ tokens }: GeneratedText): string => tokens.map(({ id }) => id).join();

/**
 * Lets a model write on with and without edits, all else the same, and rates each text in both runs.
 *
 * @param model The model.
 * @param prompt Text, token ids, or a list of prompts.
 * @param options Those of `generate`; the edits are made in the second text alone. Where tokens are drawn, both texts are
 * drawn with the same chance.
 * @returns Both generations; the promise draws where they part.
 * @throws {RangeError} If there are no edits, or as `generate` does.
 *
 * @example
 * ```ts
 * import { generateBeside, load, zero } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const pair = await generateBeside(model, prompt, {
 *   tokens: 8,
 *   edits: [zero("blocks.3.attn.z", { heads: [2] })],
 * });
 * if (pair.same) throw new Error("the head matters here");
 * ```
 */
export function generateBeside(
  model: Transformer,
  prompt: Prompt,
  options: GenerateBesideOptions,
): DrawnPromise<GenerationPair> {
  return drawn(() => writeBoth(model, prompt, options));
}

async function writeBoth(
  model: Transformer,
  prompt: Prompt,
  options: GenerateBesideOptions,
): Promise<GenerationPair> {
  const { edits, ...rest } = options ?? {};
  if (!Array.isArray(edits) || edits.length === 0) {
    throw new RangeError(
      "Cannot compare with an unedited text as there must be edits: there are none",
    );
  }
  for (const name of ["onToken", "stream", "capture", "captureLimit"]) {
    if (!(name in rest)) continue;
    throw new TypeError(
      `Cannot compare with an unedited text as ${name} must be left out: give it to generate()`,
    );
  }
  const edited = await generate(model, prompt, options),
    plain = await generate(model, prompt, rest);
  const aborted = options.signal?.aborted ?? false;
  const pair = new GenerationPair(
    plain,
    edited,
    aborted ? unrated(plain, edited) : await cross(model, plain, edited, options),
  );
  const { prompts } = plain;
  return withOrigin(pair, model, {
    name: "generateBeside",
    given: { prompt: prompts, options },
    prompts,
  });
}

/** Rates each text where the other was written: all prompts of a sample at once, as edits may take from each other's. */
async function cross(
  model: Transformer,
  plain: Generation,
  edited: Generation,
  { edits, spans }: GenerateBesideOptions,
): Promise<CrossProbabilities[]> {
  const crossed: CrossProbabilities[] = [], { samples } = plain.manner;
  for (let sample = 0; sample < samples; sample++) {
    const rate = (from: Generation, edits: readonly Edit[]) =>
      rateTexts(
        model,
        from.prompts.map(({ ids }, row) => ({
          prompt: ids,
          text: from.texts[row * samples + sample]!.tokens.map(({ id }) => id),
        })),
        { edits, ...spans ? { spans: spansIn(from.prompts, spans) } : {} },
      );
    const plainWhenEdited = await rate(plain, edits), editedWhenPlain = await rate(edited, []);
    plain.prompts.forEach((_, row) =>
      crossed[row * samples + sample] = {
        plainWhenEdited: plainWhenEdited[row]!,
        editedWhenPlain: editedWhenPlain[row]!,
      }
    );
  }
  return crossed;
}

/** An aborted comparison holds what was written, without what was not rated. */
function unrated(plain: Generation, edited: Generation): CrossProbabilities[] {
  return plain.texts.map(({ tokens }, i) => ({
    plainWhenEdited: tokens.map(() => NaN),
    editedWhenPlain: edited.texts[i]!.tokens.map(() => NaN),
  }));
}
