/**
 * The families that can be read, by name.
 *
 * @module
 */

import * as all from "./families/mod.ts";
import type { Family } from "./family.ts";

/** Every family by its `model_type`. */
export const families: ReadonlyMap<string, Family> = new Map(
  Object.values<Family>(all).map((family) => [family.name, family]),
);
