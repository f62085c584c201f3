/**
 * How the cells of a sweep are laid out in pictures, and what stands at their sides.
 *
 * @module
 */

import { type ShownToken, tokenText } from "../../show/mod.ts";
import type { SweepAxis, SweepValues } from "./sweep_values.ts";

/** One picture: a grid of cells. */
export interface SweepPanel {
  /** What all of its cells share, such as `layer 3`; empty where there is one picture. */
  readonly name: string;
  /** What stands from top to bottom. */
  readonly rows: { readonly name: string; readonly labels: readonly string[] };
  /** What stands from left to right. */
  readonly columns: { readonly name: string; readonly labels: readonly string[] };
  /** The variant of each cell, row by row. */
  readonly variants: readonly number[];
}

/** The most pictures of a sweep. */
const mostPanels = 16;

/**
 * Lays out a sweep of two axes or more: two axes are one picture, three a picture for each place of the first. Where
 * those would be too many, and of more axes, one picture has several axes on each side.
 */
export function panelsOf(data: SweepValues): readonly SweepPanel[] {
  const { axes, shape } = data, sides = axes.map((axis) => sideOf(axis, data));
  const listed = axes.length === 3 && shape[0]! <= mostPanels;
  const first = listed ? sides[0]! : { name: "", labels: [""] };
  const rest = listed ? sides.slice(1) : sides, half = Math.floor(rest.length / 2);
  const [rows, columns] = [together(rest.slice(0, half)), together(rest.slice(half))];
  const size = rows.labels.length * columns.labels.length;
  return first.labels.map((label, panel) => ({
    name: listed ? `${first.name} ${label}` : "",
    rows,
    columns,
    variants: Array.from({ length: size }, (_, i) => panel * size + i),
  }));
}

/**
 * What stands at the side of an axis. Positions have their tokens: the one of the run that is edited, and after an arrow
 * that of the other run where they differ; dots after a token say that other examples have another.
 *
 * @param axis The axis.
 * @param data What was swept.
 */
export function sideOf(axis: SweepAxis, data: SweepValues): SweepPanel["rows"] {
  const { name, labels, cleanLabels } = axis, tokens = tokensAlong(axis, data);
  if (tokens) return { name, labels: tokens };
  const arrow = (label: string, i: number) =>
    cleanLabels && cleanLabels[i] !== label ? `${label} → ${cleanLabels[i]}` : label;
  return { name, labels: labels.map(arrow) };
}

/** The tokens along an axis of positions, where there is one for each token of every prompt. */
function tokensAlong(
  { name, labels }: SweepAxis,
  { prompts, references }: SweepValues,
): string[] | null {
  const whole = [...prompts, ...references ?? []].every(({ tokens }) =>
    tokens.length === labels.length
  );
  if (name !== "position" || prompts.length === 0 || !whole) return null;
  const shown = (all: readonly { readonly tokens: readonly ShownToken[] }[], at: number) => {
    const texts = new Set(all.map(({ tokens }) => tokenText(tokens[at]!)));
    return [...texts][0]! + (texts.size > 1 ? "…" : "");
  };
  return labels.map((_, at) => {
    const own = shown(prompts, at), other = references ? shown(references, at) : own;
    const differs = references?.some(({ ids }, example) => ids[at] !== prompts[example]!.ids[at]);
    return `${at} ${own}${differs ? ` → ${other}` : ""}`;
  });
}

/** Several axes as one, the last changing fastest. */
function together(sides: readonly SweepPanel["rows"][]): SweepPanel["rows"] {
  return {
    name: sides.map(({ name }) => name).join(" · "),
    labels: sides.reduce<readonly string[]>(
      (found, { labels }, at) =>
        at === 0
          ? labels
          : found.flatMap((before) => labels.map((label) => `${before} · ${label}`)),
      [],
    ),
  };
}
