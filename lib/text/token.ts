/**
 * What an encoded text is: a token knows its id, the text it stands for and where that text stood.
 *
 * @module
 */

/** One token of a text. */
export interface Token {
  /** The row of the vocabulary. */
  readonly id: number;
  /**
   * The text that the token adds to a decoded text, with U+FFFD for bytes that are not whole characters. A continuing
   * piece of WordPiece keeps its mark ("##ing"), as nothing else tells it from the word "ing".
   */
  readonly text: string;
  /**
   * Where the token begins in the text, in UTF-16 units as `String.prototype.slice` counts. A token that holds a part of
   * a character has the range of the whole character. A token that stands for nothing in the text, such as a prepended
   * beginning-of-text token, has `start === end`.
   */
  readonly start: number;
  /** Where the token ends in the text, in UTF-16 units; see `start`. */
  readonly end: number;
  /** The bytes of UTF-8 that the token adds to a decoded text. Shared by all tokens of this id: not to be written to. */
  readonly bytes: Uint8Array;
  /** Whether the tokenizer lists the token as special, like `<|endoftext|>`. */
  readonly special: boolean;
}

/** A text as tokens. */
export interface Encoding {
  /** The text that `start` and `end` of the tokens count in: what was encoded, unchanged. */
  readonly text: string;
  /** The ids of the tokens. */
  readonly ids: readonly number[];
  /** The tokens, in order. */
  readonly tokens: readonly Token[];
  /**
   * Whether the first token is the tokenizer's beginning-of-text token, prepended or written in the text itself. Where it
   * was prepended it has `start === end`.
   */
  readonly beginning: boolean;
  /** Whether an end-of-text token was appended. */
  readonly end: boolean;
}
