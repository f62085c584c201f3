/**
 * Gradients of a fixture at every site and by every weight, as numbers; run as a script, those of the families that it is
 * given are printed as JSON, from whatever backend the environment names.
 *
 * @module
 */

import { crossEntropy, gradients } from "../../../lib/run/mod.ts";
import { readNumbers } from "../../../lib/tensor/mod.ts";
import { fixtureModel, type FixtureName, PROMPTS } from "../../model/fixture.ts";

/** The gradients of the cross-entropy of the fixtures' prompts. */
export async function gradientNumbers(family: FixtureName): Promise<Record<string, number[]>> {
  const model = await fixtureModel(family);
  const weights = ["W_E", "W_U", "W_Q", "W_K", "W_V", "W_O", "W_in", "W_out", "ln_final.w"];
  using found = await gradients(model, PROMPTS, crossEntropy(), { at: ["*"], weights });
  return Object.fromEntries([
    ...found.at.sites.map((site) => [site, [...readNumbers(found.get(site))]]),
    ...weights.map((name) => [name, [...readNumbers(found.weight(name))]]),
  ]);
}

if (import.meta.main) {
  const all: Record<string, Record<string, number[]>> = {};
  for (const family of Deno.args) all[family] = await gradientNumbers(family as FixtureName);
  console.log(JSON.stringify(all));
}
