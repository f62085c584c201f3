/**
 * The page's half of a live view, as a module of anywidget: it draws the controls, sends what is moved, and shows what
 * comes back.
 *
 * @module
 */
/// <reference lib="dom" />

import { headGrid } from "./live_heads.ts";
import { type Drawn, keepKeys, type Model, type Spec } from "./live_parts.ts";
import { style } from "./live_style.ts";

/** How long a reader must pause in a text before it is sent, in milliseconds. */
const PAUSE = 250;

/** The control that had the focus, by its model, so that it has it again when a page draws the model anew. */
const focused = new WeakMap<Model, string>();

function slider(spec: Spec, send: (value: unknown) => void): Drawn {
  const element = document.createElement("label");
  const input = document.createElement("input");
  input.type = "range";
  [input.min, input.max, input.step] = [String(spec.from), String(spec.to), String(spec.step)];
  keepKeys(input);
  const shown = document.createElement("span"); // no <output>: a slider says its value itself
  shown.className = "value";
  let held = false;
  const say = () => {
    shown.textContent = String(Number(Number(input.value).toPrecision(6)));
  };
  input.addEventListener("input", () => {
    say();
    send(Number(input.value));
  });
  input.addEventListener("pointerdown", () => held = true);
  for (const end of ["pointerup", "pointercancel", "blur"]) {
    input.addEventListener(end, () => held = false);
  }
  element.append(named(spec), input, shown);
  return {
    element,
    show(value) {
      if (held) return; // an echo must not move what a hand holds
      input.value = String(value);
      say();
    },
  };
}

function text(spec: Spec, send: (value: unknown) => void): Drawn {
  const element = document.createElement("label");
  const input = document.createElement("input");
  input.type = "text";
  input.spellcheck = false;
  keepKeys(input);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    send(input.value);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  });
  input.addEventListener("change", now);
  element.append(named(spec), input);
  element.className = "wide";
  return {
    element,
    show(value) {
      // What is being written is newer than what comes back.
      if (timer === undefined && input.value !== value) input.value = String(value);
    },
  };
}

function named(spec: Spec): HTMLElement {
  const name = document.createElement("span");
  name.textContent = spec.label;
  return name;
}

/** Puts HTML into an element; scripts in it run, as they do in an output. */
function put(element: HTMLElement, html: string): void {
  element.innerHTML = html;
  for (const old of element.querySelectorAll("script")) {
    if (old.type && old.type !== "text/javascript") continue;
    const script = document.createElement("script");
    script.textContent = old.textContent;
    old.replaceWith(script);
  }
}

/** A view in the page. */
class View {
  readonly #model: Model;
  readonly #root = made("innerworks-live");
  readonly #status = made("status");
  readonly #result = made("");
  readonly #parts = new Map<string, Drawn>();
  readonly #listeners = {
    "change:values": () => this.#showValues(),
    "change:html": () => this.#showResult(),
    "change:state": () => this.#showState(),
    "change:error": () => this.#showState(),
  };
  #moved = false;
  #wasShown = false;

  constructor(model: Model, el: HTMLElement) {
    this.#model = model;
    const sheet = document.createElement("style");
    sheet.textContent = style;
    this.#status.setAttribute("role", "status");
    this.#root.append(sheet, this.#drawControls(), this.#status, this.#result);
    for (const event of ["pointerleave", "focusout"]) {
      this.#root.addEventListener(event, () => setTimeout(() => this.#tellLeft()));
    }
    el.append(this.#root);
    for (const [event, listener] of Object.entries(this.#listeners)) model.on(event, listener);
    for (const listener of Object.values(this.#listeners)) listener();
    this.#focusAgain();
  }

  stop(): void {
    for (const [event, listener] of Object.entries(this.#listeners)) {
      this.#model.off(event, listener);
    }
  }

  get #values(): Record<string, unknown> {
    return this.#model.get("values") as Record<string, unknown>;
  }

  #drawControls(): HTMLElement {
    const controls = made("controls");
    for (const spec of this.#model.get("controls") as Spec[]) {
      const send = (value: unknown) => {
        this.#moved = true;
        focused.set(this.#model, spec.name);
        this.#model.set("values", { ...this.#values, [spec.name]: value });
        this.#model.save_changes();
      };
      const draw = spec.kind === "slider" ? slider : spec.kind === "heads" ? headGrid : text;
      const part = draw(spec, send);
      this.#parts.set(spec.name, part);
      controls.append(part.element);
    }
    return controls;
  }

  #showValues(): void {
    // Some pages forget to say that they have thrown a view away.
    if (this.#wasShown && !this.#root.isConnected) return this.stop();
    this.#wasShown ||= this.#root.isConnected;
    for (const [name, part] of this.#parts) part.show(this.#values[name]);
  }

  #showResult(): void {
    this.#result.style.minHeight = `${this.#result.offsetHeight}px`; // nothing jumps while it is drawn
    put(this.#result, String(this.#model.get("html")));
    this.#result.style.minHeight = "";
  }

  #showState(): void {
    const state = String(this.#model.get("state"));
    this.#root.dataset.state = state;
    this.#status.textContent = state === "failed" ? String(this.#model.get("error")) : "";
  }

  /** Has the last state put into the notebook when neither hand nor eye is here: the page may draw all anew then. */
  #tellLeft(): void {
    const here = this.#root.matches(":hover") || this.#root.contains(document.activeElement);
    if (!this.#moved || here) return;
    this.#moved = false;
    focused.delete(this.#model);
    this.#model.send({ event: "left" });
  }

  /** Gives the focus to the control that had it, where the page has drawn the model anew. */
  #focusAgain(): void {
    const part = this.#parts.get(focused.get(this.#model) ?? "");
    if (part === undefined) return;
    const selector = "input,button[tabindex='0']";
    requestAnimationFrame(() => part.element.querySelector<HTMLElement>(selector)?.focus());
  }
}

function made(name: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  return element;
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const view = new View(model, el);
  return () => view.stop();
}

export default { render };
