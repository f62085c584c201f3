/**
 * The attention of a layer in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { css, entry, type Ground, inkOn, lightGround, palette } from "../lib/show/colour.ts";
import { formatNumber } from "../lib/show/format_number.ts";
import type { AttentionPayload } from "../lib/show/payload.ts";
import { toValue } from "../lib/show/value_scale.ts";
import { make } from "./elements.ts";
import { isolate, matrix, type Place } from "./matrix.ts";
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
  const heads = await Promise.all(pictures.map(({ src }) => readPicture(src, tokens.length)));
  const size = tokens.length;
  let [chosen, shown, ground] = [0, 0, lightGround];
  let place: Place | undefined;

  const thumbs = make("div", "thumbs");
  const output = make("output", "");
  const title = make("p", "label");
  const flow = make("div", "flow");
  const chips = tokens.map((token, row) => {
    const chip = make("span", "token", token);
    chip.dir = "auto";
    chip.addEventListener("pointerenter", () => map.point({ row, column: row }));
    flow.append(chip, token.endsWith("↵") ? make("br", "") : "");
    return chip;
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

  /** Says what is pointed at, and tints the text by what its query attends to. */
  const read = (): void => {
    const entries = heads[shown]!;
    const colours = palette(by.scale, ground);
    const weight = (row: number, column: number): string =>
      formatNumber(toValue(entries[row * size + column]!, by), 2);
    output.textContent = place
      ? `head ${shown}: query ${isolate(named[place.row]!)} attends to key ${
        isolate(named[place.column]!)
      }: weight ≈ ${weight(place.row, place.column)}`
      : "";
    chips.forEach((chip, column) => {
      const colour = place && entry(colours, entries[place.row * size + column]!);
      chip.style.backgroundColor = colour ? css(colour) : "";
      chip.style.color = colour ? css(inkOn(colour)) : "";
      chip.classList.toggle("at", column === place?.row);
      chip.title = place
        ? `${named[place.row]} → ${named[column]}: ≈ ${weight(place.row, column)}`
        : "";
    });
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
  pinChips(chips, page);
  const large = make("div", "");
  const hint = make(
    "p",
    "hint",
    "Choose a head; point at a cell or a token, or focus the map and use the arrow keys. The outlined token is the query, its colours say where it attends",
  );
  large.append(title, map.element, output);
  const parts = make("div", "parts");
  parts.append(thumbs, large);
  container.replaceWith(parts, flow, hint);
  figure.querySelector(".axes")?.remove();
  figure.querySelector(".data")?.removeAttribute("open");
  return (on) => {
    ground = on;
    heads.forEach((entries, head) =>
      paintEntries(buttons[head]!.querySelector("canvas")!, entries, size, palette(by.scale, on))
    );
    choose(chosen);
  };
}
