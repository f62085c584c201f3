/**
 * Lets a model write on, with edits alive in prompt and text.
 *
 * @module
 */

import { originFrom, withOrigin } from "../origin.ts";
import type { Prompt, PromptTokens, Transformer } from "../../model/mod.ts";
import { drawn, type DrawnPromise } from "../../show/mod.ts";
import { refuseOddSignal, tf } from "../../tensor/mod.ts";
import { type Cache, megabytes } from "../cache.ts";
import { checkModel } from "../check_model.ts";
import { capturedSites, sizesOf } from "../capture.ts";
import { spansIn } from "../spans.ts";
import { type GeneratedText, Generation, stopText } from "./generation.ts";
import { type GenerateOptions, type Manner, readManner } from "./generate_options.ts";
import { GenerationPasses } from "./passes.ts";
import { searchTexts } from "./search_texts.ts";
import { settleCache } from "./settle_cache.ts";
import { spreadEdits } from "./spread_edits.ts";
import { type StreamOutput, streamOutput } from "./stream_output.ts";
import { type Draft, writeTexts, type Writing } from "./write_texts.ts";
import { writtenText } from "./written_text.ts";

/**
 * Lets a model write on after a prompt.
 *
 * Prompts of different lengths go in one batch, and each text is what it would be alone. Keys and values are kept from
 * token to token. Edits are alive in every pass; positions count in the prompt from whose end negative ones count, and
 * `steps` says whether an edit is made in the prompt, in generated tokens, or in which of them: step 0 is the place of the
 * first generated token, so that an edit there first changes the second one. The place of a text's last token is computed
 * only where something is captured.
 *
 * @param model The model.
 * @param prompt Text, token ids, or a list of prompts.
 * @param options How many tokens, how they are chosen, what ends a text, and edits.
 * @returns The texts with the probability of each token; the promise draws itself. A signal that is raised does not throw:
 * the result holds what was written by then.
 * @throws {RangeError} If prompt and text together have more tokens than the model has positions, an option is outside its
 * range or contradicts another, an edit would touch nothing, or one names a step that never comes.
 * @throws {TypeError} If an option is not known, or of another kind than it must be.
 *
 * @example
 * ```ts
 * import { generate, load, zero } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const { text } = await generate(model, prompt, { tokens: 8 });
 * if (text !== " Mary.") throw new Error(text);
 * const edits = [zero("blocks.3.attn.z", { heads: [2] })];
 * const edited = await generate(model, prompt, { tokens: 8, edits });
 * if (edited.text === text) throw new Error("the head matters here");
 * ```
 */
export function generate(
  model: Transformer,
  prompt: Prompt,
  options: GenerateOptions = {},
): DrawnPromise<Generation> {
  return drawn(() => write(model, prompt, options));
}

async function write(
  model: Transformer,
  prompt: Prompt,
  options: GenerateOptions,
): Promise<Generation> {
  checkModel(model, "generate");
  const manner = readManner(model, options);
  const { edits = [], signal, onToken } = options;
  refuseOddSignal(signal);
  const prompts = model.tokenize(prompt);
  refuseTooLong(model, prompts, manner);
  refuseOddLists(options);
  refuseTooLarge(model, prompts, manner, options);
  const searches = manner.method === "beam search";
  const passes = passesOf(model, prompts, options, {
    tokens: manner.tokens,
    copies: searches ? manner.search.beams : manner.samples,
    capture: searches ? [] : options.capture ?? [],
  });
  const output = options.stream
    ? streamOutput(prompts.map(({ text }) => text), manner.samples, options.stream)
    : null;
  const writing = { model, prompts, manner, passes };
  let drafts: readonly Draft[] = prompts.flatMap((_, prompt) =>
    Array.from({ length: manner.samples }, (_, sample): Draft => {
      return { prompt, sample, tokens: [], stop: null, score: null };
    })
  );
  let searched: Cache | null = null;
  try {
    if (searches) {
      await searchTexts(writing, (found) => drafts = found);
      if (options.capture?.length) searched = await captured(writing, drafts, options);
    } else await writeTexts(writing, drafts, teller(onToken, output));
  } catch (error) {
    if (!signal?.aborted) {
      passes.cache.dispose();
      throw error;
    }
  } finally {
    passes.dispose();
  }
  const cache = searched ?? passes.cache;
  // What was stopped within the prompts has captured a part of the sites only.
  if (passes.columns === 0) cache.dispose();
  const longest = Math.max(...prompts.map(({ ids }) => ids.length));
  settleCache(cache, drafts.map(({ tokens }) => longest + tokens.length));
  const texts = drafts.map((draft) => textOf(model, prompts, draft, manner));
  output?.end(texts.map((text) => ({ text: text.text, note: stopText(text) })));
  const untouched = passes.untouched.map((place) => edits[place]!);
  const written = { prompts, texts, manner, edits, untouched };
  const result = withOrigin(new Generation(model.provenance.name, written, cache), model, {
    name: "generate",
    given: { prompt: prompts, options: { ...options, onToken: undefined } },
    prompts,
  });
  originFrom(cache, result, ".cache");
  return result;
}

function passesOf(
  model: Transformer,
  prompts: readonly PromptTokens[],
  options: GenerateOptions,
  { tokens, copies, capture }: {
    readonly tokens: number;
    readonly copies: number;
    readonly capture: NonNullable<GenerateOptions["capture"]>;
  },
): GenerationPasses {
  const { edits = [], spans, signal, useCache = true } = options;
  const made: tf.Tensor[] = [];
  try {
    return new GenerationPasses({
      model,
      prompts,
      copies,
      edits: spreadEdits(edits, prompts.length, copies, made),
      made,
      captured: new Set(capturedSites(model, capture)),
      tokens,
      useCache,
      ...spans ? { spans: spansIn(prompts, spans) } : {},
      ...signal ? { signal } : {},
    });
  } catch (error) {
    tf.dispose(made);
    throw error;
  }
}

/** Captures what one pass over the texts that a search found holds: while it searched, rows changed their places. */
async function captured(
  { model, prompts, manner: { tokens, samples } }: Omit<Writing, "passes">,
  drafts: readonly Draft[],
  options: GenerateOptions,
): Promise<Cache> {
  const { capture = [], signal: _, ...rest } = options;
  using passes = passesOf(model, prompts, { ...rest, useCache: false }, {
    tokens,
    copies: samples,
    capture,
  });
  try {
    await passes.all(drafts.map((draft) => draft.tokens.map(({ id }) => id)));
    return passes.cache;
  } catch (error) {
    passes.cache.dispose();
    throw error;
  }
}

/** Refuses what a compiler would. */
function refuseOddLists({ edits = [], capture = [] }: GenerateOptions): void {
  for (const [name, value] of Object.entries({ edits, capture })) {
    if (Array.isArray(value)) continue;
    throw new TypeError(
      `Cannot generate as ${name} must be a list: current value is ${
        typeof value === "object" ? "an object" : JSON.stringify(value)
      }`,
    );
  }
}

/** Refuses a capture of more bytes than were allowed, if every text grew as long as it may. */
function refuseTooLarge(
  model: Transformer,
  prompts: readonly PromptTokens[],
  { samples, tokens }: Manner,
  { capture = [], captureLimit = 2 ** 31 }: GenerateOptions,
): void {
  if (typeof captureLimit !== "number" || !(captureLimit >= 0)) {
    throw new RangeError(
      `Cannot generate as captureLimit must be a number of bytes from 0 on: current value is ${captureLimit}`,
    );
  }
  const columns = Math.max(...prompts.map(({ ids }) => ids.length)) + tokens;
  const bytes = sizesOf(model, capturedSites(model, capture), prompts.length * samples, columns)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  if (bytes <= captureLimit) return;
  throw new RangeError(
    `Cannot capture ${megabytes(bytes)} MB as it must be at most ${
      megabytes(captureLimit)
    } MB: capture fewer sites, write fewer tokens, or raise captureLimit`,
  );
}

/** Tells those who want to hear of every token. */
function teller(
  onToken: GenerateOptions["onToken"],
  output: StreamOutput | null,
): (draft: Draft, text: () => string) => void {
  return ({ prompt, sample, tokens }, text) => {
    if (!onToken && !output) return;
    const { id, token } = tokens.at(-1)!;
    const written = { prompt, sample, step: tokens.length - 1, token, id, text: text() };
    onToken?.(written);
    output?.token(written);
  };
}

function refuseTooLong(
  { architecture: { positions } }: Transformer,
  prompts: readonly PromptTokens[],
  { tokens }: Manner,
): void {
  const longest = Math.max(...prompts.map(({ ids }) => ids.length));
  if (longest + tokens <= positions) return;
  throw new RangeError(
    `Cannot generate ${tokens} tokens as prompt and text must have at most ${positions} together, the model's positions: ` +
      `the prompt has ${longest}, so that there is room for ${positions - longest}`,
  );
}

/** A draft in its final form. */
function textOf(
  model: Transformer,
  prompts: readonly PromptTokens[],
  { prompt, sample, tokens, stop, score }: Draft,
  { keepStop }: Manner,
): GeneratedText {
  const ids = tokens.map(({ id }) => id);
  const kept = stop?.reason === "token" && !keepStop ? ids.slice(0, -1) : ids;
  const whole = writtenText(model, prompts[prompt]!, kept);
  return {
    prompt,
    sample,
    tokens,
    text: stop?.at != null && !keepStop ? whole.slice(0, stop.at) : whole,
    stopped: stop?.reason ?? "aborted",
    stoppedBy: stop?.reason === "token" ? tokens.at(-1)!.token.text : stop?.string ?? null,
    logProbability: tokens.reduce((sum, { logProbability }) => sum + logProbability, 0),
    score,
  };
}
