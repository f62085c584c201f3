/**
 * Legends: which colour means which value.
 *
 * @module
 */

import { css, entry, firstLevel, inkOn, lastLevel, palette, special } from "./colour.ts";
import { quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import { toIndex, toValue, type ValueScale } from "./value_scale.ts";

const swatches = 5;

/**
 * Draws the legend of a scale: five swatches with their values, and one for each entry that is no ordinary value and
 * occurs in the picture.
 *
 * @param by The scale, and whether what lies outside it is infinite, as no domain was asked for.
 * @param label What the values are.
 * @param unit Their unit.
 * @param indices The entries of the picture.
 * @returns HTML that reads without scripts.
 */
export function legendHtml(
  by: ValueScale & { readonly infinite?: boolean },
  label: string,
  unit: string | undefined,
  indices: Uint8Array,
): string {
  const colours = palette(by.scale);
  const swatch = (index: number, text: string): string => {
    const background = entry(colours, index);
    return `<span class="swatch" data-index="${index}" style="display:inline-block;min-width:44px;text-align:center;padding:0 5px;border:1px solid rgb(208,212,218);color:${
      css(inkOn(background))
    };background-color:${css(background)}">${escapeHtml(text)}</span>`;
  };
  const steps = Array.from({ length: swatches }, (_, i) => {
    const index = Math.round(firstLevel + (lastLevel - firstLevel) * i / (swatches - 1));
    return swatch(index, formatNumber(toValue(index, by), 2));
  });
  const odd = [
    [special.undefined, "undefined"],
    [special.below, by.infinite ? "−∞" : `below ${formatNumber(by.low, 2)}`],
    [special.above, by.infinite ? "∞" : `above ${formatNumber(by.high, 2)}`],
  ] as const;
  const extra = odd.filter(([index]) => indices.includes(index)).map(([index, text]) =>
    swatch(index, text)
  );
  const how = by.transform === "sqrt" ? ", colour grows as the square root" : "";
  return `<p class="legend" style="${quiet};margin:6px 0">${escapeHtml(label)}${
    unit ? ` (${escapeHtml(unit)})` : ""
  }${how}: <span style="display:inline-block">${steps.join("")} ${extra.join(" ")}</span></p>`;
}

/** A value that has a name, such as what a run without edits gives. */
export interface NamedValue {
  /** What it is. */
  readonly label: string;
  /** The value. */
  readonly value: number;
}

/**
 * Says which colours values with a name have.
 *
 * @param by The scale.
 * @param ticks The values.
 * @returns HTML that reads without scripts; empty where there are none.
 */
export function ticksHtml(by: ValueScale, ticks: readonly NamedValue[]): string {
  const colours = palette(by.scale);
  const one = ({ label, value }: NamedValue): string => {
    const index = toIndex(value, by), background = entry(colours, index);
    const beyond = index === special.below || index === special.above;
    const where = beyond ? `, ${index === special.below ? "below" : "above"} the scale` : "";
    return `<span class="swatch" data-index="${index}" style="display:inline-block;width:14px;border:1px solid rgb(208,212,218);color:${
      css(inkOn(background))
    };background-color:${css(background)}">\u00a0</span> ${escapeHtml(label)} ${
      formatNumber(value)
    }${where}`;
  };
  return ticks.length === 0
    ? ""
    : `<p class="ticks" style="${quiet};margin:6px 0">${ticks.map(one).join("&emsp;")}</p>`;
}
