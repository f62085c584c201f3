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

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const root = document.createElement("div");
  root.className = "innerworks-live";
  const sheet = document.createElement("style");
  sheet.textContent = style;
  const controls = document.createElement("div");
  controls.className = "controls";
  const status = document.createElement("div");
  status.className = "status";
  status.setAttribute("role", "status");
  const result = document.createElement("div");
  root.append(sheet, controls, status, result);
  el.append(root);

  const values = () => model.get("values") as Record<string, unknown>;
  let moved = false, wasShown = false;
  const parts = new Map<string, Drawn>();
  for (const spec of model.get("controls") as Spec[]) {
    const send = (value: unknown) => {
      moved = true;
      focused.set(model, spec.name);
      model.set("values", { ...values(), [spec.name]: value });
      model.save_changes();
    };
    const draw = spec.kind === "slider" ? slider : spec.kind === "heads" ? headGrid : text;
    const part = draw(spec, send);
    parts.set(spec.name, part);
    controls.append(part.element);
  }

  const onValues = () => {
    // Some pages forget to say that they have thrown a view away.
    if (wasShown && !root.isConnected) return stop();
    wasShown ||= root.isConnected;
    for (const [name, part] of parts) part.show(values()[name]);
  };
  const onHtml = () => {
    result.style.minHeight = `${result.offsetHeight}px`; // nothing jumps while it is drawn
    put(result, String(model.get("html")));
    result.style.minHeight = "";
  };
  const onState = () => {
    const failed = model.get("state") === "failed";
    root.dataset.state = String(model.get("state"));
    status.textContent = failed ? String(model.get("error")) : "";
  };
  const listeners = {
    "change:values": onValues,
    "change:html": onHtml,
    "change:state": onState,
    "change:error": onState,
  };
  const stop = () => {
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
  };
  // The last state goes into the notebook when neither hand nor eye is here, for the page may draw all of this anew then.
  const left = () =>
    setTimeout(() => {
      if (!moved || root.matches(":hover") || root.contains(document.activeElement)) return;
      moved = false;
      focused.delete(model);
      model.send({ event: "left" });
    });
  root.addEventListener("pointerleave", left);
  root.addEventListener("focusout", left);
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  onValues();
  onHtml();
  onState();
  const again = focused.get(model);
  if (again !== undefined) {
    requestAnimationFrame(() =>
      parts.get(again)?.element.querySelector<HTMLElement>("input,button[tabindex='0']")?.focus()
    );
  }
  return stop;
}

export default { render };
