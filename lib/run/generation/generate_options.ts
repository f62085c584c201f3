/**
 * The options of a generation, and which of them go together.
 *
 * @module
 */

import type { SitePattern, Transformer } from "../../model/mod.ts";
import type { ProgressOutput } from "../../notebook/mod.ts";
import { refuseUnknownOptions, type ShownToken } from "../../show/mod.ts";
import type { Edit } from "../edit.ts";
import type { Spans } from "../spans.ts";
import type { BeamSettings } from "./beam.ts";
import type { Warping } from "./warp.ts";

/** A token that has just been written. */
export interface WrittenToken {
  /** Which prompt it continues. */
  readonly prompt: number;
  /** Which sample of the prompt it is in. */
  readonly sample: number;
  /** Its number in the text, from 0. */
  readonly step: number;
  /** The token. */
  readonly token: ShownToken;
  /** Its id. */
  readonly id: number;
  /** The text so far, the token included; bytes that are no whole character yet are U+FFFD. */
  readonly text: string;
}

/**
 * Options for `generate`. Without any, the likeliest token is taken each time. `temperature`, `topK`, `topP` and `minP`
 * make it draw; `beams` makes it search. Drawing and searching exclude each other.
 */
export interface GenerateOptions extends Warping {
  /** How many tokens are written at most. @default {32} */
  readonly tokens?: number;
  /** What the scores of tokens that the prompt or the text holds are divided by. @default {1} */
  readonly repetitionPenalty?: number;
  /** How many texts are written for each prompt; of a search, how many of its best are kept. @default {1} */
  readonly samples?: number;
  /** Where chance begins, if tokens are drawn. @default {0} */
  readonly seed?: number;
  /** How many texts a search writes side by side. @default {1, which is no search} */
  readonly beams?: number;
  /** The power of its length that a found text's log-probability is divided by. @default {1} */
  readonly lengthPenalty?: number;
  /** Whether a search stops once it has found as many texts as it has beams. @default {false} */
  readonly earlyStopping?: boolean;
  /**
   * The ids of the tokens that end a text; none with an empty list. Of a model that came without a tokenizer nobody knows
   * which token ends a text: without stop tokens its texts are as long as `tokens` says.
   *
   * @default {the tokenizer's `endTokens`, if any}
   */
  readonly stopTokens?: readonly number[];
  /** The strings that end a text, wherever the borders of tokens lie. @default {none} */
  readonly stopStrings?: readonly string[];
  /** Whether `text` keeps what ended it; the tokens always do. @default {false} */
  readonly keepStop?: boolean;
  /**
   * What is changed, made in the order given; examples are prompts. Without positions or steps an edit is made in prompt
   * and text alike; positions are the prompt's. Step 0 is the place of the first generated token, so that an edit there
   * first changes the second one; steps from `tokens` on are refused.
   *
   * @default {nothing}
   */
  readonly edits?: readonly Edit[];
  /**
   * The sites whose values are kept, for prompt and text; of a search, those of one pass over what it found.
   *
   * @default {none}
   */
  readonly capture?: readonly (SitePattern | string)[];
  /** The bytes that a capture may take. @default {2 GiB} */
  readonly captureLimit?: number;
  /** Names for stretches of the prompts, which edits may give as positions. @default {none} */
  readonly spans?: Spans;
  /** Ends the writing; what is written by then is the result, and says so. */
  readonly signal?: AbortSignal;
  /** Called for every token as it is written. */
  readonly onToken?: (token: WrittenToken) => void;
  /** Whether the text is shown while it is written: one display in a notebook, text in a terminal. @default {false} */
  readonly stream?: boolean | ProgressOutput;
  /** Whether keys and values are kept between tokens; without, everything is computed again each time. @default {true} */
  readonly useCache?: boolean;
}

/** What {@linkcode GenerateOptions} may hold. */
const known = [
  "tokens",
  "temperature",
  "topK",
  "topP",
  "minP",
  "repetitionPenalty",
  "samples",
  "seed",
  "beams",
  "lengthPenalty",
  "earlyStopping",
  "stopTokens",
  "stopStrings",
  "keepStop",
  "edits",
  "capture",
  "captureLimit",
  "spans",
  "signal",
  "onToken",
  "stream",
  "useCache",
];

const drawing = ["temperature", "topK", "topP", "minP"] as const;

/** How texts are written, all defaults filled in. */
export interface Manner {
  /** Whether the likeliest token is taken, one is drawn, or texts are searched for. */
  readonly method: "greedy" | "sampling" | "beam search";
  /** How many tokens a text may have. */
  readonly tokens: number;
  /** What scores of tokens that are there already are divided by. */
  readonly repetitionPenalty: number;
  /** How many texts a prompt gets. */
  readonly samples: number;
  /** What is done to the scores before a token is drawn. */
  readonly warping: Warping;
  /** Where chance begins. */
  readonly seed: number;
  /** How a search goes. */
  readonly search: Omit<BeamSettings, "stopTokens">;
  /** The tokens that end a text. */
  readonly stopTokens: readonly number[];
  /** The strings that end a text. */
  readonly stopStrings: readonly string[];
  /** Whether a text keeps what ended it. */
  readonly keepStop: boolean;
}

/**
 * Fills in defaults and refuses options that are wrong or contradict each other.
 *
 * @param model The model.
 * @param options The options as they were given.
 * @returns How texts are to be written.
 * @throws {TypeError} If an option is not known.
 * @throws {RangeError} If one is outside its range or two contradict each other.
 */
export function readManner(model: Transformer, options: GenerateOptions): Manner {
  refuseUnknownOptions("generate", options, known);
  const { tokens = 32, repetitionPenalty = 1, samples = 1, seed = 0, beams = 1 } = options;
  const { lengthPenalty = 1, earlyStopping = false, keepStop = false, stopStrings = [] } = options;
  const { vocabulary } = model.architecture;
  const { stopTokens = model.tokenizer?.endTokens.map(({ id }) => id) ?? [] } = options;
  const { temperature, topK, topP, minP } = options;
  whole("tokens", tokens, 1);
  whole("samples", samples, 1);
  whole("beams", beams, 1, vocabulary);
  if (topK !== undefined) whole("topK", topK, 1);
  within("temperature", temperature, (x) => x > 0, "above 0 (leave it out to take the likeliest)");
  within("topP", topP, (x) => x > 0 && x <= 1, "above 0 and at most 1");
  within("minP", minP, (x) => x >= 0 && x <= 1, "from 0 to 1");
  within("repetitionPenalty", repetitionPenalty, (x) => x > 0, "above 0");
  within("lengthPenalty", lengthPenalty, () => true, "finite");
  stopTokens.forEach((id) => whole("a stop token", id, 0, vocabulary - 1));
  refuseOddStrings(stopStrings);
  refuseOddListeners(options);
  const draws = drawing.filter((name) => options[name] !== undefined);
  refuseContradictions(options, draws, beams, samples);
  return {
    method: beams > 1 ? "beam search" : draws.length > 0 ? "sampling" : "greedy",
    tokens,
    repetitionPenalty,
    samples,
    warping: Object.fromEntries(draws.map((name) => [name, options[name]])),
    seed,
    search: { beams, lengthPenalty, earlyStopping },
    stopTokens,
    stopStrings,
    keepStop,
  };
}

function refuseContradictions(
  options: GenerateOptions,
  draws: readonly string[],
  beams: number,
  samples: number,
): void {
  const given = (name: keyof GenerateOptions) => options[name] !== undefined;
  const refuse = (why: string): never => {
    throw new RangeError(`Cannot generate as ${why}`);
  };
  if (beams > 1) {
    if (draws.length > 0) refuse(`a search must not draw: both beams and ${draws[0]} are given`);
    if (samples > beams) {
      refuse(
        `a search must keep at most its ${beams} beams: current value of samples is ${samples}`,
      );
    }
    if (given("onToken")) refuse("onToken must not be given with beams: they change until the end");
    if (options.stream) refuse("stream must not be given with beams: they change until the end");
  } else {
    for (const name of ["lengthPenalty", "earlyStopping"] as const) {
      if (given(name)) refuse(`${name} must stand with beams of 2 or more: there is no search`);
    }
  }
  if (draws.length > 0) {
    if (Number.isSafeInteger(options.seed ?? 0)) return;
    refuse(`the seed must be a safe integer: current value is ${options.seed}`);
  }
  if (given("seed")) refuse("a seed must stand with drawing: give a temperature");
  if (beams === 1 && samples > 1) {
    refuse(`${samples} samples must be drawn to differ: give a temperature`);
  }
}

/** Refuses what could not be told of tokens, before there are any. */
function refuseOddListeners({ onToken, stream = false }: GenerateOptions): void {
  if (onToken !== undefined && typeof onToken !== "function") {
    throw new TypeError(
      `Cannot generate as onToken must be a function: current value is a ${typeof onToken}`,
    );
  }
  if (typeof stream === "boolean" || typeof stream?.show === "function") return;
  throw new TypeError(
    `Cannot generate as stream must be true, false or an object with show(): current value is ${
      JSON.stringify(stream)
    }`,
  );
}

function refuseOddStrings(strings: readonly string[]): void {
  if (!Array.isArray(strings) || strings.some((string) => typeof string !== "string")) {
    throw new TypeError(
      `Cannot generate as stopStrings must be a list of strings: current value is ${
        JSON.stringify(strings)
      }`,
    );
  }
  if (strings.includes("")) {
    throw new RangeError("Cannot generate as a stop string must not be empty: one is");
  }
}

function whole(name: string, value: number, least: number, most = Infinity): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `Cannot generate as ${name} must be a whole number from ${least}${
      most === Infinity ? " on" : ` to ${most}`
    }: current value is ${value}`,
  );
}

function within(
  name: string,
  value: number | undefined,
  holds: (value: number) => boolean,
  rule: string,
): void {
  if (value === undefined || Number.isFinite(value) && holds(value)) return;
  throw new RangeError(`Cannot generate as ${name} must be ${rule}: current value is ${value}`);
}
