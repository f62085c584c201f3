/**
 * Linear algebra in plain JavaScript, loaded when it is first needed.
 *
 * @module
 */

export * from "npm:ml-matrix@6.15.1";
