/**
 * What the shipped models are, and what they have learnt.
 *
 * @module
 */

import { display, type Document, inspect, table } from "../show/mod.ts";
import { seedling } from "./cards/seedling.ts";

/** Facts about a model. */
export interface CardFacts {
  /** The name. */
  readonly name: string;
  /** What it is, in a sentence. */
  readonly summary: string;
  /** How a prompt should begin. */
  readonly prompting: string;
  /** What it has learnt, and how that was measured. */
  readonly learnt: readonly {
    readonly task: string;
    readonly example: string;
    readonly measured: string;
  }[];
  /** Heads whose work is known. */
  readonly heads: readonly {
    readonly work: string;
    readonly heads: string;
    readonly score: string;
  }[];
  /** How it was made. */
  readonly training: string;
  /** Its files, each with its SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** Under which terms it may be used. */
  readonly licence: string;
}

/** The card of a shipped model, which draws itself. */
export class Card {
  /** The facts. */
  readonly facts: CardFacts;

  /** Wraps facts. */
  constructor(facts: CardFacts) {
    this.facts = facts;
  }

  /** Draws what the model has learnt. */
  [display](): Document {
    const { name, summary, prompting, learnt, heads, training, licence } = this.facts;
    return table({
      title: `${name}: ${summary}`,
      columns: [{ name: "what" }, { name: "for example" }, { name: "measured" }],
      rows: [
        ...learnt.map(({ task, example, measured }) => [task, example, measured]),
        ...heads.map(({ work, heads, score }) => [`${work} heads`, heads, score]),
      ],
      caption: `${prompting} ${training} Licence: ${licence}.`,
    });
  }

  /** Shows the card in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The facts. */
  toJSON(): CardFacts {
    return this.facts;
  }
}

/** The cards of all shipped models by name. */
export const cards: ReadonlyMap<string, CardFacts> = new Map([[seedling.name, seedling]]);

/**
 * The card of a shipped model.
 *
 * @throws {RangeError} If no model of that name ships with the library.
 *
 * @example
 * ```ts
 * import { card } from "@innerworks/innerworks";
 * if (!card("seedling").facts.summary.includes("GPT-2")) throw new Error("another model");
 * ```
 */
export function card(name: string): Card {
  const facts = cards.get(name);
  if (facts) return new Card(facts);
  throw new RangeError(
    `Cannot find a card of ${JSON.stringify(name)} as it must be one of ${
      [...cards.keys()].join(", ")
    }`,
  );
}
