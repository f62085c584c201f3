/**
 * Reads the rotary fields of a configuration, in the spellings of several years.
 *
 * Today all of them stand in `rope_parameters`; before, the base stood alone as `rope_theta` (or `rotary_emb_base`), the
 * rotated part as `rotary_pct` (or `partial_rotary_factor`) and the stretching in `rope_scaling`.
 *
 * @module
 */

import type { PositionKind, RotaryScaling } from "../architecture.ts";
import type { ConfigReader } from "../config_reader.ts";
import { CheckpointError } from "../files/mod.ts";

type Rotary = Extract<PositionKind, { kind: "rotary" }>;

const BASES = ["rope_theta", "rotary_emb_base"];
const PARTS = ["partial_rotary_factor", "rotary_pct"];

/** Reads a half-split rotary position; `base` and `part` stand in where the file says nothing. */
export function rotary(
  config: ConfigReader,
  headWidth: number,
  positions: number,
  base: number,
  part: number,
): Rotary {
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
  const scaling = group ? stretching(group, positions) : { kind: "default" as const };
  const rotated = Math.floor(headWidth * innerPart);
  if (innerPart > 1 || rotated < 2 || rotated % 2 !== 0) {
    throw new CheckpointError(
      config.file,
      `the rotated part of a head must be an even number of its ${headWidth} columns`,
      { current: innerPart },
    );
  }
  return { kind: "rotary", base: innerBase, rotated, pairing: "half", scaling };
}

function stretching(group: ConfigReader, positions: number): RotaryScaling {
  const kind = group.choice(["rope_type", "type"], {
    default: "default",
    linear: "linear",
    llama3: "llama3",
  }, "default");
  if (kind === "default") {
    group.only("factor", 1);
    return { kind };
  }
  const factor = group.number("factor");
  if (kind === "linear") return { kind, factor };
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
    originalPositions: group.integer("original_max_position_embeddings", positions),
  };
}
