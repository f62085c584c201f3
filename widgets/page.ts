/**
 * What runs in the page: every figure that is not upgraded yet gets a shadow root with its upgraded form, while its
 * static layer stays in the page, unchanged. It has no ids and no network, and runs once for each output, in any order.
 *
 * @module
 */
/// <reference lib="dom" />

import type { Ground } from "../lib/show/colour.ts";
import type { Payload } from "../lib/show/payload.ts";
import { attention } from "./attention.ts";
import { heatMap } from "./heat_map.ts";
import { lensTable } from "./lens_table.ts";
import { style } from "./style.ts";
import { applyTheme, onTheme, repaint, unpaint } from "./theme.ts";
import { tokenStrip } from "./token_strip.ts";

/** The class of the figures that this very bundle belongs to; written by build.ts. */
declare const rootClass: string;

async function upgrade(host: HTMLElement): Promise<void> {
  const still = host.querySelector<HTMLElement>(".figure");
  const data = host.querySelector("script[type='application/json']");
  if (!still || !data) return;
  const payload: Payload = JSON.parse(data.textContent);
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = document.createElement("style");
  sheet.textContent = style;
  const figure = still.cloneNode(true) as HTMLElement;
  unpaint(figure);
  shadow.append(sheet, figure);
  let paint: ((ground: Ground) => void) | undefined;
  if (payload.kind === "tokenStrip") tokenStrip(figure, payload);
  if (payload.kind === "lensTable") lensTable(figure);
  onTheme(host, () => {
    const ground = applyTheme(host, figure);
    repaint(
      figure,
      "by" in payload ? payload.by.scale : "scale" in payload ? payload.scale : "sequential",
      ground,
    );
    paint?.(ground);
  });
  if (payload.kind === "heatMap") paint = await heatMap(figure, payload);
  if (payload.kind === "attention") paint = await attention(figure, payload);
  paint?.(applyTheme(host, figure));
  if (figure.scrollWidth > figure.clientWidth && figure.clientWidth > 0) {
    // What scrolls must be reached by keyboard.
    figure.tabIndex = 0;
    figure.setAttribute("role", "group");
    figure.setAttribute("aria-label", figure.querySelector(".title")?.textContent ?? "");
  }
}

for (const host of document.querySelectorAll<HTMLElement>(`.${rootClass}`)) {
  // What cannot be upgraded stays as it is: the static layer says everything.
  if (!host.shadowRoot) upgrade(host).catch((error) => host.shadowRoot ? fallBack(host, error) : 0);
}

/** Shows the static layer again. */
function fallBack(host: HTMLElement, error: unknown): void {
  host.shadowRoot!.replaceChildren(document.createElement("slot"));
  setTimeout(() => {
    throw error;
  });
}
