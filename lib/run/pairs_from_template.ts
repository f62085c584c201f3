/**
 * Pairs of prompts made from a sentence with slots.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import {
  filled,
  pairTexts,
  parseTemplate,
  type TemplateOptions,
  templateOptions,
  type TemplatePart,
} from "./pair_template.ts";
import { type PromptPairs, promptPairs } from "./prompt_pairs.ts";

/** Options for {@linkcode pairsFromTemplate}. */
export interface PairsFromTemplateOptions extends TemplateOptions {
  /** How many pairs are made, each different from the others. */
  readonly count: number;
  /** Whether answers of several tokens are allowed; see `promptPair`. @default {false} */
  readonly firstToken?: boolean;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/**
 * Makes pairs of prompts from a sentence with slots.
 *
 * A slot is written `{slot}`, or `{slot:label}` where one of its places is to change alone or to have a name. All fillers of
 * a slot must have as many tokens, so that a position means the same in every pair. Slots and labels name the spans.
 *
 * @param model The model.
 * @param template The sentence, or several that are drawn from.
 * @param options Fillers, what changes in the corrupt prompt, answers, how many, and the seed.
 * @returns The pairs; the promise draws itself.
 * @throws {RangeError} If the fillers of a slot differ in their number of tokens, a slot is not known, or there are not as
 * many different pairs.
 *
 * @example
 * ```ts
 * import { load, pairsFromTemplate } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const names = ["Mary", "John", "Emma", "Peter", "Anna"];
 * const pairs = await pairsFromTemplate(
 *   model,
 *   "When {A:IO} and {B:S1} went to the {place}, {B:S2} gave a key to",
 *   {
 *     slots: { A: names, B: names, place: ["store", "park"] },
 *     corrupt: { S2: { slot: "A" } },
 *     answer: " {A}",
 *     wrong: " {B}",
 *     count: 10,
 *     seed: 0,
 *   },
 * );
 * if (pairs.spans.S2![0]!.join() !== "10") throw new Error("the giver stands at position 10");
 * ```
 */
export function pairsFromTemplate(
  model: Transformer,
  template: string | readonly string[],
  options: PairsFromTemplateOptions,
): DrawnPromise<PromptPairs> {
  return drawn(() => make(model, template, options));
}

async function make(
  model: Transformer,
  template: string | readonly string[],
  options: PairsFromTemplateOptions,
): Promise<PromptPairs> {
  const known = [...templateOptions, "count", "firstToken", "signal"];
  refuseUnknownOptions("make pairs from a template", options, known);
  const { count, firstToken, signal, ...rest } = options;
  const templates = typeof template === "string" ? [template] : template;
  for (const one of templates) refuseUnequalFillers(model, one, parseTemplate(one, rest), rest);
  const source = {
    title: templates.length === 1 ? templates[0]! : `${templates.length} templates`,
    count,
    candidates: () => pairTexts(templates, rest),
  };
  return await promptPairs(model, source, {
    ...firstToken === undefined ? {} : { firstToken },
    ...signal ? { signal } : {},
  });
}

/** Refuses fillers of a slot that have not as many tokens as its first, where they stand in the template. */
function refuseUnequalFillers(
  model: Transformer,
  template: string,
  parts: readonly TemplatePart[],
  { slots }: TemplateOptions,
): void {
  const tokens = (slot: string, filler: string) =>
    model.tokenize(filled(parts, (other) => other === slot ? filler : slots[other]![0]!).text)[0]!;
  const used = new Set(parts.flatMap((part) => typeof part === "string" ? [] : [part.slot]));
  for (const slot of used) {
    const [first, ...others] = slots[slot]!;
    const expected = tokens(slot, first!).ids.length;
    const odd = others.filter((filler) => tokens(slot, filler).ids.length !== expected);
    if (odd.length === 0) continue;
    throw new RangeError(
      `Cannot fill ${JSON.stringify(template)} as all fillers of ${
        JSON.stringify(slot)
      } must have as many tokens as ${JSON.stringify(first)}: ${odd.length} of ${
        others.length + 1
      } have not, such as ${odd.slice(0, 5).map((filler) => JSON.stringify(filler)).join(", ")}`,
    );
  }
}
