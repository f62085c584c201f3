/**
 * Innerworks opens up transformer language models in a notebook: a cell ends in an object, and the object draws itself.
 *
 * @module
 */

export {};
