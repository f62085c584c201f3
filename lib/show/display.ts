/**
 * What a cell shows: the two output bundles, and the interface of a value that draws itself.
 *
 * @module
 */

/** The method that the Deno kernel calls on the last value of a cell. */
export const display: unique symbol = Symbol.for("Jupyter.display") as typeof display;

/** The method that Deno calls to print a value in a terminal. */
export const inspect: unique symbol = Symbol.for("Deno.customInspect") as typeof inspect;

/** A drawing whose HTML is readable with scripts off, and the same numbers as text. */
export interface Document {
  /** What a notebook shows. */
  readonly "text/html": string;
  /** What everything else shows. */
  readonly "text/plain": string;
}

/** A drawing that the notebook's own Vega-Lite makes, with a picture and text for where it has none. */
export interface Chart {
  /** The specification, data included, of Vega-Lite 5. */
  readonly "application/vnd.vegalite.v5+json": object;
  /** The picture, in base64. */
  readonly "image/png": string;
  /** The numbers of the picture. */
  readonly "text/plain": string;
}

/** One of the two kinds of output bundle; there is no third. */
export type Drawing = Document | Chart;

/** A value that draws itself in a notebook. */
export interface Displayable {
  /** Draws the value. */
  [display](): Drawing | Promise<Drawing>;
}

/** A token as it is to be shown. */
export interface ShownToken {
  /** What the token decodes to. */
  readonly text: string;
  /** Its row of the vocabulary. */
  readonly id?: number;
  /** Whether it is a special token, such as a beginning of text. */
  readonly special?: boolean;
  /** Its bytes, where they are no whole UTF-8 and `text` cannot hold them. */
  readonly bytes?: Uint8Array;
}

/** What every drawing can do besides being shown. */
export interface Saved {
  /**
   * Writes the drawing to a file, as `save` does: the end of the name says whether as a page, Markdown, text, a picture,
   * rows or JSON.
   *
   * @returns The files that were written.
   */
  save(path: string | URL): Promise<readonly string[]>;
  /** The drawing as Markdown, as `markdown` writes it. */
  markdown(): Promise<string>;
}

/** A document that draws itself, so that it can end a cell or be what a result's `[display]` gives back. */
export interface DrawnDocument extends Document, Displayable, Saved {
  /** Draws the document: itself. */
  [display](): Document;
}

/** A chart that draws itself. */
export interface DrawnChart extends Chart, Displayable, Saved {
  /** Draws the chart: itself. */
  [display](): Chart;
}

/** What turns a bundle into what the notebook asked for; set by `showFor`, undefined where it asked for nothing. */
let profiled: ((bundle: Drawing) => Drawing | Promise<Drawing>) | undefined;

/** Sets what every drawing passes through where it is shown; for `showFor`. */
export function passThrough(change: typeof profiled): void {
  profiled = change;
}

/**
 * Makes a bundle draw itself in a cell, print its text in a terminal and save itself.
 *
 * @param bundle The bundle.
 * @param inPage What a page of everybody's gets instead, where what others of its outputs carry can be left out.
 * @returns The same bundle, with methods that JSON does not see.
 */
export function drawable<T extends Drawing>(
  bundle: T,
  inPage: () => NoInfer<T> = () => bundle,
): T & { [display](): T } & Saved {
  return Object.defineProperties(bundle, {
    // A profile gives another bundle, or a promise of one: what calls this awaits it.
    [display]: { value: () => profiled ? profiled(bundle) : inPage() },
    [inspect]: { value: () => bundle["text/plain"] },
    // Few notebooks save, and what saves imports this.
    save: { value: async (path: string | URL) => (await import("./save.ts")).save(bundle, path) },
    markdown: { value: async () => (await import("./markdown.ts")).markdown(bundle) },
  }) as T & { [display](): T } & Saved;
}

/**
 * Says whether a value has a `[display]` method.
 *
 * @param value Anything.
 * @returns Whether it draws itself.
 */
export function isDisplayable(value: unknown): value is Displayable {
  return typeof value === "object" && value !== null && display in value &&
    typeof value[display] === "function";
}
