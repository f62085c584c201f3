/**
 * What is run inside a kernel before its first cell, so that its outputs arrive whole and in order.
 *
 * @module
 */

/** The type of the message that marks a place among the outputs. */
export const markType: string = "innerworks_mark";

/**
 * Writes the code that prepares a kernel.
 *
 * Deno's kernel queues outputs for one task and writes `idle` from another, on one socket: `idle` overtakes the outputs,
 * and a long output that waits for the socket gets other messages in its middle, after which nothing can be read. So a
 * cell's end is held back until its outputs have been read: the cell puts a mark behind them and then asks for input
 * (on another socket, so nothing mixes), and the client answers once it has read the mark. What is wrapped is an
 * internal of Deno; where a version lacks it, the marks that the client sends itself still find late outputs.
 *
 * The timer ends a kernel whose client was killed, which nobody else would.
 *
 * @param secret What the client knows its own questions by.
 * @returns The code, for a silent run.
 */
export function kernelPrelude(secret: string): string {
  return `(() => {
  const { broadcast } = Deno.jupyter;
  const ask = prompt;
  const mark = (id) => broadcast("${markType}", { id });
  Object.defineProperty(globalThis, Symbol.for("${markType}"), { value: mark });
  const internal = Deno[Deno.internal]?.jupyter;
  const publish = internal?.broadcastResult;
  let count = 0;
  if (typeof publish === "function") {
    internal.broadcastResult = async (...values) => {
      const result = await publish(...values);
      const id = "${secret}" + ++count;
      mark(id);
      ask(id);
      return result;
    };
  }
  const parent = Deno.ppid;
  setInterval(() => { if (Deno.ppid !== parent) Deno.exit(1); }, 2000);
})()`;
}

/**
 * Writes the code that puts a mark behind all outputs so far.
 *
 * @param id The mark.
 * @returns The code, for a silent run.
 */
export function markCode(id: string): string {
  return `globalThis[Symbol.for("${markType}")](${JSON.stringify(id)})`;
}
