/**
 * Sends what is large past Deno's own sockets, inside the kernel.
 *
 * @module
 */

import type { Frames } from "../zmtp.ts";
import type { Broadcast } from "./comm_hub.ts";
import type { SideSocket } from "./side_socket.ts";

/** Deno turns buffers into lists of numbers: 1 MB takes 170 ms. */
const LONG_BUFFERS = 2 ** 16;
/** A message longer than a socket's buffer has others written into its middle when a cell fails. */
const LONG_CONTENT = 2 ** 18;

/**
 * Makes `Deno.jupyter.broadcast` and `Deno.jupyter.display` send what is large to the proxy directly, which puts it where
 * it belongs among the other outputs.
 *
 * @param socket The line to the proxy.
 * @returns Sends a message, large or not, in order.
 */
export function outputsAside(socket: SideSocket): Broadcast {
  const jupyter = Deno.jupyter;
  const { broadcast: original } = jupyter;
  const encoder = new TextEncoder();
  let count = 0;
  const broadcast: Broadcast = (type, content, { metadata = {}, buffers = [] } = {}) => {
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    if (bytes <= LONG_BUFFERS && charactersIn(content) <= LONG_CONTENT) {
      original(type, content as Record<string, unknown>, {
        metadata: metadata as Record<string, unknown>,
        buffers: [...buffers],
      });
      return;
    }
    const id = ++count;
    const json = encoder.encode(JSON.stringify(content));
    const views = buffers.map((buffer) => asBytes(buffer));
    socket.send({ op: "large", id, type, metadata }, [json, ...views]);
    original("iw_large", { id });
  };
  try {
    jupyter.broadcast = ((type: string, content: object, options?: { buffers?: Frames }) => {
      broadcast(type, content, options);
      return Promise.resolve();
    }) as typeof original;
    const { format } = jupyter as unknown as { format: (value: unknown) => Promise<object> };
    jupyter.display = (async (value: unknown, options: Deno.jupyter.DisplayOptions = {}) => {
      const data = options.raw && isBundle(value) ? value : await format(value);
      const transient = options.display_id ? { display_id: options.display_id } : {};
      const type = options.update ? "update_display_data" : "display_data";
      broadcast(type, { data, metadata: {}, transient });
    }) as typeof jupyter.display;
  } catch {
    // A version of Deno that lets nobody change them: large outputs go its own way.
  }
  return broadcast;
}

function isBundle(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.keys(value).every((key) => key.includes("/"));
}

/** About how long the JSON of a value is: the characters of its strings, not too deep down. */
function charactersIn(value: unknown, depth = 4): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || depth === 0) return 8;
  return Object.values(value).reduce((sum: number, part) => sum + charactersIn(part, depth - 1), 0);
}

function asBytes(buffer: ArrayBufferView | ArrayBuffer): Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
