/**
 * What the figures of one page share, whichever output they came with: word of the theme, and the token that is pinned.
 *
 * @module
 */
/// <reference lib="dom" />

/** A token that is pinned. */
export interface Pin {
  /** The tokens that it is one of, so that other texts are left alone. */
  readonly tokens: string;
  /** Which it is; undefined where it was let go. */
  readonly position: number | undefined;
}

/** An element that holds a figure's shadow. */
export interface Figure extends HTMLElement {
  /** Paints it in the page's colours. */
  repaint?: () => void;
  /** Marks the token that is pinned. */
  onPin?: (pin: Pin | undefined) => void;
}

/** What they share. */
export interface Registry {
  /** The token that was pinned last. */
  pinned: Pin | undefined;
  /** Tells a figure of what happens from now on, for as long as it exists. */
  add(host: Figure): void;
  /** Pins a token, or lets go. */
  pin(pin: Pin): void;
}

function makeRegistry(): Registry {
  // Held weakly, so that a cleared output can be collected.
  const figures = new Set<WeakRef<Figure>>();
  const each = (tell: (figure: Figure) => void): void => {
    for (const reference of figures) {
      const figure = reference.deref();
      if (figure) tell(figure);
      else figures.delete(reference);
    }
  };
  const again = (): void => each((figure) => figure.repaint?.());
  new MutationObserver(again).observe(document.body, {
    attributes: true,
    attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "data-vscode-theme-kind"],
  });
  matchMedia("(prefers-color-scheme:dark)").addEventListener("change", again);
  const made: Registry = {
    pinned: undefined,
    add(host) {
      each(() => {});
      figures.add(new WeakRef(host));
    },
    pin(pin) {
      made.pinned = pin;
      each((figure) => figure.onPin?.(pin));
    },
  };
  return made;
}

/** One for the page: the number changes with its methods. */
export const registry: Registry =
  ((globalThis as { innerworks1?: Registry }).innerworks1 ??= makeRegistry());
