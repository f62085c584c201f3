/**
 * What can be asked of a tokenizer.
 *
 * @module
 */

/** Options for `Tokenizer.encode`. */
export interface EncodeOptions {
  /**
   * Whether the beginning-of-text token comes first. It is never doubled: where the text itself begins with it, none is
   * prepended.
   *
   * @default {what the tokenizer's own settings say}
   */
  readonly beginning?: boolean;
  /**
   * Whether the end-of-text token comes last.
   *
   * @default {what the tokenizer's own settings say}
   */
  readonly end?: boolean;
}

/** Options for `Tokenizer.decode`. */
export interface DecodeOptions {
  /**
   * Whether special tokens are written out.
   *
   * @default {true}
   */
  readonly special?: boolean;
}

/** Options for `Tokenizer.fromJson`. */
export interface TokenizerOptions {
  /**
   * The name of the file that the settings came from, for messages.
   *
   * @default {"tokenizer.json"}
   */
  readonly file?: string;
}
