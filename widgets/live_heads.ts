/**
 * A grid of heads to pick from.
 *
 * @module
 */
/// <reference lib="dom" />

import { type Drawn, keepKeys, type Spec } from "./live_parts.ts";

interface Head {
  readonly layer: number;
  readonly head: number;
}

/**
 * Draws a grid of layers by heads. It is one stop of the tab key; the arrow keys go from head to head.
 *
 * @param spec How many heads there are.
 * @param send Sends the heads that are picked.
 * @returns The control.
 */
export function headGrid(spec: Spec, send: (value: unknown) => void): Drawn {
  let picked: readonly Head[] = [];
  const isPicked = (at: Head) => picked.some((each) => same(each, at));
  const show = () => {
    for (const [button, at] of buttons) button.setAttribute("aria-pressed", String(isPicked(at)));
  };
  const toggle = (at: Head) => {
    const rest = picked.filter((each) => !same(each, at));
    picked = isPicked(at) ? rest : spec.several ? [...rest, at] : [at];
    show();
    send(picked);
  };
  const grid = document.createElement("div");
  grid.className = "heads";
  grid.style.gridTemplateColumns = `auto repeat(${spec.heads}, 24px)`;
  const buttons = new Map<HTMLButtonElement, Head>();
  for (let layer = 0; layer < spec.layers; layer++) {
    const name = document.createElement("span");
    name.textContent = `layer ${layer}`;
    grid.append(name);
    for (let head = 0; head < spec.heads; head++) {
      const button = headButton({ layer, head }, () => toggle({ layer, head }));
      button.tabIndex = buttons.size === 0 ? 0 : -1;
      buttons.set(button, { layer, head });
      grid.append(button);
    }
  }
  grid.addEventListener("keydown", (event) => walk(event, [...buttons.keys()], spec.heads));
  const element = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = spec.label;
  element.append(legend, grid);
  return {
    element,
    show(value) {
      picked = value as readonly Head[];
      show();
    },
  };
}

function same(a: Head, b: Head): boolean {
  return a.layer === b.layer && a.head === b.head;
}

function headButton({ layer, head }: Head, onPick: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = String(head);
  button.setAttribute("aria-label", `layer ${layer} head ${head}`);
  keepKeys(button);
  button.addEventListener("click", onPick);
  return button;
}

/** Goes from head to head by the arrow keys, and stays in a layer sideways. */
function walk(event: KeyboardEvent, buttons: readonly HTMLButtonElement[], heads: number): void {
  const from = buttons.indexOf(event.target as HTMLButtonElement);
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -heads,
    ArrowDown: heads,
  };
  const step = steps[event.key];
  if (step === undefined || from < 0) return;
  event.preventDefault();
  const to = from + step, target = buttons[to];
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (target === undefined || (sideways && Math.floor(to / heads) !== Math.floor(from / heads))) {
    return;
  }
  buttons[from]!.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
}
