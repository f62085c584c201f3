/**
 * Values to palette entries and back: what makes a picture the data as well.
 *
 * @module
 */

import { firstLevel, lastLevel, type Scale, special } from "./colour.ts";

/** How colour grows with a value: straight, or as its square root, which lets small values be seen. */
export type Transform = "linear" | "sqrt";

/** How the values of one picture become palette entries. */
export interface ValueScale {
  /** Sequential or diverging. */
  readonly scale: Scale;
  /** How colour grows with a value. */
  readonly transform: Transform;
  /** The value of the first level. */
  readonly low: number;
  /** The value of the last level. */
  readonly high: number;
}

/** What a caller may say about a scale; the rest follows from the values. */
export interface ValueScaleOptions {
  /** Sequential or diverging; diverging if left out and a value is negative. */
  readonly scale?: Scale | undefined;
  /** How colour grows with a value; linear if left out. */
  readonly transform?: Transform | undefined;
  /** The values of the first and last level; symmetrical round zero or from zero to the greatest if left out. */
  readonly domain?: readonly [low: number, high: number] | undefined;
}

const levels = lastLevel - firstLevel;

/**
 * Chooses the scale of some values: undefined and infinite ones have no say, zero is the middle of a diverging scale
 * and the start of a sequential one unless a value is negative.
 *
 * @param values The values.
 * @param options What is settled already.
 * @returns The scale.
 */
export function valueScale(values: ArrayLike<number>, options: ValueScaleOptions = {}): ValueScale {
  let [least, greatest] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const { domain, transform = "linear", scale = least < 0 ? "diverging" : "sequential" } = options;
  const most = Math.max(-least, greatest) || 1;
  const [low, high] = domain ??
    (scale === "diverging" ? [-most, most] : [least, greatest > least ? greatest : least + 1]);
  return { scale, transform, low, high };
}

const bend = (share: number, transform: Transform): number =>
  transform === "sqrt" ? Math.sqrt(share) : share;
const unbend = (share: number, transform: Transform): number =>
  transform === "sqrt" ? share * share : share;

/**
 * Finds the palette entry of a value.
 *
 * @param value The value.
 * @param by The scale.
 * @returns An entry from 0 to 255: 0 for NaN, 1 and 2 for what lies below and above the domain.
 */
export function toIndex(value: number, by: ValueScale): number {
  if (Number.isNaN(value)) return special.undefined;
  const { scale, transform, low, high } = by;
  // Rounding in a softmax may leave 1.0000001: that is no value outside the domain.
  const slack = (high - low) * 1e-6;
  if (value < low - slack) return special.below;
  if (value > high + slack) return special.above;
  // A domain of one value has no ends to lie between: its value is the middle or the start, as zero is.
  const alone = scale === "diverging" ? 0.5 : 0;
  let share = low === high ? alone : Math.min(1, Math.max(0, (value - low) / (high - low)));
  if (scale === "diverging") {
    const signed = share * 2 - 1;
    share = (Math.sign(signed) * bend(Math.abs(signed), transform) + 1) / 2;
  } else share = bend(share, transform);
  return firstLevel + Math.round(share * levels);
}

/**
 * Finds the value of a palette entry; the value it was made from is at most half a level away.
 *
 * @param index The entry.
 * @param by The scale.
 * @returns The value; NaN for entry 0, the infinities for 1 and 2.
 */
export function toValue(index: number, by: ValueScale): number {
  if (index === special.undefined) return NaN;
  if (index === special.below) return -Infinity;
  if (index === special.above) return Infinity;
  const { scale, transform, low, high } = by;
  let share = (index - firstLevel) / levels;
  if (scale === "diverging") {
    const signed = share * 2 - 1;
    share = (Math.sign(signed) * unbend(Math.abs(signed), transform) + 1) / 2;
  } else share = unbend(share, transform);
  return low + share * (high - low);
}

/**
 * Finds the palette entries of many values.
 *
 * @param values The values.
 * @param by The scale.
 * @returns One entry each.
 */
export function toIndices(values: ArrayLike<number>, by: ValueScale): Uint8Array {
  const indices = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) indices[i] = toIndex(values[i]!, by);
  return indices;
}
