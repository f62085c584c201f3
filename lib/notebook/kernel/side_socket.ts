/**
 * The line between the proxy and the module inside Deno's kernel: JSON with binary buffers, both ways.
 *
 * @module
 */

import { ByteReader } from "../byte_reader.ts";
import type { Frames } from "../zmtp.ts";

/** What one end says to the other. */
export interface SideMessage {
  /** What it says; `op` names what is to be done. */
  readonly content: Readonly<Record<string, unknown>> & { readonly op: string };
  /** The buffers that come with it. */
  readonly buffers: Frames;
}

const LONGEST = 2 ** 30;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One end of the line. */
export class SideSocket {
  readonly #connection: Deno.Conn;
  readonly #reader: ByteReader;
  #lastWrite: Promise<void> = Promise.resolve();
  #closed = false;

  /**
   * Takes over a connection.
   *
   * @param connection The connection.
   */
  constructor(connection: Deno.Conn) {
    this.#connection = connection;
    this.#reader = new ByteReader(connection);
  }

  /**
   * Says something. Never rejects: that the other end has gone is noticed by the end of {@linkcode messages}.
   *
   * @param content What it says.
   * @param buffers The buffers that come with it.
   */
  send(content: SideMessage["content"], buffers: Frames = []): Promise<void> {
    const json = encoder.encode(
      JSON.stringify({ content, lengths: buffers.map((buffer) => buffer.length) }),
    );
    const first = new Uint8Array(4 + json.length);
    new DataView(first.buffer).setUint32(0, json.length);
    first.set(json, 4);
    const write = async () => {
      for (const part of [first, ...buffers]) {
        for (let sent = 0; sent < part.length;) {
          sent += await this.#connection.write(part.subarray(sent));
        }
      }
    };
    return this.#lastWrite = this.#lastWrite.then(write).catch(() => this.close());
  }

  /**
   * Hears what the other end says, until it has gone.
   *
   * @throws {TypeError} If that is not what an end of this line says.
   */
  async *messages(): AsyncGenerator<SideMessage> {
    for (;;) {
      const head = await this.#reader.read(4);
      if (head === null) return;
      const json = await this.#reader.read(new DataView(head.buffer).getUint32(0));
      if (json === null) return;
      const { content, lengths } = JSON.parse(decoder.decode(json)) as {
        content: SideMessage["content"];
        lengths: number[];
      };
      if (lengths.reduce((sum, length) => sum + length, 0) > LONGEST) {
        throw new TypeError(`Cannot read more than ${LONGEST} bytes at once`);
      }
      const buffers: Uint8Array<ArrayBuffer>[] = [];
      for (const length of lengths) {
        const buffer = await this.#reader.read(length);
        if (buffer === null) return;
        buffers.push(buffer);
      }
      yield { content, buffers };
    }
  }

  /** Closes this end; doing so twice does no harm. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }
}
