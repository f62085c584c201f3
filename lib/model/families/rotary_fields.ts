/**
 * Reads the rotary fields of a configuration, in the spellings of several years.
 *
 * Today all of them stand in `rope_parameters`; before, the base stood alone as `rope_theta` (or `rotary_emb_base`), the
 * rotated part as `rotary_pct` (or `partial_rotary_factor`) and the stretching in `rope_scaling`.
 *
 * @module
 */

import type { RotaryKind, RotaryScaling } from "../architecture.ts";
import type { ConfigReader } from "../config_reader.ts";
import { CheckpointError } from "../files/mod.ts";

const BASES = ["rope_theta", "rotary_emb_base"];
const PARTS = ["partial_rotary_factor", "rotary_pct"];
const ORIGINAL = "original_max_position_embeddings";

/** What stands in where a configuration says nothing, and what its words mean. */
export interface RotaryDefaults {
  /** The base of the wave lengths. @default {10000} */
  readonly base?: number;
  /** The rotated part of a head. @default {1} */
  readonly part?: number;
  /** Which columns turn together. @default {"half"} */
  readonly pairing?: RotaryKind["pairing"];
  /** Further words for kinds of stretching. */
  readonly words?: Readonly<Record<string, RotaryScaling["kind"]>>;
  /** The stretching where no field says any. */
  readonly scaling?: RotaryScaling;
}

/** Reads a rotary position of all layers alike. */
export function rotary(
  config: ConfigReader,
  headWidth: number,
  positions: number,
  defaults: RotaryDefaults = {},
): RotaryKind {
  const { base = 10000, part = 1 } = defaults;
  const group = config.group(["rope_parameters", "rope_scaling"]);
  // Both places are read, so that a base in one is never hidden by silence in the other.
  const outerBase = config.number(BASES, base), outerPart = config.number(PARTS, part);
  const innerBase = group?.number(BASES, outerBase) ?? outerBase;
  const innerPart = group?.number(PARTS, outerPart) ?? outerPart;
  for (
    const [names, outer, inner] of [[BASES, outerBase, innerBase], [
      PARTS,
      outerPart,
      innerPart,
    ]] as const
  ) {
    if (config.has(names) && outer !== inner) {
      throw new CheckpointError(config.file, `${names[0]} must be the same in both places`, {
        current: [outer, inner],
      });
    }
  }
  return kindOf(
    config,
    group,
    { headWidth, positions, base: innerBase, part: innerPart },
    defaults,
  );
}

/**
 * Reads a rotary position of one kind of layer, out of a field that has one for each.
 *
 * @param group The fields of that kind; null where they are silent.
 */
export function rotaryOfKind(
  config: ConfigReader,
  group: ConfigReader | null,
  headWidth: number,
  positions: number,
  base: number,
): RotaryKind {
  const own = group?.number(BASES, base) ?? base, part = group?.number(PARTS, 1) ?? 1;
  return kindOf(config, group, { headWidth, positions, base: own, part }, {});
}

/**
 * The longest text that angles reach: where they are stretched by a factor beyond the positions that the file counts, that
 * many more.
 */
export function reachOf({ scaling }: Pick<RotaryKind, "scaling">, positions: number): number {
  if (scaling.kind !== "dynamic" && scaling.kind !== "yarn") return positions;
  return Math.max(positions, Math.floor(scaling.originalPositions * scaling.factor));
}

/** What is known before the stretching is read. */
interface Known {
  readonly headWidth: number;
  readonly positions: number;
  readonly base: number;
  readonly part: number;
}

function kindOf(
  config: ConfigReader,
  group: ConfigReader | null,
  { headWidth, positions, base, part }: Known,
  { pairing = "half", words = {}, scaling: silent = { kind: "default" } }: RotaryDefaults,
): RotaryKind {
  const rotated = Math.floor(headWidth * part);
  if (part > 1 || rotated < 2 || rotated % 2 !== 0) {
    throw new CheckpointError(
      config.file,
      `the rotated part of a head must be an even number of its ${headWidth} columns`,
      { current: part },
    );
  }
  const scaling = group ? stretching(config, group, { positions, rotated, words }) : silent;
  return { kind: "rotary", base, rotated, pairing, scaling };
}

/** What the stretching depends on beside its own fields. */
interface Stretched {
  readonly positions: number;
  readonly rotated: number;
  readonly words: Readonly<Record<string, RotaryScaling["kind"]>>;
}

function stretching(
  config: ConfigReader,
  group: ConfigReader,
  { positions, rotated, words }: Stretched,
): RotaryScaling {
  const kind = group.choice<RotaryScaling["kind"]>(["rope_type", "type"], {
    default: "default",
    linear: "linear",
    dynamic: "dynamic",
    yarn: "yarn",
    llama3: "llama3",
    longrope: "longrope",
    ...words,
  }, "default");
  if (kind === "default") {
    group.only("factor", 1);
    return { kind };
  }
  if (kind === "linear") return { kind, factor: group.number("factor") };
  if (kind === "dynamic") {
    // Its length is that of the configuration, whatever the group says.
    if (rotated < 4) {
      throw new CheckpointError(
        config.file,
        "the rotated part of a head must be 4 columns or more where angles are stretched dynamically",
        { current: rotated },
      );
    }
    return { kind, factor: group.number("factor"), originalPositions: positions };
  }
  // Where both places say it, the outer one counts.
  const inner = group.integer(ORIGINAL, positions);
  const originalPositions = config.integer(ORIGINAL, inner);
  if (kind === "yarn") return yarn(group, originalPositions);
  if (kind === "longrope") return longrope(group, { originalPositions, positions, rotated });
  const factor = group.number("factor");
  const low = group.number("low_freq_factor"), high = group.number("high_freq_factor");
  if (high <= low) {
    throw new CheckpointError(
      group.file,
      "high_freq_factor must be greater than low_freq_factor",
      { current: [high, low] },
    );
  }
  return {
    kind: "llama3",
    factor,
    lowFrequencyFactor: low,
    highFrequencyFactor: high,
    originalPositions,
  };
}

function yarn(group: ConfigReader, originalPositions: number): RotaryScaling {
  const factor = group.number("factor");
  const grown = (by: number) => factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1;
  const own = group.optional("mscale"), all = group.optional("mscale_all_dim");
  const inferred = own !== null && all !== null ? grown(own) / grown(all) : grown(1);
  return {
    kind: "yarn",
    factor,
    originalPositions,
    fastTurns: group.number("beta_fast", 32),
    slowTurns: group.number("beta_slow", 1),
    truncated: group.boolean("truncate", true),
    attentionFactor: group.number("attention_factor", inferred),
  };
}

function longrope(
  group: ConfigReader,
  { originalPositions, positions, rotated }: {
    readonly originalPositions: number;
    readonly positions: number;
    readonly rotated: number;
  },
): RotaryScaling {
  const pairs = rotated / 2;
  const factors = (name: string) => {
    const expected = `a list of ${pairs} positive numbers, one for each pair of columns`;
    const list = group.list<number>(name, expected, (x) => typeof x === "number" && x > 0);
    if (list?.length === pairs) return list;
    throw new CheckpointError(group.file, `${name} must be ${expected}`, {
      current: list ?? undefined,
    });
  };
  const factor = group.number("factor", positions / originalPositions);
  const inferred = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalPositions));
  return {
    kind: "longrope",
    shortFactors: factors("short_factor"),
    longFactors: factors("long_factor"),
    originalPositions,
    attentionFactor: group.number("attention_factor", inferred),
  };
}
