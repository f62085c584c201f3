/**
 * What a document gives its script: types only, shared with `widgets`.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import type { Scale } from "./colour.ts";
import type { ValueScale } from "./value_scale.ts";

/** A grid: its palette entries are in the picture. */
export interface HeatMapPayload {
  /** Which view this is. */
  readonly kind: "heatMap";
  /** How entries are values. */
  readonly by: ValueScale;
  /** What the values are, with their unit. */
  readonly label: string;
  /** What stands from top to bottom. */
  readonly rowName: string;
  /** The labels from top to bottom. */
  readonly rows: readonly string[];
  /** What stands from left to right. */
  readonly columnName: string;
  /** The labels from left to right. */
  readonly columns: readonly string[];
  /** The values to seven figures, where there are few; null for what JSON cannot hold. */
  readonly values?: readonly (number | null)[];
  /** What else is said of each cell, where there are few. */
  readonly notes?: readonly { readonly name: string; readonly texts: readonly string[] }[];
  /** The cells with a dot. */
  readonly marked?: readonly number[];
}

/** The heads of a layer: their palette entries are in the pictures. */
export interface AttentionPayload {
  /** Which view this is. */
  readonly kind: "attention";
  /** How entries are weights. */
  readonly by: ValueScale;
  /** Which layer this is. */
  readonly layer: number;
  /** The visible form of each token. */
  readonly tokens: readonly string[];
}

/** Tokens: their palette entries are on the chips. */
export interface TokenStripPayload {
  /** Which view this is. */
  readonly kind: "tokenStrip";
  /** The scale of the values. */
  readonly scale: Scale;
  /** The text of each token, to be copied. */
  readonly texts: readonly string[];
  /** The visible form of each token, where they are one text. */
  readonly tokens?: readonly string[];
}

/** The heads of a whole model: their palette entries are in one picture. */
export interface AttentionSheetPayload {
  /** Which view this is. */
  readonly kind: "attentionSheet";
  /** How entries are weights. */
  readonly by: ValueScale;
  /** Which layers there are. */
  readonly layers: readonly number[];
  /** How many heads a layer has. */
  readonly heads: number;
  /** Whether the weights are differences to those of another prompt. */
  readonly compared?: boolean;
  /** The pixels of a cell in the picture. */
  readonly cell: number;
  /** How many tokens a cell stands for, on each side; the greatest of their weights is shown. */
  readonly pooled: number;
  /** The visible form of each token. */
  readonly tokens: readonly string[];
}

/** Several metrics of the same tokens: their palette entries are on the chips. */
export interface TokenMetricsPayload {
  /** Which view this is. */
  readonly kind: "tokenMetrics";
  /** The scales of the metrics, in order. */
  readonly scales: readonly Scale[];
  /** The visible form of each token. */
  readonly tokens: readonly string[];
}

/** A tensor of any rank: its palette entries are in one picture, slice after slice from top to bottom. */
export interface TensorPayload {
  /** Which view this is. */
  readonly kind: "tensor";
  /** How entries are values. */
  readonly by: ValueScale;
  /** What the values are. */
  readonly label: string;
  /** The axes, outermost first, the last two of them rows and columns. */
  readonly axes: readonly { readonly name: string; readonly labels: readonly string[] }[];
  /** The values to seven figures, where there are few; null for what JSON cannot hold. */
  readonly values?: readonly (number | null)[];
}

/** Points in three dimensions. */
export interface Scatter3dPayload {
  /** Which view this is. */
  readonly kind: "scatter3d" | "scatter3dPlotly";
  /** What the axes are. */
  readonly axes: readonly string[];
  /** Where the points lie, three numbers each. */
  readonly places: readonly number[];
  /** What they are. */
  readonly labels: readonly string[];
  /** The colour of each, by number. */
  readonly classes: readonly number[];
}

/** What has no data besides what its static layer says. */
export interface PlainPayload {
  /** Which view this is. */
  readonly kind: "table" | "tree" | "lensTable" | "graph";
  /** The visible form of each token that its columns are of, where they are. */
  readonly tokens?: readonly string[];
  /** How many of its rows are stages. */
  readonly stages?: number;
}

/** The data of one document. */
export type Payload =
  & (
    | HeatMapPayload
    | AttentionPayload
    | AttentionSheetPayload
    | TokenStripPayload
    | TokenMetricsPayload
    | TensorPayload
    | Scatter3dPayload
    | PlainPayload
  )
  & {
    /** The expression that computes what is pointed at, with its place in braces, such as `patterns.weight({layer}, {head})`. */
    readonly code?: Code;
  };
