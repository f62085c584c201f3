/**
 * How a kernel fails its client.
 *
 * @module
 */

import type { CellOutput } from "./notebook.ts";

/** Why a kernel failed its client. */
export type KernelFailure = "start" | "died" | "timeout" | "input";

/** A kernel that did not start, died, took too long, or asked for what nobody can give. */
export class KernelError extends Error {
  /** The name of the class. */
  override readonly name: string = "KernelError";
  /** What happened. */
  readonly reason: KernelFailure;
  /** What the cell had put out until then. */
  readonly outputs: readonly CellOutput[];

  /**
   * Describes a failure.
   *
   * @param reason What happened.
   * @param message What happened, in words.
   * @param outputs What the cell had put out until then.
   */
  constructor(reason: KernelFailure, message: string, outputs: readonly CellOutput[] = []) {
    super(message);
    this.reason = reason;
    this.outputs = outputs;
  }
}
