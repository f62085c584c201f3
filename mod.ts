/**
 * Innerworks opens up transformer language models in a notebook: a cell ends in an object, and the object draws itself.
 *
 * @example
 * ```ts
 * import { attentionPatterns, load } from "@innerworks/innerworks";
 *
 * const model = await load("seedling");
 * await attentionPatterns(model, "When Mary and John went to the store, John gave a key to");
 * ```
 *
 * @module
 */

import { keepOutputs } from "./lib/notebook/mod.ts";

export * from "./lib/stats/mod.ts";
export * from "./lib/tensor/mod.ts";
export * from "./lib/show/mod.ts";
export * from "./lib/text/mod.ts";
export * from "./lib/model/mod.ts";
export * from "./lib/data/mod.ts";
export * from "./lib/notebook/mod.ts";
export * from "./lib/run/mod.ts";
export * from "./lib/zoo/mod.ts";
export * from "./lib/lens/mod.ts";
export * from "./lib/decompose/mod.ts";
export * from "./lib/circuits/mod.ts";

// Deno's kernel loses outputs in headless runs; in a notebook this keeps them, elsewhere it does nothing.
keepOutputs();
