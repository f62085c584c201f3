/**
 * JupyterLab's own sanitiser of what it does not trust.
 *
 * @module
 */

export { Sanitizer } from "npm:@jupyterlab/apputils@4.7.6/lib/sanitizer.js";
