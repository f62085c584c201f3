/**
 * Tokenizers: text to tokens and back, exactly, with the place of every token in the text.
 *
 * The pipeline is that of Hugging Face's tokenizers (added tokens, normalizer, pre-tokenizer, model, template), and so
 * are the ids. Offsets, exact decoding and the manners are ours.
 *
 * @module
 */

import { addedTokens, type Splitter, splitter } from "./added_tokens.ts";
import { Aligned } from "./aligned.ts";
import {
  type ChatMessage,
  type ChatOptions,
  type ChatTemplates,
  chatTemplates,
  writeChat,
} from "./chat.ts";
import { decoder } from "./decoders.ts";
import { endTokenIds } from "./end_tokens.ts";
import { type Model, model } from "./models.ts";
import { type Normalizer, normalizer } from "./normalizers.ts";
import { type PreTokenizer, preTokenizer } from "./pre_tokenizers.ts";
import { singleToken } from "./single_token.ts";
import { type Template, template } from "./templates.ts";
import type { Encoding, Token } from "./token.ts";
import { Part } from "./tokenizer_json.ts";
import type { DecodeOptions, EncodeOptions, TokenizerOptions } from "./tokenizer_options.ts";
import { byteRanges, checkText, fromBytes } from "./utf8.ts";
import { Vocabulary } from "./vocabulary.ts";

/**
 * Cuts texts into tokens and joins tokens to texts.
 *
 * @example Usage
 * ```ts
 * import { Tokenizer } from "@innerworks/innerworks";
 *
 * const tokenizer = Tokenizer.fromJson({
 *   model: { type: "WordPiece", vocab: { "[UNK]": 0, "play": 1, "##ing": 2 } },
 *   decoder: { type: "WordPiece" },
 * });
 * const { ids, tokens } = tokenizer.encode("playing");
 * console.log(ids, tokens[1]!.text, tokens[1]!.start); // [ 1, 2 ] ##ing 4
 * console.log(tokenizer.decode(ids)); // playing
 * ```
 */
export class Tokenizer {
  /** One more than the largest id. */
  readonly vocabularySize: number;
  /** The token that stands before a text, whether or not the settings ask for it; `null` if there is none. */
  readonly beginningToken: Token | null;
  /** The token that stands after a text, whether or not the settings ask for it; `null` if there is none. */
  readonly endToken: Token | null;
  /**
   * The tokens that end a text which a model writes: those of the checkpoint's `generation_config.json`, else the
   * end-of-text token; empty if there is none.
   */
  readonly endTokens: readonly Token[];

  readonly #splitGiven: Splitter;
  readonly #splitNormalized: Splitter;
  readonly #normalize: Normalizer;
  readonly #preTokenize: PreTokenizer;
  readonly #model: Model;
  readonly #template: Template;
  readonly #vocabulary: Vocabulary;
  readonly #chat: ChatTemplates;

  private constructor(whole: Part, config: Part | null, { chatTemplate, generationConfig }: Parts) {
    const modelPart = whole.part("model") ?? whole.refuse("model", "an object");
    this.#model = model(modelPart);
    this.#normalize = normalizer(whole.part("normalizer"));
    this.#preTokenize = preTokenizer(whole.part("pre_tokenizer"));
    const added = addedTokens(whole);
    this.#vocabulary = new Vocabulary(this.#model, added, decoder(whole.part("decoder")));
    this.vocabularySize = this.#vocabulary.size;
    this.#splitGiven = splitter(
      added.filter(({ normalized }) => !normalized).map((token) => [token.content, token]),
    );
    this.#splitNormalized = splitter(
      added.filter(({ normalized }) => normalized).map((token) => [
        this.#normalize(Aligned.original(token.content, 0)).text,
        token,
      ]),
    );
    const byContent = new Map(added.map(({ content, id }) => [content, id]));
    this.#template = template(
      whole,
      config,
      (content) => byContent.get(content) ?? this.#model.ids.get(content),
    );
    const { beginning, end } = this.#template;
    this.beginningToken = beginning === null ? null : this.token(beginning);
    this.endToken = end === null ? null : this.token(end);
    const has = (id: number): boolean => this.#vocabulary.has(id);
    this.endTokens = endTokenIds(generationConfig, end, has).map((id) => this.token(id));
    this.#chat = chatTemplates(config, chatTemplate);
  }

  /**
   * Builds a tokenizer from the files that Hugging Face's tokenizers write. Settings for truncation and padding are not
   * applied.
   *
   * @param tokenizerJson The content of `tokenizer.json`, parsed.
   * @param tokenizerConfig The content of `tokenizer_config.json`, parsed; it says which tokens begin and end a text.
   * @param options Where the settings came from.
   * @throws {SyntaxError} If a setting is not what it must be, or asks for what the library cannot do.
   */
  static fromJson(
    tokenizerJson: unknown,
    tokenizerConfig?: unknown,
    options: TokenizerOptions = {},
  ): Tokenizer {
    const { file = "tokenizer.json", generationConfig, chatTemplate } = options;
    const beside = (name: string, value: unknown): Part | null =>
      value === undefined ? null : Part.whole(file.replace(/[^/\\]*$/, name), value);
    // Only config.json says what model it is of.
    const isModel = Object.hasOwn(Object(generationConfig), "model_type");
    const generation = isModel ? "config.json" : "generation_config.json";
    return new Tokenizer(
      Part.whole(file, tokenizerJson),
      beside("tokenizer_config.json", tokenizerConfig),
      { chatTemplate, generationConfig: beside(generation, generationConfig) },
    );
  }

  /**
   * Cuts a text into tokens.
   *
   * @throws {TypeError} If the text is not well formed: half a surrogate pair cannot be written as UTF-8.
   * @throws {RangeError} If a piece of the text has no token and there is no unknown token, or `beginning` or `end` asks
   * for a token that the tokenizer lacks.
   */
  encode(text: string, options: EncodeOptions = {}): Encoding {
    checkText(text);
    const tokens: Token[] = [];
    for (const section of this.#splitGiven(Aligned.original(text, 0))) {
      if (section.token !== null) {
        tokens.push(this.#placed(section.token.id, section.text, 0, section.text.text.length));
      } else {
        this.#encodeSection(section.text, tokens);
      }
    }
    return this.#surrounded(text, tokens, options);
  }

  /** Cuts many texts into tokens, each on its own. */
  encodeBatch(texts: readonly string[], options: EncodeOptions = {}): Encoding[] {
    return texts.map((text) => this.encode(text, options));
  }

  /**
   * Writes a conversation as the checkpoint's chat template does, and cuts it into tokens. Which special tokens there
   * are is the template's affair: none is added to those that it writes. A message that spells a special token gets it, as
   * in transformers.
   *
   * @throws {TypeError} If a message is none, or an option is not known.
   * @throws {RangeError} If there is no such template, it refuses the messages, or it computes without end.
   * @throws {SyntaxError} If the template cannot be run.
   */
  async chat(messages: readonly ChatMessage[], options: ChatOptions = {}): Promise<Encoding> {
    const text = await writeChat(this.#chat, messages, options);
    return this.encode(text, { beginning: false, end: false });
  }

  /**
   * Joins tokens to the text that they stand for, exactly: no spaces are cleaned up. Bytes that are not UTF-8 become
   * U+FFFD. With a tokenizer that keeps the text, as byte-level ones do that put no space first, the decoded ids of a
   * text are the text.
   *
   * @throws {RangeError} If no token has one of the ids.
   */
  decode(ids: readonly number[], options: DecodeOptions = {}): string {
    const { special = true } = options;
    const entries = ids.map((id) => this.#vocabulary.entry(id));
    return fromBytes(
      this.#vocabulary.join(special ? entries : entries.filter((x) => !x.special)).bytes,
    );
  }

  /**
   * Gives the tokens of ids that did not come from a text.
   *
   * @returns The tokens, with their places in the decoded text.
   * @throws {RangeError} If no token has one of the ids.
   */
  fromIds(ids: readonly number[]): Encoding {
    const entries = ids.map((id) => this.#vocabulary.entry(id));
    const { bytes, ends } = this.#vocabulary.join(entries);
    const ranges = byteRanges(bytes);
    let at = 0;
    let position = 0;
    const tokens = entries.map((entry, index) => {
      const to = ends[index]!;
      const start = to > at ? ranges.starts[at]! : position;
      position = to > at ? ranges.ends[to - 1]! : position;
      at = to;
      return { ...entry, start, end: position };
    });
    return {
      text: fromBytes(bytes),
      ids: [...ids],
      tokens,
      ...this.#marks(ids),
    };
  }

  /**
   * Gives the token of an id, as it stands on its own.
   *
   * @throws {RangeError} If no token has the id.
   */
  token(id: number): Token {
    const entry = this.#vocabulary.entry(id);
    return { ...entry, start: 0, end: entry.text.length };
  }

  /**
   * Gives the id of a text that is one token, such as an answer whose logit is to be read.
   *
   * @throws {RangeError} If the text is not one token; the message says into which tokens it splits, and whether a
   * leading space more or less makes it one.
   */
  toSingleToken(text: string): number {
    return singleToken(text, (text) => this.encode(text, { beginning: false, end: false }).tokens);
  }

  /** Cuts what stands between added tokens. */
  #encodeSection(section: Aligned, tokens: Token[]): void {
    const first = section.start(0) === 0;
    for (const { text, token } of this.#splitNormalized(this.#normalize(section))) {
      if (token !== null) {
        tokens.push(this.#placed(token.id, text, 0, text.text.length));
        continue;
      }
      for (const word of this.#preTokenize([text], first)) {
        if (word.text === "") continue;
        for (const { id, from, to } of this.#model.cut(word.text)) {
          tokens.push(this.#placed(id, word, from, to));
        }
      }
    }
  }

  /** Puts round tokens what the options or the settings say. */
  #surrounded(text: string, tokens: Token[], options: EncodeOptions): Encoding {
    const { before, after } = this.#template;
    const { beginning = before.length > 0, end = after.length > 0 } = options;
    const first = this.beginningToken;
    const last = this.endToken;
    if (beginning && first === null) refuseMissing("beginning", "a beginning-of-text");
    if (end && last === null) refuseMissing("end", "an end-of-text");
    const begins = tokens[0]?.id === first?.id;
    const ends = tokens.at(-1)?.id === last?.id;
    if (beginning && !begins) {
      const ids = before.length > 0 ? before : [first!.id];
      tokens.unshift(...ids.map((id) => ({ ...this.#vocabulary.entry(id), start: 0, end: 0 })));
    }
    if (end && !ends) {
      const ids = after.length > 0 ? after : [last!.id];
      const place = { start: text.length, end: text.length };
      tokens.push(...ids.map((id) => ({ ...this.#vocabulary.entry(id), ...place })));
    }
    const ids = tokens.map(({ id }) => id);
    return { text, ids, tokens, ...this.#marks(ids) };
  }

  /** Whether ids begin and end with the tokens for that; a single id cannot do both. */
  #marks(ids: readonly number[]): { beginning: boolean; end: boolean } {
    const beginning = ids.length > 0 && ids[0] === this.beginningToken?.id;
    const end = ids.length > (beginning ? 1 : 0) && ids.at(-1) === this.endToken?.id;
    return { beginning, end };
  }

  /** A token at its place in the original text. */
  #placed(id: number, piece: Aligned, from: number, to: number): Token {
    const start = piece.start(from);
    return { ...this.#vocabulary.entry(id), start, end: Math.max(start, piece.end(to - 1)) };
  }
}

/** What stands beside the settings of a tokenizer. */
interface Parts {
  readonly chatTemplate: TokenizerOptions["chatTemplate"] | undefined;
  readonly generationConfig: Part | null;
}

/** Says that an option asks for a token that the tokenizer lacks. */
function refuseMissing(option: string, kind: string): never {
  throw new RangeError(
    `Cannot encode with { ${option}: true } as the tokenizer must have ${kind} token: ` +
      "neither its post-processor nor its tokenizer_config.json names one",
  );
}
