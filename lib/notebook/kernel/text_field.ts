/**
 * A line of text, written by hand.
 *
 * @module
 */

import { refuseUnknownOptions } from "../../show/mod.ts";
import type { Control } from "./control.ts";

/** How to make a text field. */
export interface TextFieldOptions {
  /** What is written beside it; its name by default. */
  readonly label?: string;
}

/** A longer text would be no prompt that is written by hand. */
const LONGEST = 100_000;

/**
 * Makes a text field for a live view. What is drawn follows when the reader pauses, presses Enter or leaves the field.
 *
 * @param value Its text at first.
 * @param options Its label.
 * @returns The control; its value is a string.
 * @throws {TypeError} If the value is no text.
 *
 * @example Usage
 * ```ts
 * import { textField } from "@innerworks/innerworks";
 *
 * console.log(textField("When Mary and John").value);
 * ```
 */
export function textField(value: string, options: TextFieldOptions = {}): Control<string> {
  refuseUnknownOptions("make a text field", options, ["label"]);
  const read = (given: unknown): string => {
    if (typeof given === "string" && given.length <= LONGEST) return given;
    throw new TypeError(
      `Cannot set a text field as its value must be text of at most ${LONGEST} characters: it is ${
        typeof given === "string" ? `${given.length} long` : given
      }`,
    );
  };
  return {
    spec: { kind: "text" },
    label: options.label,
    value: read(value),
    read,
    describe: (given) => JSON.stringify(given),
  };
}
