/**
 * plotly.js in the page: whichever output brings it, all figures of the page find it.
 *
 * @module
 */
/// <reference lib="dom" />

/** What a figure hears of its picture. */
export interface PlotlyEvents {
  /** A point is pointed at, or pressed. */
  on(
    event: "plotly_hover" | "plotly_click",
    listener: (event: { points: readonly { curveNumber: number; pointNumber: number }[] }) => void,
  ): void;
  /** No point is pointed at any more, or the browser has taken the graphics memory back. */
  on(event: "plotly_unhover" | "plotly_webglcontextlost", listener: () => void): void;
}

/** What of plotly.js is used. */
export interface Plotly {
  /** Draws, or draws again what has changed. */
  react(
    element: HTMLElement,
    data: readonly object[],
    layout: object,
    config: object,
  ): Promise<HTMLElement & PlotlyEvents & { _fullLayout: { scene: { camera: Camera } } }>;
  /** Changes the layout alone. */
  relayout(element: HTMLElement, changes: object): Promise<void>;
  /** Changes some traces. */
  restyle(element: HTMLElement, changes: object, traces: readonly number[]): Promise<void>;
  /** Takes a picture down and gives its memory back. */
  purge(element: HTMLElement): void;
}

/** Where a picture is seen from. */
export interface Camera {
  /** The eye, in units of the longest axis, from the middle of all. */
  readonly eye: { readonly x: number; readonly y: number; readonly z: number };
  /** What it looks at. */
  readonly center?: { readonly x: number; readonly y: number; readonly z: number };
}

/** The library and the style sheet that belongs to it. */
export interface LoadedPlotly {
  /** The library. */
  readonly plotly: Plotly;
  /** Its rules, which a shadow root needs a copy of. */
  readonly rules: string;
}

/** A figure that waits for it. */
export interface Waiting extends Element {
  /** Told once the page has it. */
  onPlotly?: () => void;
}

interface Store {
  packed?: string;
  loaded?: Promise<LoadedPlotly>;
  waiting: Set<WeakRef<Waiting>>;
  live: Set<object>;
}

/** One for the page and this version. */
const key = "innerworksPlotly4_1_1";
const store: Store = ((globalThis as unknown as Record<string, Store>)[key] ??= {
  waiting: new Set(),
  live: new Set(),
});

/** What plotly.js draws in this page now; each has graphics memory of its own. */
export const liveClouds: Set<object> = store.live;

/** The name by which plotly.js calls itself and its style sheet. */
const own = "Plotly", sheetId = "plotly.js-style-global";

/**
 * Looks for the library: in the figure's own output, else in what others have brought.
 *
 * @param host The figure; told later, where nothing is found, if another brings it.
 * @returns Whether it is there, or was left out on purpose.
 */
export function findPlotly(host: Waiting): "here" | "missing" | "left out" {
  const packed = host.querySelector("script[type='application/gzip']")?.textContent ?? "";
  if (packed === "-") return "left out";
  if (packed && !store.packed) {
    // Kept by the page, so that the output may go.
    store.packed = packed;
    for (const other of store.waiting) other.deref()?.onPlotly?.();
    store.waiting.clear();
  }
  if (store.packed) return "here";
  store.waiting.add(new WeakRef(host));
  return "missing";
}

/**
 * Starts the library, once for the page.
 *
 * @returns The library.
 * @throws {Error} If the page runs no scripts that a script made.
 */
export function loadPlotly(): Promise<LoadedPlotly> {
  return store.loaded ??= load(store.packed!);
}

async function load(packed: string): Promise<LoadedPlotly> {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const text = await new Response(
    new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
  ).text();
  const scope = globalThis as unknown as Record<string, unknown>;
  const before = Object.getOwnPropertyDescriptor(scope, own);
  // A host may have a plotly.js of its own, whose rules must not be touched.
  const theirs = document.getElementById(sheetId);
  if (theirs) theirs.id += "-kept";
  const script = document.createElement("script");
  script.textContent = `(()=>{const module={exports:{}};${text}\n;${key}.made=module.exports})()`;
  document.head.append(script);
  script.remove();
  const sheet = document.getElementById(sheetId) as HTMLStyleElement | null;
  const rules = [...sheet?.sheet?.cssRules ?? []].map(({ cssText }) => cssText).join("");
  sheet?.remove();
  if (theirs) theirs.id = sheetId;
  if (before) Object.defineProperty(scope, own, before);
  else delete scope[own];
  const plotly = (store as Store & { made?: Plotly }).made;
  if (!plotly) throw new Error("the page runs no script that a script made");
  return { plotly, rules };
}

/**
 * Says whether the browser has what plotly.js draws on.
 *
 * @returns Whether it has.
 */
export function hasWebgl(): boolean {
  if (webgl) return true;
  const context = document.createElement("canvas").getContext("webgl");
  // A page may hold few of them: this one is given back at once.
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return webgl = context !== null;
}

/** Whether it was there before. */
let webgl = false;
