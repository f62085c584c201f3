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

/** Makes requests. */
export const at: At = Object.assign(
  (site: SiteName, where: Where = {}): ReadRequest => {
    refuseUnknownOptions("read a site", where, PARTS);
    return { kind: "read", at: site, where };
  },
  {
    set: (site: SiteName, value: Value, where: Where = {}): EditRequest => ({
      kind: "edit",
      edit: replace(site, value, where),
    }),
    edit: (edit: Edit): EditRequest => ({ kind: "edit", edit }),
    stop: (): StopRequest => ({ kind: "stop" }),
  },
);

/** The site that a request waits for; null for one that waits for none. */
export function awaited(request: TraceRequest): string | null {
  if (request.kind === "stop") return null;
  return request.kind === "read" ? request.at : request.edit.at;
}
