/**
 * The one place that names `@huggingface/tokenizers`: a tokenizer in TypeScript that reads `tokenizer.json`.
 *
 * @module
 */

export * from "npm:@huggingface/tokenizers@0.2.0";
