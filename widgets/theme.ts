/**
 * The colours of the page that a figure stands on.
 *
 * @module
 */
/// <reference lib="dom" />

import {
  type Colour,
  css,
  type Ground,
  luminance,
  palette,
  type Scale,
} from "../lib/show/colour.ts";
import { entry, inkOn } from "../lib/show/colour.ts";

/** Reads a computed colour; undefined if it lets through what is behind it. */
function readColour(text: string): Colour | undefined {
  const [red, green, blue, alpha] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return blue === undefined || (alpha ?? 1) < 0.5 ? undefined : [red!, green!, blue];
}

/** Whether the page is dark: as the notebook says, else by its background, else as the reader's system prefers. */
function darkPage(): boolean {
  const { body, documentElement } = document;
  const lab = body.dataset.jpThemeLight;
  if (lab) return lab === "false";
  const code = body.dataset.vscodeThemeKind;
  if (code) return code.includes("dark") || code === "vscode-high-contrast";
  for (const element of [body, documentElement]) {
    const colour = readColour(getComputedStyle(element).backgroundColor);
    if (colour) return luminance(colour) < 0.2;
  }
  return matchMedia("(prefers-color-scheme:dark)").matches;
}

/**
 * Sets the colours of a figure by those of the notebook and finds the ground that its values are drawn on.
 *
 * @param host The element that holds the figure's shadow.
 * @param figure The figure.
 * @returns The background and whether it is dark.
 */
export function applyTheme(host: HTMLElement, figure: HTMLElement): Ground {
  const dark = darkPage();
  const set = (name: string, value: string): void => host.style.setProperty(`--${name}`, value);
  set(
    "paper",
    `var(--jp-layout-color0,var(--vscode-editor-background,${dark ? "#121417" : "#fff"}))`,
  );
  set(
    "ink",
    `var(--jp-content-font-color1,var(--vscode-editor-foreground,${dark ? "#e8eaed" : "#1a1c1f"}))`,
  );
  set("quiet", "color-mix(in srgb,var(--ink) 78%,var(--paper))");
  set("line", "color-mix(in srgb,var(--ink) 22%,var(--paper))");
  set("chip", "color-mix(in srgb,var(--ink) 9%,var(--paper))");
  set("bar", dark ? "#6cb0f0" : "#2171b5");
  set("focus", dark ? "#ffb454" : "#b3470a");
  figure.style.colorScheme = dark ? "dark" : "light";
  figure.style.background = "var(--paper)";
  figure.style.color = "var(--ink)";
  // A colour of the host that nothing is drawn in: that of the figure would need all of it to be styled first.
  host.style.columnRuleColor = "var(--paper)";
  const background = readColour(getComputedStyle(host).columnRuleColor) ??
    (dark ? [18, 20, 23] : [255, 255, 255]) as Colour;
  return { background, dark: luminance(background) < 0.2 };
}

/**
 * Takes the light colours off a static layer, so that the style sheet's hold; what has a palette entry gets its colour.
 *
 * @param figure The figure.
 */
export function unpaint(figure: HTMLElement): void {
  for (const element of figure.querySelectorAll<HTMLElement>("[style]")) {
    const { style } = element;
    style.removeProperty("color");
    style.removeProperty("background-color");
    if (style.borderStyle || style.borderBottomStyle) {
      style.borderColor = element.matches(".mark,.special") ? "currentColor" : "var(--line)";
    }
  }
}

/**
 * Gives an element the colour of a palette entry and ink that can be read on it.
 *
 * @param element The element.
 * @param colours The palette.
 * @param index The entry.
 */
export function tint(element: HTMLElement, colours: Uint8Array, index: number): void {
  const colour = entry(colours, index);
  element.style.backgroundColor = css(colour);
  element.style.color = css(inkOn(colour));
}

/**
 * Paints everything in a figure that has a palette entry.
 *
 * @param figure The figure.
 * @param scale The scale of its values.
 * @param ground What it stands on.
 */
export function repaint(figure: HTMLElement, scale: Scale, ground: Ground): void {
  const colours = palette(scale, ground);
  for (const element of figure.querySelectorAll<HTMLElement>("[data-index]")) {
    tint(element, colours, Number(element.dataset.index));
  }
}
