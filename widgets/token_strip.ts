/**
 * The token strip in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import type { TokenStripPayload } from "../lib/show/payload.ts";
import type { Page } from "./page.ts";
import { pinChips } from "./pin_chips.ts";

/**
 * Lets a strip be read token by token, by pointer and by keyboard.
 *
 * @param figure The figure.
 * @param payload Its data.
 * @param page What it may do besides.
 */
export function tokenStrip(
  figure: HTMLElement,
  { texts, tokens }: TokenStripPayload,
  page: Page,
): void {
  const strip = figure.querySelector<HTMLElement>(".strip");
  const chips = [...figure.querySelectorAll<HTMLElement>(".strip .token")];
  if (!strip || chips.length === 0) return;
  const output = document.createElement("output");
  let at = -1;
  const point = (next: number): void => {
    chips[at]?.classList.remove("at");
    at = next;
    chips[at]?.classList.add("at");
    output.textContent = chips[at]?.title ?? "";
    page.at(at < 0 ? undefined : { position: at });
  };
  if (tokens) page.tokens = tokens;
  pinChips(chips, page);
  chips.forEach((chip, i) => chip.addEventListener("pointerenter", () => point(i)));
  chips.forEach((chip, i) => chip.addEventListener("click", () => point(i)));
  strip.tabIndex = 0;
  strip.setAttribute("role", "group");
  strip.setAttribute("aria-label", "Tokens; the arrow keys read them");
  strip.addEventListener("keydown", (event) => {
    const last = chips.length - 1;
    const next = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: last,
      Escape: -1,
    }[event.key];
    if (event.key === "Enter") page.pin(at);
    else if (event.key === "Escape") page.pin(undefined);
    if (next === undefined) return;
    point(event.key === "Escape" ? -1 : Math.max(0, Math.min(last, next)));
    event.preventDefault();
    event.stopPropagation();
  });
  strip.addEventListener("copy", (event) => {
    // Browsers differ in whose business a selection in a shadow root is.
    const root = strip.getRootNode() as ShadowRoot & { getSelection?: () => Selection | null };
    const selection = root.getSelection?.() ?? getSelection();
    const chosen = texts.filter((_, i) => selection?.containsNode(chips[i]!, true));
    if (chosen.length === 0) return;
    // What was written, not the marks for what cannot be seen.
    event.clipboardData?.setData("text/plain", chosen.join(""));
    event.preventDefault();
  });
  strip.after(output);
}
