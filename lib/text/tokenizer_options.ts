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
  /**
   * The content of `generation_config.json`, or of `config.json` where there is no such file, parsed: the
   * `eos_token_id` of both says which tokens end a text that a model writes.
   *
   * @default {none: the end-of-text token alone ends one}
   */
  readonly generationConfig?: unknown;
  /**
   * The chat template, or several by name, where files of their own hold them (`chat_template.jinja`); they go before
   * those of `tokenizer_config.json`.
   *
   * @default {what tokenizer_config.json holds}
   */
  readonly chatTemplate?: string | Readonly<Record<string, string>>;
}
