/**
 * Which model something was fitted to, or measured on.
 *
 * @module
 */

import type { Transformer } from "./transformer.ts";

/**
 * Makes a mark by which a model is told from others, without reading all its weights: the SHA-256 of its architecture, of a
 * row of W_E and of what the first head of every layer writes.
 *
 * @param model The model.
 * @returns 64 hexadecimal digits.
 *
 * @example
 * ```ts
 * import { load, modelFingerprint } from "@innerworks/innerworks";
 * const mark = await modelFingerprint(await load("seedling"));
 * if (mark.length !== 64) throw new Error("SHA-256 has 64 digits");
 * ```
 */
export async function modelFingerprint(model: Transformer): Promise<string> {
  const { architecture } = model, parts = [new TextEncoder().encode(JSON.stringify(architecture))];
  const views = [
    model.W_E.at({ vocabulary: 0 }),
    ...Array.from(
      { length: architecture.layers },
      (_, layer) => model.layerWeight(layer, "W_O")!.at({ head: 0 }),
    ),
  ];
  for (const view of views) {
    // Single precision, so that the mark does not depend on the backend.
    parts.push(new Uint8Array(Float32Array.from(await view.data()).buffer));
  }
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.toHex();
}
