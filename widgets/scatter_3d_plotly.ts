/**
 * Points in three dimensions in the page, drawn by plotly.js while it is there and they are in sight, else by our own canvas.
 *
 * @module
 */
/// <reference lib="dom" />

import type { Ground } from "../lib/show/colour.ts";
import type { Scatter3dPayload } from "../lib/show/payload.ts";
import { make } from "./elements.ts";
import type { Page, Paint } from "./page.ts";
import {
  type Camera,
  findPlotly,
  hasWebgl,
  liveClouds,
  loadPlotly,
  type Waiting,
} from "./plotly_page.ts";
import { PlotlyCloud } from "./plotly_cloud.ts";
import { scatter3d } from "./scatter_3d.ts";

/** How many pictures of a page it draws at once: browsers take memory back from the seventeenth on. */
const most = 12;
/** Why plotly.js does not draw. */
const without = "Drawn without plotly.js";
const notes = {
  here: "",
  missing:
    `${without}: the output that carries it is not on this page. Run its cell again, or this one with .plotly({ carry: true }).`,
  "left out": `${without}, which showFor() has left out.`,
  webgl: `${without}, which needs WebGL: this browser offers none.`,
  far:
    `${without}: WebGL counts in single precision, and these points lie too far from zero, compared with how far they are from each other.`,
  many:
    `${without}, which draws ${most} other pictures in sight: a browser has graphics memory for few. `,
  lost: `${without}: the browser has taken its graphics memory back. `,
} as const;

/** How many times as far from zero as from each other points may lie: single precision has 24 bits, of which a picture needs 7. */
const furthest = 1e5;

/**
 * Draws points by plotly.js.
 *
 * @param figure The figure.
 * @param payload Its data.
 * @param page What it may do besides.
 * @returns What paints it on a ground.
 */
export function scatter3dPlotly(
  figure: HTMLElement,
  payload: Scatter3dPayload,
  page: Page,
): Paint | undefined {
  const paintOwn = scatter3d(figure, payload, page);
  if (!paintOwn) return;
  const root = figure.getRootNode() as ShadowRoot, host: Waiting = root.host;
  const own = [".matrix", "output", ".hint"].map((name) =>
    figure.querySelector<HTMLElement>(name)!
  );
  const note = make("p", "note"), place = make("div", "cloud");
  note.style.cssText = "font-size:12px;margin:2px 0";
  own[0]!.before(place);
  own[2]!.after(note);
  let ground: Ground, camera: Camera | undefined, cloud: PlotlyCloud | undefined, visible = false;
  const far = isFar(payload);

  /** Shows our own: memory for graphics is scarce, and what is out of sight may be printed. */
  const showOwn = (said: string): void => {
    place.hidden = true;
    for (const element of own) element.hidden = false;
    note.textContent = said;
    note.hidden = said === "";
    camera = cloud?.end() ?? camera;
    cloud = undefined;
    paintOwn(ground);
  };
  /** The same where it may go better later. */
  const giveWay = (said: string): void => {
    showOwn(said);
    const again = make("button", "", "Draw again");
    again.addEventListener("click", () => void update());
    note.append(again);
  };
  const update = async (): Promise<void> => {
    try {
      const found = far ? "far" : findPlotly(host);
      if (found !== "here" || !visible) return showOwn(notes[found]);
      if (cloud) return;
      if (!hasWebgl()) return showOwn(notes.webgl);
      const { plotly, rules } = await loadPlotly();
      if (!visible || cloud) return;
      if (liveClouds.size >= most) return giveWay(notes.many);
      const lost = (): void => giveWay(notes.lost);
      const made = cloud = new PlotlyCloud(plotly, { place, rules, payload, page, camera, lost });
      // Ours stays until the other one is there: there is no moment without a picture.
      place.hidden = false;
      place.style.cssText = "height:0;overflow:hidden";
      await made.draw(ground);
      if (cloud !== made) return;
      place.style.cssText = "";
      if (root.activeElement === own[0]) made.focus();
      for (const element of [...own, note]) element.hidden = true;
    } catch (error) {
      showOwn(`${without}, which could not start: ${(error as Error).message}`);
    }
  };
  host.onPlotly = () => void update();
  new IntersectionObserver((entries) => {
    visible = entries.at(-1)!.isIntersecting && host.isConnected;
    void update();
  }, { rootMargin: "200px" }).observe(host);
  return (next) => {
    ground = next;
    paintOwn(next);
    void cloud?.draw(next);
  };
}

/** Whether the points run together in single precision. */
function isFar({ places }: Scatter3dPayload): boolean {
  let span = 0, most = 0;
  for (let axis = 0; axis < 3; axis++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < places.length; i += 3) {
      [low, high] = [Math.min(low, places[i]!), Math.max(high, places[i]!)];
    }
    span = Math.max(span, high - low);
    most = Math.max(most, Math.abs(low), Math.abs(high));
  }
  return span > 0 && most > furthest * span || most > 1e30;
}
