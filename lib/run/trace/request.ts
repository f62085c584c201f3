/**
 * What the body of a trace asks for: to read a site, to change it, to stop.
 *
 * @module
 */

import { refuseUnknownOptions } from "../../show/mod.ts";
import type { Edit, SiteName, Value, Where } from "../edit.ts";
import { replace } from "../edits/mod.ts";

/** Asks for the value of a site, or of a part of it. */
export interface ReadRequest {
  /** What is asked for. */
  readonly kind: "read";
  /** The site. */
  readonly at: SiteName;
  /** The part. */
  readonly where: Where;
}

/** Asks for an edit, to be made when the pass comes to its site. */
export interface EditRequest {
  /** What is asked for. */
  readonly kind: "edit";
  /** The edit. */
  readonly edit: Edit;
}

/** Asks that nothing more be computed. */
export interface StopRequest {
  /** What is asked for. */
  readonly kind: "stop";
}

/** What a body yields. */
export type TraceRequest = ReadRequest | EditRequest | StopRequest;

/** Makes what a body yields. */
export interface At {
  /** Asks for the value of a site, as the pass goes on with it, or of a part of it. */
  (site: SiteName, where?: Where): ReadRequest;
  /** Puts a value in the place of what the run computed. */
  set(site: SiteName, value: Value, where?: Where): EditRequest;
  /** Makes any edit. */
  edit(edit: Edit): EditRequest;
  /** Stops the pass: nothing after this site is computed. */
  stop(): StopRequest;
}

/** What a part of a value may be named by. */
const PARTS = ["heads", "neurons", "positions", "keys", "examples"];

/** The requests that a body made, with the places in its code where it did. */
export class Requests {
  /** Makes requests and notes them. */
  readonly at: At;
  readonly #made = new Map<TraceRequest, string>();

  /** Begins without any. */
  constructor() {
    const note = <T extends TraceRequest>(request: T): T => {
      // The line that asks, for it is not running any more when the request is refused.
      const lines = new Error().stack?.split("\n").slice(3) ?? [];
      this.#made.set(request, lines.join("\n"));
      return request;
    };
    this.at = Object.assign(
      (site: SiteName, where: Where = {}) => {
        refuseUnknownOptions("read a site", where, PARTS);
        return note<ReadRequest>({ kind: "read", at: site, where });
      },
      {
        // All that was given goes on, so that what nobody reads is refused.
        set: (...given: Parameters<typeof replace>) =>
          note<EditRequest>({ kind: "edit", edit: replace(...given) }),
        edit: (edit: Edit) => note<EditRequest>({ kind: "edit", edit }),
        stop: () => note<StopRequest>({ kind: "stop" }),
      },
    );
  }

  /** Takes a request that was yielded; returns where in the body's code it was made. */
  take(request: TraceRequest): string {
    const place = this.#made.get(request) ?? "";
    this.#made.delete(request);
    return place;
  }

  /**
   * Refuses requests that nobody yielded: they would do nothing.
   *
   * @throws {RangeError} If there are any; the error names the first.
   */
  refuseIdle(): void {
    const [idle] = this.#made.keys();
    if (!idle) return;
    const call = idle.kind === "read"
      ? `at(${JSON.stringify(idle.at)})`
      : idle.kind === "stop"
      ? "at.stop()"
      : `at.edit() of ${idle.edit.kind} ${idle.edit.at}`;
    const error = new RangeError(
      `Cannot trace a run as what a body asks for must be yielded: ${call} was not, so write yield before it`,
    );
    error.stack = `RangeError: ${error.message}\n${this.#made.get(idle)}`;
    throw error;
  }
}

/** The site that a request waits for; null for one that waits for none. */
export function awaited(request: TraceRequest): string | null {
  if (request.kind === "stop") return null;
  return request.kind === "read" ? request.at : request.edit.at;
}
