/**
 * Which tokens of a prompt edits touch, by name.
 *
 * @module
 */

import type { Prompt, PromptTokens, Transformer } from "../model/mod.ts";
import { tokenText } from "../show/mod.ts";
import { type Edit, editText } from "./edit.ts";
import { layOut } from "./layout.ts";
import { plannedEdits } from "./planned_edit.ts";
import { columnsOf, columnsWithin } from "./resolve.ts";
import { type Spans, spansIn } from "./spans.ts";

/** Some tokens of a prompt. */
export interface PlacedTokens {
  /** Their positions in it. */
  readonly positions: readonly number[];
  /** Their texts. */
  readonly texts: readonly string[];
}

/** The tokens of a prompt that an edit touches. */
export interface ListedTokens extends PlacedTokens {
  /** The prompt. */
  readonly example: number;
  /** Whether these are all tokens of the prompt. */
  readonly all: boolean;
  /** The keys, where the edit says which. */
  readonly keys?: PlacedTokens;
}

/**
 * Finds the tokens that each edit touches.
 *
 * @param model The model.
 * @param on The prompt, or several, with the spans that edits may name.
 * @param edits The edits.
 * @throws {TypeError | RangeError} If model or prompt do not admit an edit.
 */
export function touchedTokens(
  model: Transformer,
  { prompt, spans = {} }: { readonly prompt: Prompt; readonly spans?: Spans },
  edits: readonly Edit[],
): readonly (readonly ListedTokens[])[] {
  const prompts = model.tokenize(prompt);
  const window = { ...layOut(prompts).window, spans: spansIn(prompts, spans) };
  const mode = { generates: edits.some(({ steps }) => steps !== undefined && steps !== "prompt") };
  const found: ListedTokens[][] = edits.map(() => []);
  for (const { edit, index, reach } of plannedEdits(model, edits, window, mode)) {
    reach.examples.forEach((example, at) => {
      // A pattern stands for several sites, which are touched at the same tokens.
      if (found[index]!.some((other) => other.example === example)) return;
      const { start, length } = window.rows[example]!, { keys } = edit;
      const named = (columns: Parameters<typeof columnsWithin>[0]) => {
        const within = columnsWithin(columns, start, start + length).columns;
        return namesOf(prompts[example]!, within.map((column) => column - start));
      };
      const tokens = named(reach.columns[at]!), all = tokens.positions.length === length;
      const wanted = { purpose: editText(edit), positions: keys, name: "keys" } as const;
      const pairs = edit.kind === "knockout" ? edit.pairs : undefined;
      const paired = pairs?.map(([, key]) => start + (key < 0 ? length + key : key));
      found[index]!.push({
        example,
        ...tokens,
        all,
        ...paired
          ? { keys: named([...new Set(paired)]) }
          : keys === undefined
          ? {}
          : { keys: named(columnsOf(wanted, window, example, mode)) },
      });
    });
  }
  return found;
}

function namesOf({ tokens }: PromptTokens, positions: readonly number[]): PlacedTokens {
  return { positions, texts: positions.map((position) => tokens[position]!.text) };
}

/**
 * Says touched tokens in one cell: the first of each prompt, with their positions.
 *
 * @param list The tokens of each prompt.
 * @param several Whether there are several prompts, so that each must be named.
 */
export function tokensText(list: readonly ListedTokens[], several: boolean): string {
  if (list.length > 0 && list.every(({ all, keys }) => all && !keys)) {
    return several ? `all of prompt ${list.map(({ example }) => example).join(", ")}` : "all";
  }
  return list.map(({ example, all, keys, ...tokens }) => {
    const text = all ? "all" : someTokens(tokens) || "generated tokens";
    return `${several ? `prompt ${example}: ` : ""}${text}${
      keys ? `, keys ${someTokens(keys)}` : ""
    }`;
  }).join("; ");
}

function someTokens({ positions, texts }: PlacedTokens): string {
  const some = positions.slice(0, 6).map((position, i) =>
    `${position} ${tokenText({ text: texts[i]! })}`
  );
  return some.join(", ") + (positions.length > 6 ? `, … ${positions.length} tokens` : "");
}
