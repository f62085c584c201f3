/**
 * Tells a message that was sent before.
 *
 * @module
 */

import type { Envelope } from "./envelope.ts";

const decoder = new TextDecoder();

/** Remembers the signatures of the messages that came last. */
export class ReplayGuard {
  readonly #capacity: number;
  readonly #seen = new Set<string>();

  /**
   * Remembers nothing yet.
   *
   * @param capacity How many signatures it remembers.
   */
  constructor(capacity: number = 65_536) {
    this.#capacity = capacity;
  }

  /**
   * Takes note of a message whose signature was right.
   *
   * @param envelope The message.
   * @returns Whether it is new.
   */
  isNew(envelope: Envelope): boolean {
    const signature = decoder.decode(envelope.frames[1]);
    if (this.#seen.has(signature)) return false;
    this.#seen.add(signature);
    if (this.#seen.size > this.#capacity) this.#seen.delete(this.#seen.values().next().value!);
    return true;
  }
}
