/**
 * Points in three dimensions in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { seriesColours } from "../lib/show/colour.ts";
import { formatNumber } from "../lib/show/format_number.ts";
import type { Scatter3dPayload } from "../lib/show/payload.ts";
import { make } from "./elements.ts";
import { isolate } from "./isolate.ts";
import type { Page, Paint } from "./page.ts";

const [size, near] = [440, 14];

/**
 * Puts a cloud that can be turned in the place of the plane views.
 *
 * @param figure The figure.
 * @param payload Its data.
 * @param page What it may do besides.
 * @returns What paints it on a ground.
 */
export function scatter3d(
  figure: HTMLElement,
  payload: Scatter3dPayload,
  page: Page,
): Paint | undefined {
  const { axes, places, labels, classes } = payload;
  const image = figure.querySelector(".drawing");
  if (!image || labels.length === 0) return;
  figure.querySelectorAll<HTMLElement>(".kind").forEach((dot, i) =>
    dot.style.color = seriesColours[i % seriesColours.length]!
  );
  const canvas = make("canvas", "matrix"), context = canvas.getContext("2d")!;
  const output = make("output", "");
  canvas.style.cssText = `width:${size}px;aspect-ratio:1;max-width:100%;touch-action:none`;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute(
    "aria-label",
    `${labels.length} points; the arrow keys turn them, PageUp and PageDown read one after another`,
  );
  const range = axes.map((_, axis) => {
    const values = labels.map((_, i) => places[i * 3 + axis]!);
    return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  });
  const span = Math.max(...range.map(([low, high]) => high! - low!)) || 1;
  let [yaw, pitch, at, pinned] = [0.7, 0.45, -1, false];
  let dragged: [number, number] | undefined;

  /** Where a place in the cube from −½ to ½ is seen, and how far away. */
  const seen = ([x, y, z]: readonly number[]): [x: number, y: number, depth: number] => {
    const [right, away] = [
      x! * Math.cos(yaw) - z! * Math.sin(yaw),
      x! * Math.sin(yaw) + z! * Math.cos(yaw),
    ];
    const up = y! * Math.cos(pitch) - away * Math.sin(pitch);
    return [
      size / 2 + right * size * 0.56,
      size / 2 - up * size * 0.56,
      y! * Math.sin(pitch) + away * Math.cos(pitch),
    ];
  };
  const cubed = (i: number): number[] =>
    range.map(([low, high], axis) => (places[i * 3 + axis]! - (low! + high!) / 2) / span);

  const draw = (): void => {
    const { color } = getComputedStyle(canvas), ratio = devicePixelRatio || 1;
    canvas.width = canvas.height = size * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = "12px sans-serif";
    context.strokeStyle = context.fillStyle = color;
    axes.forEach((name, axis) => {
      const half = (range[axis]![1]! - range[axis]![0]!) / span / 2;
      const corner = range.map(([low, high]) => -(high! - low!) / span / 2);
      const [x, y] = seen(corner), [toX, toY] = seen(corner.with(axis, half));
      context.globalAlpha = 0.5;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(toX, toY);
      context.stroke();
      context.globalAlpha = 1;
      const said = `${isolate(name)} ${
        range[axis]!.map((end) => formatNumber(end!, 2)).join(" to ")
      }`;
      context.fillText(
        said,
        Math.min(toX + 4, size - 4 - context.measureText(said).width),
        toY + 4,
      );
    });
    const order = labels.map((_, i) => [i, seen(cubed(i))] as const)
      .sort((a, b) => b[1][2] - a[1][2]);
    for (const [i, [x, y, depth]] of order) {
      context.globalAlpha = i === at ? 1 : Math.max(0.4, 0.8 - depth * 0.4);
      context.fillStyle = seriesColours[classes[i]! % seriesColours.length]!;
      context.beginPath();
      context.arc(x, y, i === at ? 7 : 4, 0, 7);
      context.fill();
    }
    context.globalAlpha = 1;
    if (at < 0) return;
    const [x, y] = seen(cubed(at));
    context.fillStyle = color;
    context.fillText(isolate(labels[at]!), Math.min(x + 9, size - 80), y - 7);
  };
  const point = (next: number): void => {
    at = next;
    output.textContent = at < 0
      ? ""
      : `${isolate(labels[at] || `point ${at}`)}: ${
        axes.map((name, axis) => `${isolate(name)} ≈ ${formatNumber(places[at * 3 + axis]!)}`).join(
          ", ",
        )
      }`;
    page.at(at < 0 ? undefined : { point: at });
    draw();
  };
  const turn = (x: number, y: number): void => {
    yaw += x;
    pitch = Math.max(-1.5, Math.min(1.5, pitch + y));
    draw();
  };
  canvas.addEventListener("pointerdown", (event) => {
    dragged = [event.offsetX, event.offsetY];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointerup", () => dragged = undefined);
  canvas.addEventListener("pointermove", ({ offsetX, offsetY }) => {
    if (dragged) {
      turn((offsetX - dragged[0]) * 0.01, (offsetY - dragged[1]) * 0.01);
      dragged = [offsetX, offsetY];
      return;
    }
    const zoom = size / canvas.clientWidth;
    let [best, least] = [-1, near];
    labels.forEach((_, i) => {
      const [x, y] = seen(cubed(i)), away = Math.hypot(x - offsetX * zoom, y - offsetY * zoom);
      if (away < least) [best, least] = [i, away];
    });
    if (!pinned && best !== at) point(best);
  });
  canvas.addEventListener("click", () => pinned = at >= 0 && !pinned);
  canvas.addEventListener("keydown", (event) => {
    const by = {
      ArrowLeft: [-0.15, 0],
      ArrowRight: [0.15, 0],
      ArrowUp: [0, -0.15],
      ArrowDown: [0, 0.15],
    }[event.key];
    const { length } = labels;
    if (by) turn(by[0]!, by[1]!);
    else if (event.key === "PageDown") point((at + 1) % length);
    else if (event.key === "PageUp") point((Math.max(at, 0) - 1 + length) % length);
    else if (event.key === "Escape") {
      pinned = false;
      point(-1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  image.replaceWith(
    canvas,
    output,
    make(
      "p",
      "hint",
      "Drag to turn, or focus it and use the arrow keys; PageUp and PageDown read one point after another",
    ),
  );
  return draw;
}
