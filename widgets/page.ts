/**
 * What runs in the page: every figure that is not upgraded yet gets a shadow root with its upgraded form, while its
 * static layer stays in the page, unchanged. It has no ids and no network, and runs once for each output, in any order.
 *
 * @module
 */
/// <reference lib="dom" />

import type { CodePlace } from "../lib/show/code_at.ts";
import { type Ground, lightGround } from "../lib/show/colour.ts";
import type { Payload } from "../lib/show/payload.ts";
import { copyLine } from "./copy_line.ts";
import { make } from "./elements.ts";
import { type Figure, registry } from "./registry.ts";
import { style } from "./style.ts";
import { applyTheme, repaint, unpaint } from "./theme.ts";

/** The class of the figures that this very bundle belongs to; written by build.ts. */
declare const rootClass: string;

/** What a view may do besides drawing. */
export interface Page {
  /** What the figure stands on now. */
  ground: Ground;
  /** Says which place is pointed at, and what is taken away from it, so that what computes it can be copied; undefined for none. */
  at(place: CodePlace | undefined, less?: CodePlace): void;
  /** Pins a token in every figure of the same tokens; undefined lets go. */
  pin(position: number | undefined): void;
  /** Called when a token is pinned here or elsewhere. */
  onPin?: (position: number | undefined) => void;
  /** The visible forms of the tokens that are pinned by position. */
  tokens?: readonly string[];
}

/** What paints a figure on a ground. */
export type Paint = (ground: Ground) => void;

/** Puts the upgraded form into a figure. */
// deno-lint-ignore no-explicit-any -- each view has the payload of its kind
export type View = (figure: HTMLElement, payload: any, page: Page) =>
  | Paint
  | undefined
  | void
  | Promise<Paint | undefined>;

async function upgrade(host: Figure, view: View | undefined, own: string): Promise<void> {
  const still = host.querySelector<HTMLElement>(".figure");
  const data = host.querySelector("script[type='application/json']");
  if (!still || !data) return;
  const payload: Payload = JSON.parse(data.textContent);
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = document.createElement("style");
  sheet.textContent = style + own;
  // Pictures are data from here on: in the document of a template the browser does not load them again.
  const inert = document.createElement("template").content.ownerDocument;
  const figure = inert.importNode(still, true);
  for (const picture of figure.querySelectorAll<HTMLImageElement>(".picture")) {
    picture.dataset.src = picture.getAttribute("src")!;
    picture.removeAttribute("src");
  }
  unpaint(figure);
  const page = pageOf(host, figure, payload);
  // Set below, once the view stands: the theme may change before that.
  const later: { paint?: Paint | undefined | void } = {};
  host.repaint = () => {
    const ground = page.ground = applyTheme(host, figure);
    const scale = "by" in payload ? payload.by.scale : "scale" in payload ? payload.scale : null;
    repaint(figure, scale ?? "sequential", ground);
    later.paint?.(ground);
  };
  registry.add(host);
  host.repaint();
  // Not before it has its colours, so that it is styled once.
  shadow.append(sheet, figure);
  later.paint = await view?.(figure, payload, page);
  host.repaint();
  host.onPin?.(registry.pinned);
  if (figure.scrollWidth > figure.clientWidth && figure.clientWidth > 0) {
    // What scrolls must be reached by keyboard.
    figure.tabIndex = 0;
    figure.querySelector(".title")?.after(
      make("p", "hint", "Wider than its place: scroll sideways"),
    );
    figure.setAttribute("role", "group");
    figure.setAttribute("aria-label", figure.querySelector(".title")?.textContent ?? "");
  }
}

/** What a view of a figure may do. */
function pageOf(host: Figure, figure: HTMLElement, { code }: Payload): Page {
  const page: Page = {
    ground: lightGround,
    at: copyLine(figure, code),
    pin: (position) => registry.pin({ tokens: page.tokens?.join("\n") ?? "", position }),
  };
  host.onPin = (pin) => {
    if (pin && page.tokens && pin.tokens === page.tokens.join("\n")) page.onPin?.(pin.position);
  };
  return page;
}

/** Shows the static layer again. */
function fallBack(host: HTMLElement, error: unknown): void {
  host.shadowRoot!.replaceChildren(document.createElement("slot"));
  setTimeout(() => {
    throw error;
  });
}

/**
 * Upgrades every figure of this bundle's kind that is in the page.
 *
 * @param view What the kind has of its own.
 * @param own Its style.
 */
export function start(view?: View, own = ""): void {
  for (const host of document.querySelectorAll<Figure>(`.${rootClass}`)) {
    // What cannot be upgraded stays as it is: the static layer says everything.
    if (!host.shadowRoot) {
      upgrade(host, view, own).catch((error) => host.shadowRoot ? fallBack(host, error) : 0);
    }
  }
}
