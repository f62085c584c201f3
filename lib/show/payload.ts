/**
 * What a document gives its script: types only, shared with `widgets`.
 *
 * @module
 */

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
}

/** What has no data besides what its static layer says. */
export interface PlainPayload {
  /** Which view this is. */
  readonly kind: "table" | "tree" | "lensTable" | "graph";
}

/** The data of one document. */
export type Payload = HeatMapPayload | AttentionPayload | TokenStripPayload | PlainPayload;
