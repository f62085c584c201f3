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
  const element = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = spec.label;
  const grid = document.createElement("div");
  grid.className = "heads";
  grid.style.gridTemplateColumns = `auto repeat(${spec.heads}, 24px)`;
  let picked: readonly Head[] = [];
  const buttons: HTMLButtonElement[] = [];
  const isPicked = (at: Head) => picked.some((p) => p.layer === at.layer && p.head === at.head);
  const show = () => {
    buttons.forEach((button, i) => {
      const at = { layer: Math.floor(i / spec.heads), head: i % spec.heads };
      button.setAttribute("aria-pressed", String(isPicked(at)));
    });
  };
  const toggle = (at: Head) => {
    const rest = picked.filter((p) => p.layer !== at.layer || p.head !== at.head);
    const chosen = isPicked(at) ? rest : spec.several ? [...rest, at] : [at];
    picked = chosen;
    show();
    send(chosen);
  };
  const go = (from: number, to: number) => {
    const target = buttons[to];
    if (target === undefined) return;
    buttons[from]!.tabIndex = -1;
    target.tabIndex = 0;
    target.focus();
  };
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -spec.heads,
    ArrowDown: spec.heads,
  };
  for (let layer = 0; layer < spec.layers; layer++) {
    const name = document.createElement("span");
    name.textContent = `layer ${layer}`;
    grid.append(name);
    for (let head = 0; head < spec.heads; head++) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = String(head);
      button.setAttribute("aria-label", `layer ${layer} head ${head}`);
      button.tabIndex = buttons.length === 0 ? 0 : -1;
      keepKeys(button);
      const index = buttons.push(button) - 1;
      button.addEventListener("click", () => toggle({ layer, head }));
      button.addEventListener("keydown", (event) => {
        const step = steps[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const sideways = Math.abs(step) === 1;
        if (sideways && Math.floor((index + step) / spec.heads) !== layer) return;
        go(index, index + step);
      });
      grid.append(button);
    }
  }
  element.append(legend, grid);
  return {
    element,
    show(value) {
      picked = value as readonly Head[];
      show();
    },
  };
}
