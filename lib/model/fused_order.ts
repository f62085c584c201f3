/**
 * The order of queries, keys and values in matrices that hold all three.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import type { AttentionNames } from "./family.ts";

/** How the heads of a fused matrix are arranged. */
export type Arrangement = Extract<AttentionNames, { fused: string }>["arrangement"];

/** An arrangement whose heads lie at equal distances, so that they are split off without being copied. */
export function evenArrangement(
  arrangement: Arrangement,
  { heads, keyValueHeads }: Pick<Architecture, "heads" | "keyValueHeads">,
): "thirds" | "heads" {
  if (arrangement === "heads" || (arrangement === "groups" && heads === keyValueHeads)) {
    return "heads";
  }
  return "thirds";
}

/**
 * Where each output of a fused matrix must be taken from to stand in thirds; null where heads lie at equal distances as
 * the matrix is.
 */
export function fusedOrder(
  arrangement: Arrangement,
  architecture: Pick<Architecture, "heads" | "keyValueHeads" | "headWidth">,
): number[] | null {
  const { heads, keyValueHeads, headWidth } = architecture;
  const first: number[] = [];
  if (arrangement === "groups" && keyValueHeads !== heads && keyValueHeads !== 1) {
    const share = heads / keyValueHeads, group = share + 2;
    for (let head = 0; head < heads; head++) {
      first.push(Math.floor(head / share) * group + head % share);
    }
    for (let head = 0; head < keyValueHeads; head++) first.push(head * group + share);
    for (let head = 0; head < keyValueHeads; head++) first.push(head * group + share + 1);
  } else if (arrangement === "quarters") {
    const local = heads / 4;
    // Within a quarter, values stand before keys.
    for (const part of [0, 2, 1]) {
      for (let head = 0; head < heads; head++) {
        first.push((Math.floor(head / local) * 3 + part) * local + head % local);
      }
    }
  } else return null;
  return first.flatMap((head) =>
    Array.from({ length: headWidth }, (_, column) => head * headWidth + column)
  );
}
