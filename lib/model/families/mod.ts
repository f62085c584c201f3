/**
 * The families that can be read, one data file each.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { gpt2 } from "./gpt2.ts";
import { gptNeoX } from "./gpt_neox.ts";
import { llama } from "./llama.ts";

/** Every family by its `model_type`. */
export const families: ReadonlyMap<string, Family> = new Map(
  [gpt2, gptNeoX, llama].map((family) => [family.name, family]),
);
