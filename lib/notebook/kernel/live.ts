/**
 * Views that a reader moves: a slider, a head picker, a text field, and what is drawn by them.
 *
 * @module
 */

import {
  all,
  display,
  type Document,
  drawn,
  type DrawnPromise,
  escapeHtml,
  inspect,
  refuseMissingOptions,
  refuseUnknownOptions,
} from "../../show/mod.ts";
import type { Control } from "./control.ts";
import { kernelLink } from "./kernel_link.ts";
import { livePage } from "./live_page.generated.ts";
import { LiveRun } from "./live_run.ts";
import type { Widget } from "./widgets.ts";

/** The values of controls, by their names. */
export type LiveValues<C> = {
  readonly [Name in keyof C]: C[Name] extends Control<infer T> ? T : never;
};

/** What a live view is made of. */
export interface LiveView<C extends Readonly<Record<string, Control<unknown>>>> {
  /** What moves it, by name. */
  readonly controls: C;
  /**
   * Computes what is drawn, whenever a control was moved: a value that draws itself, or a promise of one. The signal is
   * raised when a later value makes this one useless; hand it on to what takes long.
   */
  readonly draw: (values: LiveValues<C>, signal: AbortSignal) => unknown;
  /** How long to wait for a further move before drawing, in milliseconds; 10 by default. */
  readonly pause?: number;
  /** The version of anywidget that the page must have; any by default. Hosts that fetch it may want one named. */
  readonly anywidget?: string;
}

/** What a live view shows: a document, and, where the page can be heard, the view of its model. */
export interface LiveDocument extends Document {
  /** The model that the page draws instead of the document. */
  readonly "application/vnd.jupyter.widget-view+json"?: object;
}

/** A state of a live view. */
interface Shown {
  readonly html: string;
  readonly text: string;
}

/**
 * Draws a view that a reader moves. In the kernel "Deno (Innerworks)", and a page that draws anywidget's widgets
 * (JupyterLab, Notebook 7 and VS Code with ipywidgets' or anywidget's extension), moving a control draws anew: after a
 * short pause, the last value wins, and what was being computed for an earlier one is aborted. Anywhere else, and in a
 * saved notebook, stands the last state as a document.
 *
 * @param view What moves it, and what is drawn.
 * @returns The view, once its first state has been drawn.
 * @throws Whatever `draw` throws for the first values; what it throws later stands under the controls.
 *
 * @example Usage
 * ```ts
 * import { live, slider, table } from "@innerworks/innerworks";
 *
 * const view = await live({
 *   controls: { x: slider(0, 4, { value: 2, step: 1 }) },
 *   draw: ({ x }) => table({ title: "Square", columns: [{ name: "x²" }], rows: [[x * x]] }),
 * });
 * console.log(view.values); // { x: 2 }
 * ```
 */
export function live<const C extends Readonly<Record<string, Control<unknown>>>>(
  view: LiveView<C>,
): DrawnPromise<Live<C>> {
  refuseUnknownOptions("draw a live view", view, ["controls", "draw", "pause", "anywidget"]);
  refuseMissingOptions("draw a live view", view, ["controls", "draw"]);
  return drawn(() => Live.begin(view));
}

/** A live view, and the state it is in. */
export class Live<C extends Readonly<Record<string, Control<unknown>>>> {
  readonly #view: LiveView<C>;
  readonly #run: LiveRun<LiveValues<C>, Shown>;
  #values: LiveValues<C>;
  #shown: Shown;
  #widget: Widget | undefined;
  #stale = false;

  private constructor(view: LiveView<C>, values: LiveValues<C>, shown: Shown) {
    this.#view = view;
    this.#values = values;
    this.#shown = shown;
    this.#run = new LiveRun((values, signal) => this.#draw(values, signal), {
      pause: view.pause ?? 10,
      onDone: (shown) => this.#show(shown),
      onError: (error) => this.#widget?.set({ state: "failed", error: String(error) }),
    });
  }

  /**
   * Draws the first state.
   *
   * @param view What moves it, and what is drawn.
   * @returns The view.
   */
  static async begin<C extends Readonly<Record<string, Control<unknown>>>>(
    view: LiveView<C>,
  ): Promise<Live<C>> {
    const values = Object.fromEntries(
      Object.entries(view.controls).map(([name, { value }]) => [name, value]),
    ) as LiveValues<C>;
    const drawing = await all([view.draw(values, new AbortController().signal)])[display]();
    const shown = { html: drawing["text/html"], text: drawing["text/plain"] };
    const made = new Live(view, values, shown);
    made.#open();
    return made;
  }

  /** The values of the controls, as they stand now. */
  get values(): LiveValues<C> {
    return this.#values;
  }

  /** Whether a page can move it: false where no kernel of this library runs. */
  get isLive(): boolean {
    return this.#widget !== undefined;
  }

  /** Draws the state as a document, and names the model where a page can move it. */
  [display](): LiveDocument {
    const document = this.#document();
    return this.#widget === undefined ? document : {
      "application/vnd.jupyter.widget-view+json": {
        version_major: 2,
        version_minor: 0,
        model_id: this.#widget.id,
      },
      ...document,
    };
  }

  /** Prints the state. */
  [inspect](): string {
    return this.#document()["text/plain"];
  }

  /** The values of the controls and the text that is shown. */
  toJSON(): object {
    return { values: this.#values, text: this.#shown.text };
  }

  /** Ends the view: pages show it no longer. */
  close(): void {
    this.#run.abort();
    this.#widget?.close();
    this.#widget = undefined;
  }

  #open(): void {
    const { controls, anywidget } = this.#view;
    this.#widget = kernelLink()?.openWidget({
      module: livePage,
      name: "innerworks.live",
      ...(anywidget === undefined ? {} : { anywidget }),
      state: {
        controls: Object.entries(controls).map(([name, { spec, label }]) => ({
          name,
          label: label ?? name,
          ...spec,
        })),
        values: this.#values,
        html: this.#shown.html,
        state: "shown",
        error: "",
      },
      onChange: ({ values }) => this.#move(values),
      onMessage: (content) => {
        if ((content as { event?: unknown } | null)?.event === "left") this.#keep();
      },
    });
  }

  /** Takes values that the page sent. */
  async #move(sent: unknown): Promise<void> {
    if (sent === undefined) return;
    try {
      const given = sent as Record<string, unknown>;
      const entries = Object.entries(this.#view.controls).map(([name, control]) => [
        name,
        control.read(given[name]),
      ]);
      this.#values = Object.fromEntries(entries) as LiveValues<C>;
    } catch (error) {
      this.#widget?.set({ values: this.#values, state: "failed", error: String(error) });
      return;
    }
    await this.#run.start(this.#values);
  }

  async #draw(values: LiveValues<C>, signal: AbortSignal): Promise<Shown> {
    const drawing = await all([this.#view.draw(values, signal)])[display]();
    return { html: drawing["text/html"], text: drawing["text/plain"] };
  }

  #show(shown: Shown): void {
    this.#shown = shown;
    this.#stale = true;
    this.#widget?.set({ html: shown.html, state: "shown", error: "" });
  }

  /** Puts the last state into the notebook, so that it is what a saved one shows. */
  #keep(): void {
    if (!this.#stale || this.#widget === undefined) return;
    this.#stale = false;
    const transient = { display_id: this.#widget.id };
    kernelLink()?.broadcast("update_display_data", {
      data: this[display](),
      metadata: {},
      transient,
    });
  }

  #document(): Document {
    const { controls } = this.#view;
    const places = Object.entries(controls).map(([name, control]) => {
      const value = control.describe(this.#values[name as keyof C]);
      return `${control.label ?? name}: ${value}`;
    });
    const line = places.join(" · ");
    return {
      "text/html": `<div><p style="${LINE}">${escapeHtml(line)}</p>${this.#shown.html}</div>`,
      "text/plain": `${line}\n${this.#shown.text}`,
    };
  }
}

/** The style of the line that says where the controls stand: opaque, whatever page it lands on. */
const LINE =
  "color:rgb(26,28,31);background-color:rgb(255,255,255);font:bold 13px sans-serif;margin:0 0 6px;padding:4px 12px";
