/**
 * Texts as tokens.
 *
 * @module
 */

export type { Encoding, Token } from "./token.ts";
export { Tokenizer } from "./tokenizer.ts";
export type { DecodeOptions, EncodeOptions, TokenizerOptions } from "./tokenizer_options.ts";
