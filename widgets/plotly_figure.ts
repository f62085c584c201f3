/**
 * What plotly.js is told of a cloud: its traces and its layout.
 *
 * @module
 */
/// <reference lib="dom" />

import { css, type Ground, seriesColours } from "../lib/show/colour.ts";
import type { Scatter3dPayload } from "../lib/show/payload.ts";
import { isolate } from "./isolate.ts";
import type { Camera } from "./plotly_page.ts";

/** Pixels: the most from left to right and from top to bottom. */
export const [broad, high]: readonly [number, number] = [720, 440];

/** Text that plotly.js takes for text: its labels are HTML of a kind. */
const escape = (text: string): string =>
  text.replace(/[&<>]/g, (letter) => ({ "&": "&amp;", "<": "&lt;" })[letter] ?? "&gt;");
/** The same for names of axes, which know tags and no entities: a joiner of no width keeps a tag from being one. */
const untag = (text: string): string => text.replaceAll("<", "<\u2060");
/** As much as a label has room for; the line below the picture has it whole. */
const short = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text;

/** How a cloud is seen. */
export interface CloudLook {
  /** Pixels from left to right. */
  readonly width: number;
  /** What it stands on. */
  readonly ground: Ground;
  /** The colour of words. */
  readonly ink: string;
  /** Where it is seen from. */
  readonly camera: Camera;
  /** The point with the ring; −1 for none. */
  readonly at: number;
}

/** Where it is seen from at first: names of axes do not shrink with the picture, and need room in a narrow one. */
export function firstCamera(width: number): Camera {
  const away = width < 500 ? 1.25 : 1.05;
  return {
    eye: { x: 1.4 * away, y: 1.3 * away, z: 0.8 * away },
    center: { x: 0, y: 0, z: -0.16 },
  };
}

/**
 * Makes the traces of a cloud: its points, and the ring.
 *
 * @param payload The points.
 * @param look How it is seen.
 * @returns Two traces of plotly.js.
 */
export function plotlyTraces(payload: Scatter3dPayload, { width, ink, at }: CloudLook): object[] {
  const { places, labels, classes } = payload;
  const along = (axis: number): number[] => labels.map((_, i) => places[i * 3 + axis]!);
  const many = labels.length > 2000 ? 3 : labels.length > 300 ? 4 : 6;
  const size = width < 500 ? many * 0.75 : many;
  const kind = { type: "scatter3d", mode: "markers", name: "" };
  return [{
    ...kind,
    x: along(0),
    y: along(1),
    z: along(2),
    marker: {
      size,
      opacity: 0.85,
      color: classes.map((at) => seriesColours[at % seriesColours.length]),
    },
    hoverinfo: "text",
    hovertext: labels.map((label, i) => escape(isolate(short(label, 60) || `point ${i}`))),
  }, {
    // What is pinned or was reached by keys.
    ...kind,
    x: ringPlace(payload, 0, at),
    y: ringPlace(payload, 1, at),
    z: ringPlace(payload, 2, at),
    marker: { size: size * 2.2, symbol: "circle-open", color: ink },
    hoverinfo: "skip",
  }];
}

/**
 * Finds the ring.
 *
 * @param payload The points.
 * @param axis Along which axis.
 * @param at The point; −1 for none.
 * @returns Its place, if there is one.
 */
export function ringPlace({ places }: Scatter3dPayload, axis: number, at: number): number[] {
  return at < 0 ? [] : [places[at * 3 + axis]!];
}

/**
 * Lays a cloud out.
 *
 * @param payload The points and what the axes are.
 * @param look How it is seen.
 * @returns The layout of plotly.js.
 */
export function plotlyLayout(payload: Scatter3dPayload, look: CloudLook): object {
  const { axes, places } = payload, { width, ink, ground: { background, dark }, camera } = look;
  const paper = css(background);
  const line = dark ? "#61666d" : "#c3c8cf", font = { family: "sans-serif", color: ink };
  // All axes have one scale, and one along which nothing differs is still seen.
  const ends = axes.map((_, axis) => {
    const along = places.filter((_, i) => i % 3 === axis);
    const [least, most] = [
      along.reduce((a, b) => Math.min(a, b)),
      along.reduce((a, b) => Math.max(a, b)),
    ];
    return { middle: least / 2 + most / 2, half: most / 2 - least / 2 };
  });
  const largest = Math.max(...ends.map(({ half }) => half)) || Math.abs(ends[0]!.middle) || 1;
  const halves = ends.map(({ half }) => Math.max(half, largest * 0.05) * 1.08);
  const side = (axis: number): object => ({
    title: {
      text: untag(short(axes[axis]!.replace(/\p{Cc}/gu, " "), 40)),
      font: { size: width < 500 ? 12 : 13 },
    },
    range: [ends[axis]!.middle - halves[axis]!, ends[axis]!.middle + halves[axis]!],
    nticks: Math.round((width < 500 ? 2 : 3) + 4 * halves[axis]! / Math.max(...halves)),
    gridcolor: line,
    zerolinecolor: line,
    linecolor: line,
    spikecolor: ink,
    showbackground: false,
  });
  const [x, y, z] = halves.map((half) => half / Math.max(...halves));
  return {
    width,
    height: Math.min(high, width),
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: paper,
    font: { ...font, size: 12 },
    showlegend: false,
    hoverlabel: { bgcolor: paper, bordercolor: ink, font: { ...font, size: 12 }, align: "left" },
    scene: {
      xaxis: side(0),
      yaxis: side(1),
      zaxis: side(2),
      aspectmode: "manual",
      aspectratio: { x, y, z },
      camera,
      dragmode: "turntable",
    },
  };
}
