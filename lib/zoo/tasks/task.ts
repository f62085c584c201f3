/**
 * Tasks that seedling has learnt, as sources of prompt pairs.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import type { PairSource, PairText } from "../../run/mod.ts";
import {
  changedLetters,
  display,
  type Document,
  inspect,
  refuseUnknownOptions,
  table,
} from "../../show/mod.ts";
import { RandomStream } from "../../stats/mod.ts";
import { agreementTask } from "./agreement.ts";
import { capitalsTask } from "./capitals.ts";
import { contradictingContextTask } from "./contradicting_context.ts";
import type { TaskDefinition } from "./definition.ts";
import { greaterThanTask } from "./greater_than.ts";
import { indirectObjectsTask, indirectObjectsThreeNamesTask } from "./indirect_objects.ts";
import { languagesTask } from "./languages.ts";
import { pronounsTask } from "./pronouns.ts";
import { repeatedTokensTask } from "./repeated_tokens.ts";
import { sentimentTask } from "./sentiment.ts";
import { sportsTask } from "./sports.ts";
import { successorsTask } from "./successors.ts";
import { truthTask } from "./truth.ts";

const definitions = {
  "indirect objects": indirectObjectsTask,
  "indirect objects, three names": indirectObjectsThreeNamesTask,
  "greater-than": greaterThanTask,
  "capitals": capitalsTask,
  "languages": languagesTask,
  "sports": sportsTask,
  "contradicting context": contradictingContextTask,
  "successors": successorsTask,
  "agreement": agreementTask,
  "truth": truthTask,
  "repeated tokens": repeatedTokensTask,
  "sentiment": sentimentTask,
  "pronouns": pronounsTask,
} as const satisfies Record<string, TaskDefinition>;

/** The name of a task. */
export type TaskName = keyof typeof definitions;

/** The names of all tasks. */
export const taskNames: readonly TaskName[] = Object.keys(definitions) as TaskName[];

/** Other names of tasks: those of papers, and of the parts of seedling's text that practise them. */
const otherNames: Readonly<Record<string, TaskName>> = {
  ioi: "indirect objects",
  "indirect object identification": "indirect objects",
  years: "greater-than",
  fact: "capitals",
  grounded: "contradicting context",
  sequence: "successors",
  agree: "agreement",
  repeat: "repeated tokens",
  induction: "repeated tokens",
  review: "sentiment",
};

/** Options for {@linkcode task}. */
export interface TaskOptions {
  /** How many pairs are made. @default {32} */
  readonly count?: number;
  /** The seed: the same seed makes the same pairs for the same model. @default {0} */
  readonly seed?: number;
}

/** A task with a number of pairs and a seed; `promptPairs` makes them for a model. */
export class Task implements PairSource {
  /** The name. */
  readonly name: TaskName;
  /** What the model must do. */
  readonly asks: string;
  /** What is changed in the corrupt prompts. */
  readonly corruption: string;
  /** How many pairs are made. */
  readonly count: number;
  /** The seed. */
  readonly seed: number;
  readonly #candidates: TaskDefinition["candidates"];

  /** Holds a task; `task` finds one by name. */
  constructor(name: TaskName, count: number, seed: number) {
    const definition: TaskDefinition = definitions[name];
    this.name = name;
    this.asks = definition.asks;
    this.corruption = definition.corruption;
    this.count = count;
    this.seed = seed;
    this.#candidates = definition.candidates;
  }

  /** The name and the seed, as captions say it. */
  get title(): string {
    return `${this.name}, seed ${this.seed}`;
  }

  /** Makes candidates for a model, the same whenever it is asked. */
  candidates(model: Transformer): Iterable<PairText> {
    return this.#candidates(model, new RandomStream(this.seed, `task ${this.name}`));
  }

  /** Draws what the task is. */
  [display](): Document {
    return table({
      title: `Task: ${this.name}`,
      columns: [{ name: "" }, { name: "" }],
      rows: [
        ["the model must", this.asks],
        ["the corrupt prompt has", this.corruption],
        ["pairs", String(this.count)],
        ["seed", String(this.seed)],
      ],
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** What makes the task again. */
  toJSON(): { readonly name: TaskName; readonly count: number; readonly seed: number } {
    return { name: this.name, count: this.count, seed: this.seed };
  }
}

/**
 * Finds a task by name: something that seedling has learnt, as pairs of a clean and a corrupt prompt with answers.
 *
 * @param name The name, such as `"indirect objects"`; `taskNames` lists them.
 * @param options How many pairs, and the seed.
 * @returns The task, for `promptPairs`.
 * @throws {RangeError} If there is no such task, or the count is not a whole number from 1 on.
 *
 * @example
 * ```ts
 * import { load, promptPairs, task } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const pairs = await promptPairs(model, task("capitals", { count: 5, seed: 1 }));
 * if (pairs.spans.subject!.length !== 5) throw new Error("a span for each pair");
 * ```
 */
export function task(name: TaskName, options: TaskOptions = {}): Task {
  refuseUnknownOptions("find a task", options, ["count", "seed"]);
  const { count = 32, seed = 0 } = options;
  if (!Object.hasOwn(definitions, name)) {
    const given = String(name).slice(0, 100).toLowerCase();
    const changes = (known: string) => changedLetters(given, known);
    const nearest = Object.hasOwn(otherNames, given)
      ? otherNames[given]
      : taskNames.toSorted((a, b) => changes(a) - changes(b))[0]!;
    throw new RangeError(
      `Cannot find task ${JSON.stringify(name)} as it must be one of ${
        taskNames.join("; ")
      }: perhaps ${JSON.stringify(nearest)} is meant`,
    );
  }
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot make pairs of a task as count must be a whole number from 1 on: current value is ${count}`,
    );
  }
  // Refuses what is no seed before a model is there.
  new RandomStream(seed);
  return new Task(name, count, seed);
}
