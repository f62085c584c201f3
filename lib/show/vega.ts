/**
 * Vega and Vega-Lite, which draw a chart where no notebook does; imported when the first chart is drawn.
 *
 * @module
 */

export { parse, View } from "npm:vega@6.4.0";
export { compile } from "npm:vega-lite@6.5.0";
