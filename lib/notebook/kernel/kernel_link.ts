/**
 * What the notebook's code can reach of the kernel that runs it.
 *
 * @module
 */

import type { Comm, CommOptions, CommTarget } from "./comm.ts";
import type { Widget, WidgetOptions } from "./widgets.ts";

/** What a kernel of this library offers to the code of its cells. */
export interface KernelLink {
  /** Is raised when the user stops the running cell. Each cell has its own. */
  readonly signal: AbortSignal;
  /** Opens a comm to the page. */
  openComm(target: string, options: CommOptions): Comm;
  /** Takes comms that the page opens; undefined takes them no longer. */
  setTarget(name: string, target: CommTarget | undefined): void;
  /** Opens a widget. */
  openWidget(options: WidgetOptions): Widget;
  /** Sends a message to the page, in order with all other outputs. */
  broadcast(type: string, content: object): void;
  /** Offers names that stand in strings, such as those of sites, for completion. */
  offerNames(topic: string, names: readonly string[]): void;
  /** Changes a setting of the kernel. */
  set(settings: KernelSettings): void;
}

/** What a notebook can set in its kernel. */
export interface KernelSettings {
  /** Whether a cell's type errors are noted under its outputs; they are by default. */
  readonly diagnostics?: boolean;
}

/** Where the kernel leaves its link: on a symbol of all copies of the library, of which a notebook may load a second. */
export const linkSymbol: unique symbol = Symbol.for("innerworks.kernel");

/**
 * Finds the link to the kernel.
 *
 * @returns The link; undefined in a script, and in Deno's own kernel.
 */
export function kernelLink(): KernelLink | undefined {
  return (globalThis as { [linkSymbol]?: KernelLink })[linkSymbol];
}

/**
 * Finds the signal that is raised when the user stops the running cell, for work that is to listen to the stop button.
 * The library's own long functions do so by themselves.
 *
 * @returns The signal of the running cell; one that is never raised where no kernel of this library runs.
 *
 * @example Usage
 * ```ts
 * import { cellSignal } from "@innerworks/innerworks";
 *
 * const signal = cellSignal(); // once a cell: the next one has another
 * for (let step = 0; step < 3; step++) {
 *   signal.throwIfAborted();
 *   await new Promise((resolve) => setTimeout(resolve, 1));
 * }
 * ```
 */
export function cellSignal(): AbortSignal {
  return kernelLink()?.signal ?? new AbortController().signal;
}

/**
 * Changes how the kernel behaves. Without a kernel of this library it does nothing.
 *
 * @param settings What is to change.
 * @returns Whether there is a kernel that heard it.
 *
 * @example Usage
 * ```ts
 * import { kernelSettings } from "@innerworks/innerworks";
 *
 * console.log(kernelSettings({ diagnostics: false })); // false in a script
 * ```
 */
export function kernelSettings(settings: KernelSettings): boolean {
  const link = kernelLink();
  link?.set(settings);
  return link !== undefined;
}

/**
 * Offers names that stand in strings, such as those of a model's sites, for completion in the notebook. Without a kernel
 * of this library it does nothing.
 *
 * @param topic What they are names of; those offered earlier for the same topic are forgotten.
 * @param names The names.
 * @returns Whether there is a kernel that heard it.
 *
 * @example Usage
 * ```ts
 * import { offerNames } from "@innerworks/innerworks";
 *
 * console.log(offerNames("planets", ["Mars", "Venus"])); // false in a script
 * ```
 */
export function offerNames(topic: string, names: readonly string[]): boolean {
  const link = kernelLink();
  link?.offerNames(topic, names);
  return link !== undefined;
}
