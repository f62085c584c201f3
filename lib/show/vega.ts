// deno-lint-ignore-file no-import-prefix -- the one file that names the version
/**
 * Vega and Vega-Lite, which draw a chart where no notebook does; imported when the first chart is drawn.
 *
 * @module
 */

import * as vega from "npm:vega@6.4.0";

export { parse, View } from "npm:vega@6.4.0";
export { compile } from "npm:vega-lite@6.5.0";

/** What Vega measures text by; its types leave it out. */
export const textMetrics: {
  /** The size of the letters of a mark. */
  readonly height: (mark: unknown) => number;
  /** How wide a text is in that mark; may be replaced. */
  width: (mark: unknown, text: unknown) => number;
} = (vega as unknown as { textMetrics: typeof textMetrics }).textMetrics;
