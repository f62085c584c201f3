// deno-lint-ignore-file no-import-prefix -- the one file that names the version
/**
 * axe, which finds what of WCAG a page breaks.
 *
 * @module
 */

import axe from "npm:axe-core@4.14.1";
import type { Page } from "../playwright.ts";

/** The script to run in the page. */
export const source: string = (axe as unknown as { source: string }).source;

/** What of WCAG 2.2 AA a page breaks, as far as a machine can see. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(source);
  return await page.evaluate(async () => {
    // deno-lint-ignore no-explicit-any -- axe lives in the page
    const { violations } = await (globalThis as any).axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
    });
    // deno-lint-ignore no-explicit-any -- the same
    return violations.flatMap(({ id, nodes }: any) =>
      // deno-lint-ignore no-explicit-any -- the same
      nodes.map((node: any) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)
    );
  });
}
