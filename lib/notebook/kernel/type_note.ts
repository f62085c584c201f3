/**
 * The note under a cell that names its type errors.
 *
 * @module
 */

import { escapeHtml } from "../../show/mod.ts";
import type { TypeFault } from "./code_help.ts";

/** More faults of one cell are counted, not named. */
const MOST_FAULTS = 5;

const STYLE =
  "font:12px/1.5 sans-serif;opacity:0.85;border-left:3px solid currentColor;padding:0 8px;white-space:pre-wrap";

/**
 * Writes a quiet note.
 *
 * @param faults The faults, at least one.
 * @returns The data of the output, as a page and as text.
 */
export function typeNote(faults: readonly TypeFault[]): Record<string, string> {
  const lines = faults.slice(0, MOST_FAULTS).map(({ line, message }) => `line ${line}: ${message}`);
  const more = faults.length - lines.length;
  if (more > 0) lines.push(`and ${more} more`);
  const title = "Types (the cell ran all the same)";
  return {
    "text/plain": [title, ...lines].join("\n"),
    "text/html": `<div style="${STYLE}">${title}<br>${lines.map(escapeHtml).join("<br>")}</div>`,
  };
}
