/**
 * From edits of prompts to edits of the rows of a batch, where each prompt has several rows.
 *
 * @module
 */

import { type Edit, editText } from "../edit.ts";

/**
 * Makes edits of some prompts edits of all copies of these prompts.
 *
 * @param edits The edits; their examples are prompts.
 * @param prompts How many prompts there are.
 * @param copies How many rows each prompt has, one after another.
 * @returns The edits, their examples rows.
 * @throws {RangeError} If an example is no prompt, or an edit takes values of other rows and there are copies.
 */
export function spreadEdits(
  edits: readonly Edit[],
  prompts: number,
  copies: number,
): readonly Edit[] {
  if (copies === 1) return edits;
  return edits.map((edit) => {
    if (edit.kind === "resample" && "seed" in edit.source) {
      throw new RangeError(
        `Cannot ${
          editText(edit)
        } as each prompt must have one text where an edit takes values of other rows: there are ${copies} a prompt`,
      );
    }
    if (edit.examples === undefined) return edit;
    const examples = Array.from([edit.examples].flat() as number[]);
    return {
      ...edit,
      examples: examples.flatMap((example) => {
        const prompt = example < 0 ? prompts + example : example;
        if (!Number.isInteger(prompt) || prompt < 0 || prompt >= prompts) {
          throw new RangeError(
            `Cannot ${editText(edit)} as examples must be from ${-prompts} to ${
              prompts - 1
            }: current value is ${example}`,
          );
        }
        return Array.from({ length: copies }, (_, copy) => prompt * copies + copy);
      }),
    };
  });
}
