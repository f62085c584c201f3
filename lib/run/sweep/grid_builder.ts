/**
 * What the builders of grids share: a site in every layer, heads, positions.
 *
 * @module
 */

import type { PromptTokens, Site, Transformer } from "../../model/mod.ts";
import { checkDefined } from "../edit_where.ts";
import { cellEdits, type GridOptions } from "./cell_edit.ts";
import { type GridCode, writtenGrid } from "./grid_code.ts";
import type { SweepAxis } from "./sweep_values.ts";
import type { GridBuilder, GridContext, Variant } from "./variant.ts";
import type { Where } from "../edit.ts";

/** Some positions of a grid, with what they are called. */
export interface GridPositions {
  /** The positions: numbers, or names of spans. */
  readonly positions: readonly (number | string)[];
  /** The axis. */
  readonly axis: SweepAxis;
}

/** The layer of a site within a block. */
export function layerOf(site: Site): number {
  return Number(/^blocks\.(\d+)\./.exec(site)?.[1] ?? NaN);
}

/** Sites of attention that may be named without it. */
const ATTENTION: ReadonlySet<string> = new Set(
  ["q", "k", "v", "rot_q", "rot_k", "scores", "pattern", "z", "result"],
);

/**
 * The sites of a bare name or pattern in the layers that are wanted.
 *
 * @throws {RangeError} If there is none.
 */
export function sitesIn(
  model: Transformer,
  at: string,
  layers: readonly number[] | undefined,
): readonly Site[] {
  const sites = model.match(ATTENTION.has(at) ? `attn.${at}` : at, "sweep").filter((site) =>
    !Number.isNaN(layerOf(site))
  );
  const count = model.architecture.layers;
  const wanted = layers?.map((layer) => layer < 0 ? count + layer : layer);
  for (const [i, layer] of (wanted ?? []).entries()) {
    if (sites.some((site) => layerOf(site) === layer)) continue;
    throw new RangeError(
      `Cannot sweep ${at} as a layer must have it: layer ${
        layers![i]
      } does not, and there are ${count} layers`,
    );
  }
  const found = sites.filter((site) => !wanted || wanted.includes(layerOf(site)));
  if (found.length > 0) return found;
  throw new RangeError(`Cannot sweep ${at} as it must be a site of blocks: no layer has it`);
}

/** An axis of layers. */
export function layerAxis(sites: readonly Site[]): SweepAxis {
  return { name: "layer", labels: sites.map((site) => String(layerOf(site))) };
}

/**
 * The size of an axis of a site.
 *
 * @throws {RangeError} If it has none of that name.
 */
export function axisSize(model: Transformer, site: Site, axis: "head" | "neuron"): number {
  const at = model.axesOf(site).indexOf(axis);
  if (at >= 0) return model.shapeOf(site, 1, 1)[at]!;
  throw new RangeError(
    `Cannot sweep ${axis}s as the site must have some: the axes of ${site} are ${
      model.axesOf(site).join(", ")
    }`,
  );
}

/** The positions of a grid: those that are wanted, or all of prompts of one length. */
export function gridPositions(
  { tokens, sourceTokens }: GridContext,
  wanted: readonly (number | string)[] | undefined,
): GridPositions {
  const length = tokens[0]!.ids.length;
  // The kernel of a notebook does not check types: one position may be given alone.
  const positions = wanted !== undefined
    ? [wanted].flat()
    : Array.from({ length }, (_, position) => position);
  const odd = tokens.find(({ ids }) => ids.length !== length);
  if (!wanted && odd) {
    throw new RangeError(
      `Cannot sweep all positions as prompts must be of one length: there are ${length} and ${odd.ids.length} tokens; give positions, such as names of spans, or -1`,
    );
  }
  const name = (all: readonly PromptTokens[]) => positions.map((at) => labelOf(all, at));
  const axis = { name: "position", labels: name(tokens) };
  return {
    positions,
    axis: sourceTokens ? { ...axis, cleanLabels: name(sourceTokens) } : axis,
  };
}

/** What a position is called: its token where all prompts have the same, else its number. */
function labelOf(tokens: readonly PromptTokens[], at: number | string): string {
  if (typeof at === "string") return at;
  const texts = tokens.map(({ ids, tokens }) => tokens[at < 0 ? ids.length + at : at]?.text);
  const [first] = texts;
  return first !== undefined && texts.every((text) => text === first)
    ? `${at} ${JSON.stringify(first)}`
    : String(at);
}

/** What a builder says of its cells, before the prompts are known. */
export interface GridParts {
  /** What the grid is. */
  readonly label: string;
  /** The site, or a pattern. */
  readonly at: string;
  /** The layers; all where left out. */
  readonly layers?: readonly number[];
  /** The axes and cells, once the prompts are known. */
  readonly cells: (context: GridContext, sites: readonly Site[]) => {
    readonly axes: readonly SweepAxis[];
    readonly places: readonly ({ readonly at: Site; readonly where: Where } | null)[];
    readonly code: GridCode;
  };
}

/** Makes a builder of cells that each edit one place. */
export function gridBuilder(
  { label, at, layers, cells }: GridParts,
  options: GridOptions,
): GridBuilder {
  checkDefined(options, `Cannot sweep ${label} as in its options`);
  const sites = (model: Transformer) => sitesIn(model, at, layers);
  return {
    label,
    sites,
    build(context) {
      const { axes, places, code } = cells(context, sites(context.model));
      const variants = places.map((place): Variant | null =>
        place && { edits: cellEdits(place, context, options) }
      );
      return writtenGrid({ axes, variants }, code);
    },
  };
}
