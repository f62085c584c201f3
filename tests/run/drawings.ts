/**
 * What a result draws.
 *
 * @module
 */

import { display, type Displayable } from "../../lib/show/mod.ts";
import { assertEquals } from "../assert.ts";

/** Draws a result, or the promise of one, and returns its page and its text. */
export async function drawings(shown: unknown): Promise<{ html: string; plain: string }> {
  const drawing = await (shown as Displayable)[display]() as unknown as Record<string, string>;
  assertEquals(Object.keys(drawing).sort(), ["text/html", "text/plain"]);
  return { html: drawing["text/html"]!, plain: drawing["text/plain"]! };
}
