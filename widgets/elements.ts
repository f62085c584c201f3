/**
 * Elements that several views are made of.
 *
 * @module
 */
/// <reference lib="dom" />

/**
 * Makes an element with a class and text.
 *
 * @param tag Its name.
 * @param className Its class.
 * @param text Its text.
 * @returns The element.
 */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  text = "",
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** A choice of one thing out of several. */
export interface Choice {
  /** The element, its label around it. */
  readonly element: HTMLElement;
  /** Which is chosen, counted from 0. */
  value: number;
}

/**
 * Makes a choice.
 *
 * @param name What is chosen.
 * @param names What there is to choose from.
 * @param onChange Called when another is chosen.
 * @returns The choice, of the first.
 */
export function choice(
  name: string,
  names: readonly string[],
  onChange: (value: number) => void,
): Choice {
  const element = make("label", "", `${name} `), select = make("select", "");
  select.append(...names.map((text) => make("option", "", text)));
  select.addEventListener("change", () => onChange(select.selectedIndex));
  // The notebook has other plans for the keys that choose.
  select.addEventListener("keydown", (event) => event.stopPropagation());
  element.append(select);
  return {
    element,
    get value() {
      return select.selectedIndex;
    },
    set value(value) {
      select.selectedIndex = value;
    },
  };
}

/** Waits until the page was drawn; not long, as a page that nobody sees is not. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 50);
  });
}
