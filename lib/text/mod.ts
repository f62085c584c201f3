/**
 * Texts as tokens.
 *
 * @module
 */

export type { Encoding, Token } from "./token.ts";
export {
  type DecodeOptions,
  type EncodeOptions,
  Tokenizer,
  type TokenizerOptions,
} from "./tokenizer.ts";
