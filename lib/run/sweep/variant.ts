/**
 * Variants of a run, and grids of them.
 *
 * @module
 */

import type { PromptTokens, Site, Transformer } from "../../model/mod.ts";
import type { Cache } from "../cache.ts";
import { type Edit, editText } from "../edit.ts";
import type { SweepAxis } from "./sweep_values.ts";

/** One variant: the edits of one run of all prompts. */
export interface Variant {
  /** The edits, made in the order given. */
  readonly edits: readonly Edit[];
  /** What it is called. @default {its edits in words} */
  readonly label?: string;
}

/** Variants on a grid. */
export interface VariantGrid {
  /** The axes, outermost first. */
  readonly axes: readonly SweepAxis[];
  /** The variants, the last axis fastest; null where a cell makes no sense, which stays undefined. */
  readonly variants: readonly (Variant | null)[];
}

/** What a grid is built from. */
export interface GridContext {
  /** The model. */
  readonly model: Transformer;
  /** The prompts that are run with edits. */
  readonly tokens: readonly PromptTokens[];
  /** The prompts that values come from, where prompts are pairs. */
  readonly sourceTokens: readonly PromptTokens[] | null;
  /** What these held at the sites of the grid. */
  readonly source: Cache | null;
}

/** Builds the variants of a grid once the prompts are known. */
export interface GridBuilder {
  /** What the grid is, such as `blocks.*.resid_pre by layer and position`. */
  readonly label: string;
  /** The sites at which it edits. */
  sites(model: Transformer): readonly Site[];
  /** Builds the grid. */
  build(context: GridContext): VariantGrid;
}

/** A variant in words. */
export function textOf({ label, edits }: Variant): string {
  return label ?? (edits.map(editText).join("; ") || "no edit");
}

/** Whether something builds a grid. */
export function isGridBuilder(given: unknown): given is GridBuilder {
  return typeof given === "object" && given !== null &&
    typeof (given as GridBuilder).build === "function";
}

/**
 * Refuses what is no list of variants: the kernel of a notebook does not check types.
 *
 * @throws {RangeError} If there is none.
 * @throws {TypeError} If one is no variant.
 */
export function checkVariants(variants: unknown): asserts variants is readonly Variant[] {
  if (!Array.isArray(variants)) {
    throw new TypeError(
      `Cannot sweep as variants must be a list, or a grid such as layersByPositions("resid_pre"): current value is ${
        typeof variants === "function"
          ? variants.name
            ? `the function ${variants.name}, which makes one when it is called`
            : "a function"
          : typeof (variants as { differentiable?: unknown } | null)?.differentiable === "boolean"
          ? "a metric; variants come before metrics"
          : typeof variants
      }`,
    );
  }
  for (const [index, variant] of variants.entries()) {
    const { edits, label = "" } = (variant ?? {}) as Partial<Variant>;
    if (!Array.isArray(edits)) {
      throw new TypeError(
        `Cannot sweep as variant ${index} must have a list of edits, such as { edits: [zero("blocks.0.attn.z")] }: its edits are ${
          edits === null ? "null" : typeof edits
        }`,
      );
    }
    if (typeof label !== "string") {
      throw new TypeError(
        `Cannot sweep as the label of variant ${index} must be text: current value is ${
          JSON.stringify(label)
        }`,
      );
    }
  }
}
