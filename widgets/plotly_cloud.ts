/**
 * A cloud of points by plotly.js, with the keys and the words of our other views.
 *
 * @module
 */
/// <reference lib="dom" />

import type { Ground } from "../lib/show/colour.ts";
import { formatNumber } from "../lib/show/format_number.ts";
import type { Scatter3dPayload } from "../lib/show/payload.ts";
import { make } from "./elements.ts";
import { isolate } from "./isolate.ts";
import type { Page } from "./page.ts";
import {
  broad,
  firstCamera,
  high,
  plotlyLayout,
  plotlyTraces,
  ringPlace,
} from "./plotly_figure.ts";
import { type Camera, liveClouds, type Plotly } from "./plotly_page.ts";

const config = { displayModeBar: false, scrollZoom: false, typesetMath: false };
// What WebGL has drawn is blank on paper, so that our canvas is printed.
const ownRules =
  ".plot{touch-action:none;margin-bottom:5px}.plot:focus-visible{outline:2px solid var(--focus);outline-offset:2px}" +
  "@media print{.cloud{display:none!important}.matrix[hidden]{display:block!important}}";

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
  #over = -1;
  #pressed = -1;
  #pinned = false;
  #listening = false;

  constructor(plotly: Plotly, parts: CloudParts) {
    liveClouds.add(this);
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
    this.#press();
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
    const look = {
      width: this.#width,
      ground,
      ink: getComputedStyle(this.#parts.place).color,
      camera: this.#seen(),
      at: this.#at,
    };
    const { payload } = this.#parts;
    const plot = await this.#plotly.react(
      this.#plot,
      plotlyTraces(payload, look),
      plotlyLayout(payload, look),
      config,
    );
    if (this.#listening) return;
    this.#listening = true;
    const over = (at: number): void => {
      this.#over = at;
      if (at >= 0) this.#pressed = at;
      if (!this.#pinned) this.#say(at);
    };
    plot.on("plotly_hover", ({ points: [point] }) => {
      if (point?.curveNumber === 0) over(point.pointNumber);
    });
    plot.on("plotly_click", ({ points: [point] }) => {
      if (point?.curveNumber === 0) this.#pressed = point.pointNumber;
    });
    plot.on("plotly_unhover", () => over(-1));
    plot.on("plotly_webglcontextlost", this.#parts.lost);
  }

  /** Pins what is pressed, or lets go; plotly.js itself tells of a press in each picture that it draws while a button is down. */
  #press(): void {
    let from = [0, 0];
    this.#plot.addEventListener("pointerdown", ({ x, y }) => {
      from = [x, y];
      this.#pressed = this.#over;
    }, { capture: true });
    this.#plot.addEventListener("pointerup", ({ x, y }) => {
      // What was turned was not pressed. Of what a finger is on plotly.js tells with the next picture.
      if (Math.hypot(x - from[0]!, y - from[1]!) < 5) {
        setTimeout(() => this.#plot.isConnected && this.#pin(this.#pressed), 100);
      }
    });
  }

  /** Takes the keys, which went to what stood here before. */
  focus(): void {
    this.#plot.focus({ preventScroll: true });
  }

  /** Takes it down; what remains is where it was seen from. */
  end(): Camera {
    liveClouds.delete(this);
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
    return drawn?.scene?.camera ?? this.#camera ?? firstCamera(this.#width);
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
    const [x, y, z] = [0, 1, 2].map((axis) => [ringPlace(this.#parts.payload, axis, at)]);
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
      void this.#plotly.relayout(this.#plot, { "scene.camera": firstCamera(this.#width) });
    } else if (event.key === "PageDown") this.#pin((this.#at + 1) % length);
    else if (event.key === "PageUp") this.#pin((Math.max(this.#at, 0) - 1 + length) % length);
    else if (event.key === "Escape") this.#pin(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
