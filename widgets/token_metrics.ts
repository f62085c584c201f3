/**
 * Tokens by several metrics in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import type { TokenMetricsPayload } from "../lib/show/payload.ts";
import { choice, make } from "./elements.ts";
import type { Page, Paint } from "./page.ts";
import { palette } from "../lib/show/colour.ts";
import { pinChips } from "./pin_chips.ts";
import { tint } from "./theme.ts";

const hint = "Point at a token, or focus the text and use the arrow keys; Enter or a click pins it";

/**
 * Shows one metric at a time, or all, and says everything of the token that is pointed at.
 *
 * @param figure The figure.
 * @param payload Its data.
 * @param page What it may do besides.
 * @returns What paints it on a ground.
 */
export function tokenMetrics(
  figure: HTMLElement,
  payload: TokenMetricsPayload,
  page: Page,
): Paint | undefined {
  const parts = [...figure.querySelectorAll<HTMLElement>(".metric")];
  const rows = parts.map((part) => [...part.querySelectorAll<HTMLElement>(".strip .token")]);
  if (!rows[0]?.length) return;
  const output = make("output", "lines"), { length } = rows[0];
  output.dataset.hint = hint;
  const names = parts.map((part) => part.querySelector("b")!.textContent!);
  const show = (chosen: number): void =>
    parts.forEach((part, i) => part.hidden = chosen < names.length && i !== chosen);
  const choices = make("p", "choices"), form = choice("metric", [...names, "all"], show);
  choices.append(form.element);
  let at = -1;
  const mark = (place: number, name: string, on: boolean): void =>
    rows.forEach((chips) => chips[place]?.classList.toggle(name, on));
  const point = (next: number): void => {
    mark(at, "at", false);
    at = next;
    mark(at, "at", true);
    output.textContent = rows[0]![at]?.title.replaceAll("; ", "\n") ?? "";
    page.at(at < 0 ? undefined : { position: at });
  };
  rows.forEach((chips, metric) => {
    const strip = parts[metric]!.querySelector<HTMLElement>(".strip")!;
    chips.forEach((chip, i) => {
      chip.addEventListener("pointerenter", () => point(i));
      // A tap does not hover.
      chip.addEventListener("click", () => point(i));
    });
    strip.tabIndex = 0;
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", `${names[metric]}: tokens; the arrow keys read them`);
    strip.addEventListener("keydown", (event) => {
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: length - 1, Escape: -1 }[
        event.key
      ];
      if (event.key === "Enter") page.pin(at);
      else if (event.key === "Escape") page.pin(undefined);
      else if (next === undefined) return;
      if (next !== undefined) {
        point(event.key === "Escape" ? -1 : Math.max(0, Math.min(length - 1, next)));
      }
      event.preventDefault();
      event.stopPropagation();
    });
    pinChips(chips, page);
  });
  page.tokens = payload.tokens;
  parts[0]!.before(choices);
  // As many lines as any token needs, so that nothing below moves.
  const lines = Math.max(...rows[0].map((chip) => chip.title.split("; ").length));
  output.style.minHeight = `${1.5 * lines}em`;
  parts.at(-1)!.after(output);
  point(-1);
  show(form.value);
  return (ground) =>
    parts.forEach((part, i) => {
      const colours = palette(payload.scales[i]!, ground);
      for (const element of part.querySelectorAll<HTMLElement>("[data-index]")) {
        tint(element, colours, Number(element.dataset.index));
      }
    });
}
