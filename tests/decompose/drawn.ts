/**
 * What every drawing of a result must be: the same figures in HTML and text, escaped, with the baseline said.
 *
 * @module
 */

import { display, type Displayable, inspect } from "../../lib/show/mod.ts";
import { assert } from "../assert.ts";

/** Draws a result, and checks that HTML, terminal and plain data are there and say certain words. */
export async function checkDrawing(
  result: Displayable & { toJSON(): unknown },
  ...said: readonly string[]
): Promise<string> {
  const drawing = await result[display]() as { "text/html"?: string; "text/plain": string };
  assert(drawing["text/html"]?.startsWith("<"), "it is a document");
  const text = (result as unknown as Record<typeof inspect, () => string>)[inspect]();
  for (const word of said) {
    assert(
      drawing["text/plain"].includes(word),
      `the text lacks ${word}: ${drawing["text/plain"]}`,
    );
    assert(text.includes(word), `the terminal lacks ${word}: ${text}`);
  }
  JSON.parse(JSON.stringify(result));
  return drawing["text/html"]!;
}
