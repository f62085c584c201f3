/**
 * How the attention of two prompts, or of one prompt with and without edits, differs.
 *
 * @module
 */

import {
  attentionRows,
  attentionSheet,
  display,
  type Document,
  type DrawnDocument,
  givenValue,
  inspect,
  literalCode,
  LongTable,
  refuseUnknownOptions,
} from "../show/mod.ts";
import { AttentionPatterns, modelOf } from "./attention_patterns.ts";
import { editText } from "./edit.ts";
import { lateOrigin } from "./origin.ts";

/** Options for {@linkcode attentionDifference}. */
export interface AttentionDifferenceOptions {
  /** What the other patterns are called. @default {"the other prompt", "the run without edits" or "the other run"} */
  readonly label?: string;
}

/** The attention weights of a prompt less those of another of as many tokens, position by position. */
export class AttentionDifference {
  /** The weights. */
  readonly patterns: AttentionPatterns;
  /** Those that are taken away from them. */
  readonly against: AttentionPatterns;
  /** What these are called. */
  readonly label: string;

  /** Holds both. */
  constructor(patterns: AttentionPatterns, against: AttentionPatterns, label: string) {
    this.patterns = patterns;
    this.against = against;
    this.label = label;
  }

  /**
   * One difference: how much more a head's query at a position looks at a key than in the other patterns. Negative heads and
   * positions count from the end.
   *
   * @throws {RangeError} If there is no such layer, head or position here.
   */
  weight(...[layer, head, query, key]: Parameters<AttentionPatterns["weight"]>): number {
    return this.patterns.weight(layer, head, query, key) -
      this.against.weight(layer, head, query, key);
  }

  /** Draws all heads on one sheet. */
  [display](): Document {
    return this.#view()[display]();
  }

  /** Shows what there is in a terminal. */
  [inspect](): string {
    return this.#view()["text/plain"];
  }

  /** The expression that subtracts the weights again; null of two models, of which it could name one alone. */
  get code(): string | null {
    if (modelOf(this.patterns) !== modelOf(this.against)) return null;
    const { label } = this, usual = labelOf(this.patterns, this.against);
    const both = `${this.patterns.code}, ${this.against.code}`;
    return `attentionDifference(${both}${label === usual ? "" : `, ${literalCode({ label })}`})`;
  }

  #view(): DrawnDocument {
    const { patterns, against, label } = this, { layers, heads, prompt: { tokens } } = patterns;
    const own = [patterns, against].map(({ source, edits }) =>
      [source, ...edits.map(editText)].join(" · ")
    );
    return attentionSheet({
      patterns: patterns.patterns,
      layers,
      heads,
      tokens,
      against: {
        patterns: against.patterns,
        label,
        ...!sameIds(patterns, against) && { tokens: against.prompt.tokens },
      },
      caption: `${own[0]}; less ${own[1]}`,
      ...this.code !== null && { code: `${this.code}.weight({layer}, {head}, {query}, {key})` },
    });
  }

  /** The weights as rows: of every layer and head each query with each key, in both prompts, and the difference. */
  table(): LongTable {
    const { patterns, against } = this, others = against.prompt.tokens;
    const { columns, fields } = attentionRows({
      ...patterns,
      tokens: patterns.prompt.tokens,
      others,
    });
    return new LongTable(
      `attention weights of ${patterns.model} less those of ${this.label}`,
      [...columns, "other", "difference"],
      function* () {
        const taken = against.patterns.flatMap((layer) => [...layer]).values();
        for (const row of fields()) {
          const other = taken.next().value!;
          yield [...row, other, Number(row.at(-1)) - other];
        }
      },
    );
  }

  /** Both as plain data. */
  toJSON(): Record<string, unknown> {
    return { label: this.label, patterns: this.patterns, against: this.against };
  }
}

/**
 * Subtracts attention from attention: of two prompts of as many tokens, position by position, or of a prompt with and without
 * edits. Purple is more than in the other, orange less; where the tokens differ both are written, as "(·Mary → ·John)", that of
 * the other prompt before the arrow. Two heads of one prompt are compared in the page of `attentionPatterns`, by "less head".
 *
 * @param patterns What `attentionPatterns` reads of the one.
 * @param against The same of the other, which is taken away.
 * @param options What the other is called.
 * @returns The differences, `[head, query, key]` of each layer, drawn as one sheet.
 * @throws {RangeError} If the two differ in their layers, number of heads, number of tokens or the name of their model.
 * @throws {TypeError} If one is nothing that `attentionPatterns` read, or an option is not known.
 *
 * @example
 * ```ts
 * import { attentionDifference, attentionPatterns, load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const clean = await attentionPatterns(model, "When Mary and John went to the store, John gave a key to");
 * const corrupt = await attentionPatterns(model, "When Mary and John went to the store, Mary gave a key to");
 * const difference = attentionDifference(clean, corrupt, { label: "the corrupt prompt" });
 * // From the second John head 3.3 looks at the first, and from a second Mary it does not.
 * if (difference.weight(3, 3, 10, 4) < 0.5) throw new Error("it should look there in the clean prompt alone");
 * ```
 */
export function attentionDifference(
  patterns: AttentionPatterns,
  against: AttentionPatterns,
  options: AttentionDifferenceOptions = {},
): AttentionDifference {
  const what = "subtract attention";
  refuseUnknownOptions(what, options, ["label"]);
  for (const one of [patterns, against] as readonly unknown[]) {
    if (one instanceof AttentionPatterns) continue;
    throw new TypeError(
      `Cannot ${what} as both must be what attentionPatterns gives: one is ${givenValue(one)}`,
    );
  }
  const facts = ({ model, layers, heads, prompt: { ids } }: AttentionPatterns) =>
    `layers ${layers.join(", ")} of ${heads} heads of ${model} on ${ids.length} tokens`;
  const [own, other] = [facts(patterns), facts(against)];
  if (own !== other) {
    throw new RangeError(
      `Cannot ${what} as both must be of the same layers, as many heads and one model's name, and of prompts of as many tokens: current values are ${own}, and ${other}`,
    );
  }
  const label = options.label ?? labelOf(patterns, against);
  const found = new AttentionDifference(patterns, against, label);
  const source = `${patterns.source}; less ${against.source}`;
  return lateOrigin(found, () => ({ source, code: found.code }));
}

const sameIds = ({ prompt: { ids } }: AttentionPatterns, other: AttentionPatterns): boolean =>
  ids.join() === other.prompt.ids.join();

/** What the other patterns are called where nobody says so. */
function labelOf(patterns: AttentionPatterns, against: AttentionPatterns): string {
  if (!sameIds(patterns, against)) return "the other prompt";
  return against.edits.length === 0 ? "the run without edits" : "the other run";
}
