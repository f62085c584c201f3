// deno-lint-ignore-file no-import-prefix -- the one file that names the version
/**
 * axe, which finds what of WCAG a page breaks.
 *
 * @module
 */

import axe from "npm:axe-core@4.14.1";

/** The script to run in the page. */
export const source: string = (axe as unknown as { source: string }).source;
