/**
 * What a document looks like on paper: its colours are kept, and where a scale has two sides the negative one is told from the
 * positive without colour.
 *
 * @module
 */

import type { Payload } from "./payload.ts";

/**
 * A filter that stripes what is orange, which of all palette entries is greener than it is blue, and leaves white, grey, blue
 * and purple as they are. A light and a dark line lie side by side, so that they are seen on pale cells and on dark ones, and
 * both are let through in part, so that a cell stays about as dark as it was. It knows nothing of cells: grids of one pixel a
 * cell are striped too.
 */
const stripes = [
  // An address that must be there, and that no reader of the page is to take for one that is fetched.
  "<svg xmlns='%68ttp://www.w3.org/2000/svg'><filter id='a' x='0' y='0' width='1' height='1' color-interpolation-filters='sRGB'>",
  "<feColorMatrix values='0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 8 -8 0 0' result='m'/>",
  "<feFlood x='0' y='0' width='4' height='1' flood-color='white' flood-opacity='.6' result='w'/>",
  "<feFlood x='0' y='1' width='4' height='1' flood-opacity='.3'/>",
  "<feMerge x='0' y='0' width='4' height='4'><feMergeNode/><feMergeNode in='w'/></feMerge><feTile/>",
  "<feComposite in2='m' operator='in' result='s'/>",
  "<feMerge><feMergeNode in='SourceGraphic'/><feMergeNode in='s'/></feMerge></filter></svg>",
].join("");

/** What holds with scripts and without. */
export const signedOnPaper: string =
  ".signed .legend::after{content:'; on paper, what is negative is striped or has two lines below'}.signed .less{border-bottom:3px double!important}";

/** A table that is wider than a sheet shrinks until it is whole. */
const fitted = "zoom:var(--fit,1);overflow:visible!important";

/** Whether the values of a document lie to both sides of zero. */
export function isSigned(payload: Payload): boolean {
  const scales = "by" in payload
    ? [payload.by.scale]
    : "scales" in payload
    ? payload.scales
    : "scale" in payload
    ? [payload.scale]
    : [];
  return scales.includes("diverging");
}

/**
 * Writes the style that a document has on paper, and nowhere else. A host that strips it prints what it shows.
 *
 * @param payload The document's data.
 * @returns A style element.
 */
export function paperStyle(payload: Payload): string {
  const root = "[class^=innerworks-]", signed = isSigned(payload);
  // In a page, heads of any sheet can be compared.
  const striped = signed || payload.kind === "attentionSheet";
  return `<style>@media print{${root}{print-color-adjust:exact;-webkit-print-color-adjust:exact${
    striped ? `;--stripes:url("data:image/svg+xml,${stripes}#a")` : ""
  }}${root}>.figure{overflow:visible!important;break-inside:avoid-page}${root} .tall>div:first-child{display:none}${root} .lens{${fitted}}${root} .wide{zoom:var(--wide)}${
    signed ? `${root} .signed .picture{filter:var(--stripes)}${signedOnPaper}` : ""
  }}</style>`;
}
