/**
 * The tensor in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { special } from "../lib/show/colour.ts";
import { formatNumber } from "../lib/show/format_number.ts";
import type { TensorPayload } from "../lib/show/payload.ts";
import { toValue } from "../lib/show/value_scale.ts";
import { choice, make } from "./elements.ts";
import { isolate } from "./isolate.ts";
import { type Matrix, matrix } from "./matrix.ts";
import type { Page, Paint } from "./page.ts";
import { readPicture } from "./picture.ts";

/**
 * Puts one slice at a time in the place of the picture, and choices of the other axes, and of which axes are rows and columns.
 *
 * @param figure The figure.
 * @param payload Its data.
 * @param page What it may do besides.
 * @returns What paints it on a ground.
 */
export async function tensor(
  figure: HTMLElement,
  payload: TensorPayload,
  page: Page,
): Promise<Paint | undefined> {
  const { by, label, axes, values } = payload;
  const slices = figure.querySelector(".slices");
  const picture = slices?.querySelector<HTMLImageElement>(".picture");
  if (!slices || !picture) return;
  const entries = await readPicture(picture.dataset.src!, axes.at(-1)!.labels.length);
  const steps = axes.map((_, i) =>
    axes.slice(i + 1).reduce((all, { labels }) => all * labels.length, 1)
  );
  const named = axes.flatMap(({ name }, i) => name === "" ? [] : [i]);
  let [down, across] = [axes.length - 2, axes.length - 1];
  const at = axes.map(() => 0);
  const output = make("output", ""), frame = make("div", ""), choices = make("p", "choices");
  let map: Matrix | undefined, ground: Parameters<Paint>[0] | undefined;

  /** Where a value lies among all. */
  const placeOf = (row: number, column: number): number =>
    axes.reduce(
      (sum, _, i) => sum + (i === down ? row : i === across ? column : at[i]!) * steps[i]!,
      0,
    );
  const say = (row: number, column: number): void => {
    const place = placeOf(row, column), exact = values?.[place];
    const level = toValue(entries[place]!, by);
    // Beyond both ends of the scale, only which end is known.
    const odd = entries[place] === special.below || entries[place] === special.above;
    const where = axes.map(({ name, labels }, i) => {
      const index = i === down ? row : i === across ? column : at[i]!;
      return { name, index, label: labels[index]! };
    }).filter(({ name }) => name !== "");
    const value = typeof exact === "number"
      ? formatNumber(exact)
      : odd
      ? `${entries[place] === special.below ? "below" : "above"} the scale, or infinite`
      : Number.isFinite(level)
      ? `≈ ${formatNumber(level, 2)}`
      : formatNumber(level);
    output.textContent = `${
      where.map(({ name, label }) => `${name} ${isolate(label)}`).join(", ")
    }: ${label} ${value}`;
    page.at(Object.fromEntries(where.map(({ name, index }) => [name, index])));
  };
  const draw = (): void => {
    if (!map || !ground) return;
    const columns = axes[across]!.labels.length;
    map.draw(
      Uint8Array.from(
        { length: axes[down]!.labels.length * columns },
        (_, i) => entries[placeOf(Math.floor(i / columns), i % columns)]!,
      ),
      ground,
    );
  };

  /** Makes the map of the two axes that are rows and columns, and choices of the others. */
  const build = (): void => {
    map = matrix({
      rows: axes[down]!.labels,
      columns: axes[across]!.labels,
      by,
      name: picture.alt,
      square: false,
      room: (figure.clientWidth || 680) - 28,
      onPlace: (place) => place ? say(place.row, place.column) : output.textContent = "",
    });
    frame.replaceChildren(map.element);
    const others = named.filter((i) => i !== down && i !== across).map((i) => {
      const { name, labels } = axes[i]!;
      const one = choice(name, labels, (value) => {
        at[i] = value;
        draw();
      });
      one.value = at[i]!;
      return one.element;
    });
    const turn = (name: string, own: number, other: number, set: (i: number) => void) => {
      const one = choice(name, named.map((i) => axes[i]!.name), (value) => {
        // The axis that was there takes the place of the one that comes.
        if (named[value] === other) [down, across] = [across, down];
        else set(named[value]!);
        build();
        draw();
      });
      one.value = named.indexOf(own);
      return one.element;
    };
    choices.replaceChildren(
      ...named.length < 2 ? [] : [
        turn("rows", down, across, (i) => down = i),
        turn("columns", across, down, (i) => across = i),
      ],
      ...others,
    );
  };
  build();
  slices.replaceWith(
    choices,
    frame,
    output,
  );
  output.dataset.hint = "Point at a cell, or focus the map and use the arrow keys; Enter pins";
  figure.querySelectorAll(".axes")[1]?.remove();
  for (const data of figure.querySelectorAll("details")) data.removeAttribute("open");
  return (on) => {
    ground = on;
    draw();
  };
}
