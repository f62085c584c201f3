/**
 * What a reader copies from a view, and what it gives when it is run.
 *
 * @module
 */

import * as library from "../mod.ts";
import { type Code, codeAt, type CodePlace } from "../lib/show/code_at.ts";

/** Runs what was copied, with the library's names and a model in reach, as a cell does. */
export async function ranCode(
  code: string,
  model: library.Transformer,
  own: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const reach = { ...library, model, ...own };
  const body = new Function(...Object.keys(reach), `return (async () => ${code}\n)()`);
  return await body(...Object.values(reach));
}

/** The expression of each figure of a drawing; undefined of one that has none. */
export async function codesOf(
  value: library.Displayable,
): Promise<readonly (Code | undefined)[]> {
  const html = ((await value[library.display]()) as library.Document)["text/html"] ?? "";
  const data = html.matchAll(/<script type="application\/json">(.*?)<\/script>/gs);
  return [...data].map(([, json]) => JSON.parse(json!).code);
}

/** What is copied from a figure of a drawing at a place. */
export async function copiedCode(
  value: library.Displayable,
  place: CodePlace,
  figure = 0,
): Promise<string> {
  const code = (await codesOf(value))[figure];
  if (code === undefined) throw new Error(`figure ${figure} has no code`);
  return codeAt(code, place);
}
