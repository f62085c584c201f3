/**
 * A cloud of points by plotly.js, with the keys and the words of our other views.
 *
 * @module
 */
/// <reference lib="dom" />

import { css, type Ground, seriesColours } from "../lib/show/colour.ts";
import { formatNumber } from "../lib/show/format_number.ts";
import type { Scatter3dPayload } from "../lib/show/payload.ts";
import { make } from "./elements.ts";
import { isolate } from "./isolate.ts";
import type { Page } from "./page.ts";
import type { Camera, Plotly } from "./plotly_page.ts";

/** Pixels: the most from left to right and from top to bottom. */
const [broad, high] = [720, 440];
/** Where it is seen from at first: names of axes do not shrink with the picture, and need room in a narrow one. */
const first = (width: number): Camera => {
  const away = width < 500 ? 1.2 : 0.92;
  return {
    eye: { x: 1.4 * away, y: 1.3 * away, z: 0.8 * away },
    center: { x: 0, y: 0, z: -0.1 },
  };
};
const config = { displayModeBar: false, scrollZoom: false, typesetMath: false };
const ownRules =
  ".plot{touch-action:none;margin-bottom:5px}.plot:focus-visible{outline:2px solid var(--focus);outline-offset:2px}";

/** Text that plotly.js takes for text: its labels are HTML of a kind. */
const escape = (text: string): string =>
  text.replace(/[&<>]/g, (letter) => ({ "&": "&amp;", "<": "&lt;" })[letter] ?? "&gt;");
/** The same for names of axes, which know tags and no entities: a joiner of no width keeps a tag from being one. */
const untag = (text: string): string => text.replaceAll("<", "<\u2060");
/** As much as a label has room for; the line below the picture has it whole. */
const short = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text;

/** What a cloud is made of. */
export interface CloudParts {
  /** The element that it fills. */
  readonly place: HTMLElement;
  /** The style sheet of plotly.js. */
  readonly rules: string;
  /** Its data. */
  readonly payload: Scatter3dPayload;
  /** What it may do besides. */
  readonly page: Page;
  /** Where it was seen from before. */
  readonly camera: Camera | undefined;
  /** Called when the browser takes its memory back. */
  readonly lost: () => void;
}

/** A cloud that is being shown. */
export class PlotlyCloud {
  readonly #plotly: Plotly;
  readonly #parts: CloudParts;
  readonly #plot = make("div", "plot");
  readonly #output = make("output", "");
  readonly #watch: ResizeObserver;
  readonly #camera: Camera | undefined;
  #width = 0;
  #ground: Ground | undefined;
  #at = -1;
  #pinned = false;
  #listening = false;

  constructor(plotly: Plotly, parts: CloudParts) {
    this.#plotly = plotly;
    this.#parts = parts;
    this.#camera = parts.camera;
    const sheet = make("style", "", parts.rules + ownRules), { length } = parts.payload.labels;
    this.#plot.tabIndex = 0;
    this.#plot.setAttribute("role", "application");
    this.#plot.setAttribute(
      "aria-label",
      `${length} points; the arrow keys turn them, + and - zoom, PageUp and PageDown read one after another`,
    );
    this.#plot.addEventListener("keydown", (event) => this.#key(event));
    parts.place.replaceChildren(
      sheet,
      this.#plot,
      this.#output,
      make(
        "p",
        "hint",
        "Drag to turn, with the right button to move; or focus it and use the arrow keys, + and −, Home. PageUp and PageDown read one point after another",
      ),
    );
    this.#watch = new ResizeObserver(() => {
      // Rounded, so that a scroll bar that comes and goes starts no circle.
      if (this.#ground && Math.abs(this.#room() - this.#width) > 2) void this.draw(this.#ground);
    });
    this.#watch.observe(parts.place);
  }

  /** Draws it on a ground, in the width that there is. */
  async draw(ground: Ground): Promise<void> {
    this.#ground = ground;
    this.#width = this.#room();
    const height = Math.min(high, this.#width);
    this.#plot.style.cssText = `width:${this.#width}px;height:${height}px`;
    const plot = await this.#plotly.react(this.#plot, this.#data(), this.#layout(ground), config);
    if (this.#listening) return;
    this.#listening = true;
    plot.on("plotly_hover", ({ points }) => {
      if (!this.#pinned && points[0]?.curveNumber === 0) this.#say(points[0].pointNumber);
    });
    plot.on("plotly_unhover", () => this.#pinned ? undefined : this.#say(-1));
    plot.on("plotly_click", ({ points }) => {
      if (points[0]?.curveNumber === 0) this.#pin(points[0].pointNumber);
    });
    plot.on("plotly_webglcontextlost", this.#parts.lost);
  }

  /** Takes the keys, which went to what stood here before. */
  focus(): void {
    this.#plot.focus({ preventScroll: true });
  }

  /** Takes it down; what remains is where it was seen from. */
  end(): Camera {
    this.#watch.disconnect();
    const camera = this.#seen();
    this.#plotly.purge(this.#plot);
    this.#parts.place.replaceChildren();
    this.#parts.page.at(undefined);
    return camera;
  }

  #room(): number {
    return Math.min(broad, Math.max(200, Math.floor(this.#parts.place.clientWidth)));
  }

  /** Where it is seen from now: it may have been turned by hand. */
  #seen(): Camera {
    const { _fullLayout: drawn } = this.#plot as { _fullLayout?: { scene?: { camera: Camera } } };
    return drawn?.scene?.camera ?? this.#camera ?? first(this.#width);
  }

  #data(): object[] {
    const { places, labels, classes } = this.#parts.payload;
    const along = (axis: number): number[] => labels.map((_, i) => places[i * 3 + axis]!);
    const many = labels.length > 2000 ? 3 : labels.length > 300 ? 4 : 6;
    const size = this.#width < 500 ? many * 0.75 : many;
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
      x: this.#marked(0),
      y: this.#marked(1),
      z: this.#marked(2),
      marker: { size: size * 2.2, symbol: "circle-open", color: this.#ink() },
      hoverinfo: "skip",
    }];
  }

  /** Where the ring is along an axis. */
  #marked(axis: number): number[] {
    return this.#at < 0 ? [] : [this.#parts.payload.places[this.#at * 3 + axis]!];
  }

  #ink(): string {
    return getComputedStyle(this.#parts.place).color;
  }

  #layout({ background, dark }: Ground): object {
    const { axes, places } = this.#parts.payload, ink = this.#ink(), paper = css(background);
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
        font: { size: this.#width < 500 ? 12 : 13 },
      },
      range: [ends[axis]!.middle - halves[axis]!, ends[axis]!.middle + halves[axis]!],
      nticks: Math.round((this.#width < 500 ? 2 : 3) + 4 * halves[axis]! / Math.max(...halves)),
      gridcolor: line,
      zerolinecolor: line,
      linecolor: line,
      spikecolor: ink,
      showbackground: false,
    });
    const [x, y, z] = halves.map((half) => half / Math.max(...halves));
    return {
      width: this.#width,
      height: Math.min(high, this.#width),
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
        camera: this.#seen(),
        dragmode: "turntable",
      },
    };
  }

  /** Says which point it is. */
  #say(at: number): void {
    const { axes, places, labels } = this.#parts.payload;
    this.#output.textContent = at < 0
      ? ""
      : `${isolate(labels[at] || `point ${at}`)}: ${
        axes.map((name, axis) => `${isolate(name)} ≈ ${formatNumber(places[at * 3 + axis]!)}`).join(
          ", ",
        )
      }`;
    this.#parts.page.at(at < 0 ? undefined : { point: at });
  }

  /** Puts a ring round a point, or lets go. */
  #pin(at: number): void {
    this.#pinned = at >= 0;
    this.#at = at;
    this.#say(at);
    const [x, y, z] = [0, 1, 2].map((axis) => [this.#marked(axis)]);
    void this.#plotly.restyle(this.#plot, { x, y, z }, [1]);
  }

  /** Turns it by hand or brings it nearer. */
  #turn(round: number, up: number, nearer: number): void {
    const { eye: { x, y, z } } = this.#seen(), far = Math.hypot(x, y, z);
    const azimuth = Math.atan2(y, x) + round;
    const height = Math.max(-1.5, Math.min(1.5, Math.asin(z / far) + up)), away = far * nearer;
    void this.#plotly.relayout(this.#plot, {
      "scene.camera.eye": {
        x: away * Math.cos(height) * Math.cos(azimuth),
        y: away * Math.cos(height) * Math.sin(azimuth),
        z: away * Math.sin(height),
      },
    });
  }

  #key(event: KeyboardEvent): void {
    const turns: Record<string, readonly [number, number, number]> = {
      ArrowLeft: [-0.15, 0, 1],
      ArrowRight: [0.15, 0, 1],
      ArrowUp: [0, 0.15, 1],
      ArrowDown: [0, -0.15, 1],
      "+": [0, 0, 0.87],
      "=": [0, 0, 0.87],
      "-": [0, 0, 1.15],
    };
    const by = turns[event.key], { length } = this.#parts.payload.labels;
    if (by) this.#turn(...by);
    else if (event.key === "Home") {
      void this.#plotly.relayout(this.#plot, { "scene.camera": first(this.#width) });
    } else if (event.key === "PageDown") this.#pin((this.#at + 1) % length);
    else if (event.key === "PageUp") this.#pin((Math.max(this.#at, 0) - 1 + length) % length);
    else if (event.key === "Escape") this.#pin(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
