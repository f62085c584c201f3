/**
 * Texts as tokens.
 *
 * @module
 */

export type { ChatMessage, ChatOptions } from "./chat.ts";
export { readTokenizer, tokenizerFiles } from "./read_tokenizer.ts";
export type { Encoding, Token } from "./token.ts";
export { Tokenizer } from "./tokenizer.ts";
export type { DecodeOptions, EncodeOptions, TokenizerOptions } from "./tokenizer_options.ts";
