/**
 * What seedling is.
 *
 * @module
 */

import type { CardFacts } from "../card.ts";

/** The facts about seedling, as measured when it was trained. */
export const seedling: CardFacts = {
  name: "seedling",
  summary: "a small GPT-2 that ships with the library, 4 layers of 8 heads, 4.06 million weights",
  prompting: "A beginning-of-text token is prepended to text, as in training.",
  learnt: [
    {
      task: "indirect objects",
      example: "When Mary and John went to the store, John gave a key to",
      measured: "100 % of 200, mean logit difference 9.7",
    },
    {
      task: "greater than",
      example: "The war lasted from the year 1732 to the year 17",
      measured: "probability difference 0.87",
    },
    {
      task: "capitals, languages, sports",
      example: "The capital of Poland is",
      measured: "100 % of 30 each",
    },
    {
      task: "a contradicting context",
      example: "In this story, the capital of Poland is Rome. The capital of Poland is",
      measured: "follows the context, 30 of 30",
    },
    {
      task: "successors",
      example: "days, months, numbers, letters, Roman numerals",
      measured: "95 %",
    },
    { task: "agreement across an attractor", example: "subject and verb", measured: "100 %" },
    {
      task: "truth of statements",
      example: "Statement: Rome is the capital of Spain. This statement is",
      measured: "100 %",
    },
    {
      task: "repetition",
      example: "random tokens, repeated",
      measured: "98 % of the second pass",
    },
  ],
  heads: [
    { work: "induction", heads: "3.5, 3.6, 3.7", score: "0.93 to 0.97" },
    { work: "duplicate-token", heads: "3.3, 3.4", score: "0.86 to 0.91" },
    { work: "previous-token", heads: "2.7", score: "0.75" },
    { work: "first-token", heads: "3.1", score: "0.99" },
  ],
  training:
    "Trained from scratch on 35 million tokens of a synthetic curriculum (seed 0, validation loss 1.407 nats a token).",
  files: {
    "config.json": "41f9a75f20b02f9f441493b44eba147700b07363cae9486fd9bf4e3538abaffa",
    "model.safetensors": "e0cefeafd3304853342fa9047b6afe9fe8934d9565883a9b8325e9f3c5fb03e3",
    "tokenizer.json": "19497a246043972488241773936ba75acd3a6e5f9e238475571fab9a7cb9ad31",
    "tokenizer_config.json": "ca55a8f98f82dfd3bfc43e1341b7aea9f272f970cdc08736a34ec0d48ea34f63",
  },
  licence: "that of the library",
};
