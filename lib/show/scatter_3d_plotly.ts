/**
 * Points in three dimensions, drawn by plotly.js.
 *
 * @module
 */

import type { DrawnDocument } from "./display.ts";
import { documentOf, type DocumentParts } from "./document.ts";
import { drawn, type DrawnPromise } from "./drawn.ts";
import { refuseUnknownOptions } from "./known_options.ts";
import { packedPlotly } from "./plotly.ts";
import { carriesPlotly, plotlyPlace } from "./plotly_carrier.ts";
import type { Scatter3dPayload } from "./payload.ts";

/** How {@linkcode Scatter3d.plotly} draws. */
export interface Scatter3dPlotlyOptions {
  /**
   * Whether the output carries plotly.js whatever others do; for a page whose carrier is gone.
   *
   * @default {false}
   */
  readonly carry?: boolean;
}

/**
 * Draws points by plotly.js.
 *
 * @param parts The document that is drawn without it.
 * @param options Whether it carries the library in any case.
 * @returns A document that is the other one until plotly.js stands in the page.
 */
export function scatter3dPlotly(
  parts: DocumentParts & { readonly payload: Scatter3dPayload },
  options: Scatter3dPlotlyOptions,
): DrawnPromise<DrawnDocument> {
  refuseUnknownOptions("draw points by plotly.js", options, ["carry"]);
  return drawn(() => draw(parts, options.carry === true));
}

async function draw(
  parts: DocumentParts & { readonly payload: Scatter3dPayload },
  carry: boolean,
): Promise<DrawnDocument> {
  const packed = await packedPlotly();
  const payload = { ...parts.payload, kind: "scatter3dPlotly" as const };
  const lean = documentOf({ ...parts, payload, data: plotlyPlace("") });
  // Whoever reads the HTML itself gets what stands alone; an output of a notebook shares the library with others.
  const whole: DrawnDocument = documentOf(
    { ...parts, payload, data: plotlyPlace(packed) },
    () => carry || carriesPlotly(parts.title) ? whole : lean,
  );
  return whole;
}
