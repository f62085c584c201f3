/**
 * Tokens that are pinned in every figure of the same text.
 *
 * @module
 */
/// <reference lib="dom" />

import type { Page } from "./page.ts";

/**
 * Pins a token at a click, lets it go at the next, and marks the one that is pinned.
 *
 * @param chips The tokens, in order.
 * @param page The figure's page.
 */
export function pinChips(chips: readonly HTMLElement[], page: Page): void {
  let pinned: number | undefined;
  chips.forEach((chip, i) =>
    chip.addEventListener("click", () => page.pin(i === pinned ? undefined : i))
  );
  const also = page.onPin;
  page.onPin = (position) => {
    chips[pinned ?? -1]?.classList.remove("pinned");
    pinned = position;
    chips[position ?? -1]?.classList.add("pinned");
    also?.(position);
  };
}
