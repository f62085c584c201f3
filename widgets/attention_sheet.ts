/**
 * The attention of a whole model in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { firstLevel, type Ground, lastLevel, lightGround, palette } from "../lib/show/colour.ts";
import { formatNumber } from "../lib/show/format_number.ts";
import type { AttentionSheetPayload } from "../lib/show/payload.ts";
import { toValue } from "../lib/show/value_scale.ts";
import { attendedText } from "./attended_text.ts";
import { choice, make, nextFrame } from "./elements.ts";
import { linkedTokens } from "./linked_tokens.ts";
import { isolate } from "./isolate.ts";
import { matrix, type Place } from "./matrix.ts";
import type { Page, Paint } from "./page.ts";
import { readPixels, readTile, recoloured } from "./picture.ts";
import { pinChips } from "./pin_chips.ts";
import { sheetTiles } from "./sheet_tiles.ts";
import { sortable } from "./sortable.ts";

/**
 * Puts a sheet to choose heads from in the place of the picture, the chosen head large beside it, and the text under both.
 *
 * @param figure The figure.
 * @param payload Its data.
 * @param page What it may do besides.
 * @returns What paints it on a ground.
 */
export async function attentionSheet(
  figure: HTMLElement,
  payload: AttentionSheetPayload,
  page: Page,
): Promise<Paint | undefined> {
  const { by, layers, heads, cell, pooled, tokens, compared } = payload;
  const picture = figure.querySelector<HTMLImageElement>(".picture");
  if (!picture || tokens.length === 0) return;
  const url = picture.dataset.src!;
  // The picture itself where the page is as white as its paper.
  const urlOn = (on: Ground): string =>
    String(on.background) === String(lightGround.background)
      ? url
      : recoloured(url, palette(by.scale, on));
  const image = new Image();
  let drawnUrl = image.src = urlOn(page.ground);
  const side = Math.ceil(tokens.length / pooled);
  const step = side * cell + 1;
  const sheet = sheetTiles({
    rows: layers.length,
    columns: heads,
    step,
    image,
    name: `Sheet of ${layers.length} layers by ${heads} heads; the arrow keys choose a head`,
    choose: (at) => choose(at),
    preview: (at) => enlarge(at ?? chosen),
  });
  const parts = make("div", "parts");
  parts.append(sheet.element);
  picture.replaceWith(parts);
  // The browser decodes the picture on its own while the rest is made, but begins with a frame.
  parts.inert = true;
  await nextFrame();
  // The heads of the first layer.
  const pixels = await readPixels(url, compared ? Infinity : step);
  let whole = compared === true;
  const rest = (): Promise<void> => pixels.rest().then(() => void (whole = true));
  const entriesOf = (at: number): Uint8Array =>
    readTile(pixels, {
      left: 1 + (at % heads) * step,
      top: 1 + Math.floor(at / heads) * step,
      cell,
      columns: side,
      rows: side,
    });
  const nameOf = (at: number): string => `${layers[Math.floor(at / heads)]}.${at % heads}`;
  let [chosen, wanted, shown, against, ground] = [0, 0, 0, -1, lightGround];
  // Of two prompts most heads are alike: the one that differs most is the one to begin with.
  if (compared) chosen = furthest(payload.layers.length * heads, entriesOf);
  let entries = entriesOf(chosen), place: Place | undefined;
  const labels = Array.from(
    { length: side },
    (_, i) =>
      pooled === 1
        ? `${i} ${tokens[i]}`
        : `${i * pooled}–${Math.min(tokens.length, (i + 1) * pooled) - 1} ${tokens[i * pooled]}`,
  );

  const output = make("output", ""), title = make("p", "label");
  const cellOf = (position: number): number => Math.floor(position / pooled);
  const text = attendedText({
    tokens,
    onToken: (position) => map.point({ row: cellOf(position), column: cellOf(position) }),
    title: (position) =>
      place
        ? `${labels[place.row]} → ${labels[cellOf(position)]}: ≈ ${
          formatNumber(weight(place.row, cellOf(position)), 2)
        }`
        : "",
  });
  const all = Array.from({ length: layers.length * heads }, (_, at) => nameOf(at));
  const compare = choice("less head", ["none", ...all], (at) => {
    against = at - 1;
    enlarge(chosen);
  });
  const form = choice("as", ["a map", "lines"], () => enlarge(shown));
  const wide = figure.clientWidth || 900;
  const map = matrix({
    rows: labels,
    columns: labels,
    by,
    name: "Attention: row attends to column; PageUp and PageDown change the head",
    square: true,
    room: Math.max(280, wide > 900 ? wide - 460 : wide - 28),
    onPlace(next) {
      place = next;
      read();
    },
    onPin: (next) => page.pin(next && next.row * pooled),
    onKey(key) {
      const move = { PageUp: -1, PageDown: 1 }[key];
      if (move) choose(chosen + move);
      return move !== undefined;
    },
  });
  const lines = linkedTokens(labels);

  /** The weight of a cell, or its difference to that of the other head. */
  const weight = (row: number, column: number): number => {
    const at = row * side + column, own = toValue(entries[at]!, by);
    return against < 0 ? own : own - toValue(other[at]!, by);
  };
  let other = entries;

  /** Says what is pointed at, and tints the text by what its query attends to. */
  const read = (): void => {
    const at = place;
    text.tint(
      at && ((position) => drawn[at.row * side + cellOf(position)]!),
      (position) => cellOf(position) === at?.row,
    );
    lines.point(at?.row);
    output.textContent = at
      ? `head ${nameOf(shown)}${against < 0 ? "" : ` less ${nameOf(against)}`}: query ${
        isolate(labels[at.row]!)
      } attends to key ${isolate(labels[at.column]!)}: ${
        against < 0 && !compared ? "weight" : "difference of weights"
      } ≈ ${formatNumber(weight(at.row, at.column), 2)}`
      : "";
    if (!at) return;
    const placeOf = (head: number) => ({
      layer: layers[Math.floor(head / heads)]!,
      head: head % heads,
      query: at.row * pooled,
      key: at.column * pooled,
    });
    page.at(placeOf(shown), against < 0 ? undefined : placeOf(against));
  };
  let drawn = entries;

  /** Shows a head large. */
  const enlarge = (at: number): void => {
    wanted = at;
    if (!whole && Math.max(at, against) >= heads) return void rest().then(() => enlarge(wanted));
    shown = at;
    entries = entriesOf(at);
    other = against < 0 ? entries : entriesOf(against);
    drawn = against < 0 ? entries : differences(side, weight);
    const less = compared
      ? " (purple: more, orange: less)"
      : against < 0
      ? ""
      : ` less head ${nameOf(against)} (purple: more, orange: less)`;
    figure.classList.toggle("signed", against >= 0 || compared === true);
    // That of weights; what a difference has is in its title.
    figure.querySelector<HTMLElement>(".legend")?.toggleAttribute("hidden", against >= 0);
    text.fresh(palette(against < 0 ? by.scale : "diverging", ground));
    title.textContent = `Head ${nameOf(at)}${less}: row (query) attends to column (key)`;
    const asLines = form.value === 1;
    map.element.hidden = asLines;
    lines.element.hidden = !asLines;
    if (asLines) lines.draw(weight);
    else map.draw(drawn, ground, against < 0 ? by.scale : "diverging");
    read();
  };

  /** Shows a head large until another is chosen. */
  const choose = (at: number): void => {
    chosen = (at + all.length) % all.length;
    sheet.mark(chosen);
    enlarge(chosen);
  };

  const large = make("div", ""), choices = make("p", "choices");
  choices.append(...compared ? [] : [compare.element], form.element);
  large.append(title, choices, map.element, lines.element, output);
  parts.append(large);
  parts.inert = false;
  parts.after(
    text.element,
    make(
      "p",
      "hint",
      "Choose a head; point at a cell or a token, or focus the map and use the arrow keys. The outlined token is the query, the colours say where it attends; Enter or a click pins it",
    ),
  );
  const table = figure.querySelector("table");
  if (table) sortable(table);
  // On a narrow page the words of the table are many screens.
  if (wide < 600) table?.closest("details")?.removeAttribute("open");
  pinChips(text.chips, page);
  const marked = page.onPin;
  page.tokens = tokens;
  page.onPin = (position) => {
    marked?.(position);
    if (position !== undefined && !place) {
      map.point({ row: cellOf(position), column: cellOf(position) });
    }
  };
  // After the first frame, and before anyone points at another layer.
  setTimeout(rest, 100);
  return (on: Ground) => {
    ground = on;
    const now = urlOn(on);
    if (now !== drawnUrl) image.src = drawnUrl = now;
    choose(chosen);
  };
}

/** The head with the entry that is furthest from the middle of the palette. */
function furthest(heads: number, entriesOf: (at: number) => Uint8Array): number {
  const middle = (firstLevel + lastLevel) / 2;
  const reach = Array.from({ length: heads }, (_, at) =>
    entriesOf(at).reduce(
      (most, entry) => entry < firstLevel ? most : Math.max(most, Math.abs(entry - middle)),
      0,
    ));
  return reach.indexOf(Math.max(...reach));
}

/** The differences of two heads as entries of a diverging palette from −1 to 1, by their square roots. */
function differences(side: number, weight: (row: number, column: number) => number): Uint8Array {
  const middle = (firstLevel + lastLevel) / 2;
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const by = weight(Math.floor(i / side), i % side);
    return Math.round(middle + Math.sign(by) * Math.sqrt(Math.abs(by)) * (lastLevel - middle));
  });
}
