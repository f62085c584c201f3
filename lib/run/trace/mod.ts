/**
 * Traces: work on the values of a run while it goes on.
 *
 * @module
 */

export type { TraceBody } from "./body.ts";
export type { At, EditRequest, ReadRequest, StopRequest, TraceRequest } from "./request.ts";
export { trace, type TraceOptions } from "./trace.ts";
export { Trace } from "./trace_result.ts";
