/**
 * The Markdown parser: GitHub's dialect, no dependencies, in wide use and kept up. Loaded when a notebook is exported.
 *
 * @module
 */

export { Marked, type Tokens } from "npm:marked@18.2.1";
