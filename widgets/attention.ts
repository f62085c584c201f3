/**
 * The attention of a layer in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { type Ground, lightGround, palette } from "../lib/show/colour.ts";
import { formatNumber } from "../lib/show/format_number.ts";
import type { AttentionPayload } from "../lib/show/payload.ts";
import { toValue } from "../lib/show/value_scale.ts";
import { attendedText } from "./attended_text.ts";
import { make } from "./elements.ts";
import { isolate } from "./isolate.ts";
import { matrix, type Place } from "./matrix.ts";
import { paintEntries } from "./paint_entries.ts";
import type { Page } from "./page.ts";
import { readPicture } from "./picture.ts";
import { pinChips } from "./pin_chips.ts";

/**
 * Puts the heads side by side as buttons, one of them large, and the text under it.
 *
 * @param figure The figure.
 * @param payload Its data.
 * @param page What it may do besides.
 * @returns What paints it on a ground.
 */
export async function attention(
  figure: HTMLElement,
  payload: AttentionPayload,
  page: Page,
): Promise<((ground: Ground) => void) | undefined> {
  const { by, layer, tokens } = payload;
  const container = figure.querySelector(".heads");
  const pictures = [...figure.querySelectorAll<HTMLImageElement>(".heads .picture")];
  if (!container || pictures.length === 0) return;
  const heads = await Promise.all(
    pictures.map(({ dataset }) => readPicture(dataset.src!, tokens.length)),
  );
  const size = tokens.length;
  let [chosen, shown, ground] = [0, 0, lightGround];
  let place: Place | undefined;

  const thumbs = make("div", "thumbs");
  const output = make("output", "");
  const title = make("p", "label");
  const text = attendedText({
    tokens,
    onToken: (position) => map.point({ row: position, column: position }),
    title: (position) =>
      place ? `${named[place.row]} → ${named[position]}: ≈ ${weight(place.row, position)}` : "",
  });
  const buttons = heads.map((_, head) => {
    const button = make("button", "");
    button.type = "button";
    button.append(make("canvas", ""), `head ${head}`);
    button.addEventListener("click", () => choose(head));
    button.addEventListener("pointerenter", () => enlarge(head));
    button.addEventListener("pointerleave", () => enlarge(chosen));
    thumbs.append(button);
    return button;
  });
  thumbs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    choose(chosen + step);
    buttons[chosen]!.focus();
    event.preventDefault();
    event.stopPropagation();
  });

  const named = tokens.map((token, position) => `${position} ${token}`);
  const wide = figure.clientWidth || 900;
  const map = matrix({
    rows: named,
    columns: named,
    by,
    name: `Attention of layer ${layer}: row attends to column; PageUp and PageDown change the head`,
    square: true,
    room: Math.max(280, wide > 900 ? wide - 460 : wide - 28),
    onPlace(next) {
      place = next;
      read();
      page.at(next && { layer, head: shown, query: next.row, key: next.column });
    },
    onPin: (next) => page.pin(next?.row),
    onKey(key) {
      const step = { PageUp: -1, PageDown: 1 }[key];
      if (step) choose(chosen + step);
      return step !== undefined;
    },
  });

  const weight = (row: number, column: number): string =>
    formatNumber(toValue(heads[shown]![row * size + column]!, by), 2);

  /** Says what is pointed at, and tints the text by what its query attends to. */
  const read = (): void => {
    const at = place, entries = heads[shown]!;
    output.textContent = at
      ? `head ${shown}: query ${isolate(named[at.row]!)} attends to key ${
        isolate(named[at.column]!)
      }: weight ≈ ${weight(at.row, at.column)}`
      : "";
    text.tint(at && ((column) => entries[at.row * size + column]!), (column) => column === at?.row);
  };

  /** Shows a head large. */
  const enlarge = (head: number): void => {
    shown = head;
    title.textContent = `Layer ${layer}, head ${head}: row (query) attends to column (key)`;
    map.draw(heads[head]!, ground);
    read();
  };

  /** Shows a head large until another is chosen. */
  const choose = (head: number): void => {
    chosen = (head + heads.length) % heads.length;
    buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === chosen));
      button.tabIndex = i === chosen ? 0 : -1;
    });
    enlarge(chosen);
  };

  page.tokens = tokens;
  pinChips(text.chips, page);
  const large = make("div", "");
  const hint = make(
    "p",
    "hint",
    "Choose a head; point at a cell or a token, or focus the map and use the arrow keys. The outlined token is the query, its colours say where it attends",
  );
  large.append(title, map.element, output);
  const parts = make("div", "parts");
  parts.append(thumbs, large);
  container.replaceWith(parts, text.element, hint);
  figure.querySelector(".axes")?.remove();
  figure.querySelector(".data")?.removeAttribute("open");
  return (on) => {
    ground = on;
    text.fresh(palette(by.scale, on));
    heads.forEach((entries, head) =>
      paintEntries(buttons[head]!.querySelector("canvas")!, entries, size, palette(by.scale, on))
    );
    choose(chosen);
  };
}
