/**
 * What the controls of a live view have in common.
 *
 * @module
 */
/// <reference lib="dom" />

/** What anywidget hands over. */
export interface Model {
  /** Reads a part of the state. */
  get(name: string): unknown;
  /** Changes a part of the state. */
  set(name: string, value: unknown): void;
  /** Sends what was changed. */
  save_changes(): void;
  /** Says something besides. */
  send(content: unknown): void;
  /** Calls a function whenever a part of the state changes. */
  on(event: string, listener: () => void): void;
  /** Calls it no longer. */
  off(event: string, listener: () => void): void;
}

/** A control as the kernel describes it. */
export interface Spec {
  readonly kind: string;
  readonly name: string;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly layers: number;
  readonly heads: number;
  readonly several: boolean;
}

/** A control in the page: what is put into it, and how it is told of another value. */
export interface Drawn {
  readonly element: HTMLElement;
  show(value: unknown): void;
}

/** Keys that move a control must not reach the notebook, which has uses of its own for them. */
export function keepKeys(element: HTMLElement): void {
  element.dataset.lmSuppressShortcuts = "true";
}
