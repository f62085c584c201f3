/**
 * Drawing in the middle of a cell.
 *
 * @module
 */

import { drawingOf } from "./all.ts";

/** What the Deno kernel offers and a script does not have. */
export interface Kernel {
  /** Sends a message to whoever shows the notebook. */
  broadcast(type: string, content: object): Promise<void>;
}

/** The kernel this runs in; undefined in a script, where asking for it throws. */
function kernel(): Kernel | undefined {
  try {
    return (Deno as unknown as { jupyter?: Kernel }).jupyter;
  } catch {
    return undefined;
  }
}

/**
 * Draws values at once, in the middle of a cell; in a terminal it prints them.
 *
 * @param values Values that draw themselves, promises of them, or anything else, which is inspected.
 * @returns When everything has been drawn, in the order given.
 *
 * @example
 * ```ts
 * import { show, table } from "@innerworks/innerworks";
 * await show(table({ title: "Nothing", columns: [], rows: [] }), Promise.resolve(1));
 * ```
 */
export async function show(...values: unknown[]): Promise<void> {
  await showIn(kernel(), values);
}

/**
 * Draws values in a kernel, or prints them where there is none.
 *
 * @param notebook The kernel.
 * @param values Anything.
 * @returns When everything has been drawn.
 */
export async function showIn(notebook: Kernel | undefined, values: unknown[]): Promise<void> {
  // Asked for together, drawn in order.
  for (const pending of values.map(drawingOf)) {
    const data = await pending;
    if (notebook) {
      await notebook.broadcast("display_data", { data, metadata: {}, transient: {} });
    } else console.log(data["text/plain"]);
  }
}
