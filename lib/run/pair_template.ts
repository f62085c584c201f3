/**
 * Sentences with slots, and pairs of them in which chosen slots are filled in otherwise.
 *
 * @module
 */

import { refuseUnknownOptions } from "../show/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import type { PairAnswer } from "./pair_answers.ts";
import type { CharacterRange } from "./pair_spans.ts";
import type { PairText } from "./prompt_pair.ts";

/** What fills each slot. */
export type SlotValues = Readonly<Record<string, string>>;

/**
 * What a slot holds in the corrupt prompt: another of its own fillers that the example does not use yet, what another slot
 * holds in the clean prompt, or one of a list.
 */
export type SlotChange = "another" | { readonly slot: string } | readonly string[];

/**
 * An answer: a text with slots, filled in as in the clean prompt, or what a function makes of the slots of both prompts;
 * those of the corrupt one hold changed labels too.
 */
export type TemplateAnswer = string | ((clean: SlotValues, corrupt: SlotValues) => PairAnswer);

/** What {@linkcode pairTexts} fills in. */
export interface TemplateOptions {
  /** What may fill each slot. No filler stands in two slots of one example. */
  readonly slots: Readonly<Record<string, readonly string[]>>;
  /** What changes in the corrupt prompt, by slot, or by label for one place of a slot that stands in several. */
  readonly corrupt: Readonly<Record<string, SlotChange>>;
  /** What should follow the clean prompt. */
  readonly answer: TemplateAnswer;
  /** What it is told from. */
  readonly wrong: TemplateAnswer;
  /** The seed: the same seed makes the same pairs. */
  readonly seed: number;
}

/** The names of {@linkcode TemplateOptions}. */
export const templateOptions = ["slots", "corrupt", "answer", "wrong", "seed"] as const;

/** A place in a template: text, or a slot with its label. */
export type TemplatePart = string | { readonly slot: string; readonly label: string | undefined };

/**
 * Makes pairs of a template, without end and without a model: `promptPairs` and `pairsFromTemplate` check them.
 *
 * A slot is written `{slot}`, or `{slot:label}` where one of its places is to have a name of its own. Slots and labels name
 * the spans of each pair.
 *
 * @param template The sentence, or several that are drawn from.
 * @param options Fillers, what changes, answers, and the seed.
 * @returns Pairs, one after another; some may be the same.
 * @throws {RangeError} If a slot or label is not known, or has no filler.
 *
 * @example
 * ```ts
 * import { pairTexts } from "@innerworks/innerworks";
 * const [pair] = pairTexts("The capital of {country} is", {
 *   slots: { country: ["Poland", "France"] },
 *   corrupt: { country: "another" },
 *   answer: ({ country }) => country === "Poland" ? " Warsaw" : " Paris",
 *   wrong: (_, { country }) => country === "Poland" ? " Warsaw" : " Paris",
 *   seed: 0,
 * });
 * if (pair!.clean === pair!.corrupt) throw new Error("the country must differ");
 * ```
 */
export function* pairTexts(
  template: string | readonly string[],
  options: TemplateOptions,
): Generator<PairText, void> {
  refuseUnknownOptions("fill a template", options, templateOptions);
  const templates = (typeof template === "string" ? [template] : template).map((text) =>
    parseTemplate(text, options)
  );
  if (templates.length === 0) {
    throw new RangeError("Cannot fill a template as there must be at least one: there is none");
  }
  const random = new RandomStream(options.seed, "template");
  for (;;) {
    const parts = draw(random, templates), clean = fillSlots(parts, options.slots, random);
    const changed = changes(parts, options, clean, random);
    const corrupt = { ...clean, ...changed };
    const { text, spans } = filled(parts, (slot) => clean[slot]!);
    yield {
      clean: text,
      corrupt: filled(parts, (slot, label) =>
        (label === undefined ? undefined : changed[label]) ?? changed[slot] ?? clean[slot]!).text,
      answer: answerOf(options.answer, clean, corrupt),
      wrong: answerOf(options.wrong, clean, corrupt),
      spans,
    };
  }
}

/**
 * Takes a template apart and checks its slots.
 *
 * @throws {RangeError} If a slot has no fillers, or a change names neither a slot nor a label.
 */
export function parseTemplate(
  template: string,
  { slots, corrupt }: Pick<TemplateOptions, "slots" | "corrupt">,
): readonly TemplatePart[] {
  const parts: TemplatePart[] = [], what = `Cannot fill ${JSON.stringify(template)} as`;
  let from = 0;
  for (
    const { 0: whole, 1: slot, 2: label, index } of template.matchAll(
      /\{([^{}:]*)(?::([^{}]*))?\}/g,
    )
  ) {
    if (index > from) parts.push(template.slice(from, index));
    if (!Object.hasOwn(slots, slot!)) {
      throw new RangeError(
        `${what} each slot must have fillers: ${JSON.stringify(slot)} is none of ${
          Object.keys(slots).join(", ")
        }`,
      );
    }
    if (label !== undefined && Object.hasOwn(slots, label)) {
      throw new RangeError(`${what} a label must not be a slot too: current value is ${label}`);
    }
    parts.push({ slot: slot!, label });
    from = index + whole.length;
  }
  if (from < template.length) parts.push(template.slice(from));
  const names = parts.flatMap((part) =>
    typeof part === "string" ? [] : [part.slot, part.label ?? []].flat()
  );
  for (const name of Object.keys(corrupt)) {
    if (names.includes(name)) continue;
    throw new RangeError(
      `${what} what changes must be a slot or a label of it: ${JSON.stringify(name)} is none of ${
        [...new Set(names)].join(", ")
      }`,
    );
  }
  for (const [slot, fillers] of Object.entries(slots)) {
    if (
      Array.isArray(fillers) && fillers.length > 0 &&
      fillers.every((text) => typeof text === "string")
    ) continue;
    throw new RangeError(
      `${what} the fillers of ${
        JSON.stringify(slot)
      } must be a list of texts with at least one: current value is ${JSON.stringify(fillers)}`,
    );
  }
  return parts;
}

/**
 * Fills a template, and says where what was filled in came to stand.
 *
 * @param template The sentence, with slots written `{slot}` or `{slot:label}`.
 * @param values What each slot holds.
 * @returns The text, and for each slot and label the stretches of it.
 * @throws {RangeError} If a slot has no value.
 *
 * @example
 * ```ts
 * import { fillTemplate } from "@innerworks/innerworks";
 * const { text, spans } = fillTemplate("The capital of {country} is", { country: "Poland" });
 * const [{ start, end }] = spans.country as [{ start: number; end: number }];
 * if (text.slice(start, end) !== "Poland") throw new Error("not where it stands");
 * ```
 */
export function fillTemplate(
  template: string,
  values: SlotValues,
): { text: string; spans: Record<string, CharacterRange[]> } {
  const slots = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  return filled(parseTemplate(template, { slots, corrupt: {} }), (slot) => values[slot]!);
}

/** Puts texts into slots, and says where they came to stand, by slot and by label. */
export function filled(
  parts: readonly TemplatePart[],
  fill: (slot: string, label: string | undefined) => string,
): { text: string; spans: Record<string, CharacterRange[]> } {
  const spans: Record<string, CharacterRange[]> = {};
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const start = text.length;
    text += fill(part.slot, part.label);
    // An empty filler has no place.
    if (text.length === start) continue;
    const range = { start, end: text.length };
    for (const name of [part.slot, part.label]) {
      if (name !== undefined) (spans[name] ??= []).push(range);
    }
  }
  return { text, spans };
}

const draw = <T>(random: RandomStream, list: readonly T[]): T => list[random.integer(list.length)]!;

/** A filler for each slot of a template, no two the same. */
function fillSlots(
  parts: readonly TemplatePart[],
  slots: TemplateOptions["slots"],
  random: RandomStream,
): SlotValues {
  const values: Record<string, string> = {};
  for (const part of parts) {
    if (typeof part === "string" || part.slot in values) continue;
    values[part.slot] = unused(part.slot, slots[part.slot]!, Object.values(values), random);
  }
  return values;
}

/** A filler that is not in use. */
function unused(
  slot: string,
  fillers: readonly string[],
  used: readonly string[],
  random: RandomStream,
): string {
  const left = fillers.filter((filler) => !used.includes(filler));
  if (left.length > 0) return draw(random, left);
  throw new RangeError(
    `Cannot fill slot ${
      JSON.stringify(slot)
    } as it must have a filler that no other slot of the example holds: its ${fillers.length} are all in use`,
  );
}

/** What each changed slot or label holds in the corrupt prompt. */
function changes(
  parts: readonly TemplatePart[],
  { slots, corrupt }: TemplateOptions,
  clean: SlotValues,
  random: RandomStream,
): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const [name, change] of Object.entries(corrupt)) {
    const used = [...Object.values(clean), ...Object.values(changed)];
    if (change === "another") {
      const place = parts.find((part) => typeof part === "object" && part.label === name);
      const slot = typeof place === "object" ? place.slot : name;
      changed[name] = unused(slot, slots[slot]!, used, random);
    } else if (Array.isArray(change)) {
      changed[name] = draw(random, change as readonly string[]);
    } else {
      const slot = (change as { readonly slot?: string } | null)?.slot;
      if (slot === undefined || !Object.hasOwn(clean, slot)) {
        throw new RangeError(
          `Cannot fill ${
            JSON.stringify(name)
          } as it must take "another", a list or { slot } of a slot: current value is ${
            JSON.stringify(change)
          }`,
        );
      }
      changed[name] = clean[slot]!;
    }
  }
  return changed;
}

/** An answer as text. */
function answerOf(answer: TemplateAnswer, clean: SlotValues, corrupt: SlotValues): PairAnswer {
  if (typeof answer === "function") return answer(clean, corrupt);
  return answer.replace(/\{([^{}]*)\}/g, (_, slot: string) => {
    if (Object.hasOwn(clean, slot)) return clean[slot]!;
    throw new RangeError(
      `Cannot fill the answer ${JSON.stringify(answer)} as each slot must be one of the template: ${
        JSON.stringify(slot)
      } is none of ${Object.keys(clean).join(", ")}`,
    );
  });
}
