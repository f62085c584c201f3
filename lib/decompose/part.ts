/**
 * The parts of a stream, by name.
 *
 * @module
 */

/** How finely the stream is taken apart. */
export type Level = "component" | "head" | "path" | "neuron" | "expert";

/** What a part is. */
export type PartKind =
  | "embedding"
  | "position"
  | "attention"
  | "head"
  | "path"
  | "feed-forward"
  | "neuron"
  | "expert"
  | "bias";

/** A part of a stream or of a logit. */
export interface Part {
  /** What it is. */
  readonly kind: PartKind;
  /** Its name, such as `L3H5`. */
  readonly label: string;
  /** Its block; null outside blocks. */
  readonly layer: number | null;
  /** The head; of heads and paths alone. */
  readonly head?: number;
  /** The position that a head reads, counted from the prompt's start; of paths alone. */
  readonly source?: number;
  /** The expert; of mixtures alone. */
  readonly expert?: number;
  /** The neuron; of neurons alone. */
  readonly neuron?: number;
}

/** What parts have in common; of a list any of it. */
export type PartWhere = { readonly [Name in keyof Part]?: Part[Name] | readonly Part[Name][] };

/** The levels, each with what it splits. */
const SPLITS: Readonly<Record<Level, "attention" | "feed-forward" | null>> = {
  component: null,
  head: "attention",
  path: "attention",
  neuron: "feed-forward",
  expert: "feed-forward",
};

/** How finely attention and feed-forward networks are taken apart. */
export interface Levels {
  /** Attention as a whole, by heads, or by heads and the positions that they read. */
  readonly attention: "component" | "head" | "path";
  /** Feed-forward networks as a whole, by neurons, or by experts. */
  readonly feedForward: "component" | "neuron" | "expert";
}

/**
 * Reads levels as they were asked for.
 *
 * @throws {RangeError} If there is no such level, two of them split the same, or a model without experts is to be split by
 * them.
 */
export function levelsOf(
  by: Level | readonly Level[],
  purpose: string,
  mixture: boolean,
): Levels {
  let attention: Levels["attention"] = "component",
    feedForward: Levels["feedForward"] = "component";
  for (const level of typeof by === "string" ? [by] : by) {
    if (!Object.hasOwn(SPLITS, level)) {
      throw new RangeError(
        `Cannot ${purpose} as by must be among ${
          Object.keys(SPLITS).join(", ")
        }: current value is ${JSON.stringify(level)}`,
      );
    }
    if (level === "expert" && !mixture) {
      throw new RangeError(
        `Cannot ${purpose} by expert as the model must have experts: its feed-forward networks have none; take by: "neuron"`,
      );
    }
    const what = SPLITS[level];
    const known = what === "attention" ? attention : feedForward;
    if (what !== null && known !== "component" && known !== level) {
      throw new RangeError(
        `Cannot ${purpose} by ${known} and ${level} as each splits ${what}: choose one of them`,
      );
    }
    if (what === "attention") attention = level as Levels["attention"];
    if (what === "feed-forward") feedForward = level as Levels["feedForward"];
  }
  return { attention, feedForward };
}
