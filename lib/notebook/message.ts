/**
 * Jupyter's messages: JSON in frames, signed with the key of the connection.
 *
 * Protocol 5.3: https://jupyter-client.readthedocs.io/en/stable/messaging.html.
 *
 * @module
 */

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Frames } from "./zmtp.ts";

/** A message that a kernel sent. */
export interface Message {
  /** What kind of message it is, such as `"execute_reply"`. */
  readonly type: string;
  /** The id of the request that led to it; empty if none did. */
  readonly parent: string;
  /** Its content, whose fields depend on the type. */
  readonly content: Readonly<Record<string, unknown>>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const DELIMITER = "<IDS|MSG>";

/** Writes and reads the messages of one connection. */
export class MessageCodec {
  readonly #key: string;
  readonly #session: string;
  #count = 0;

  /**
   * Makes the codec of one connection.
   *
   * @param key The secret that both ends sign with.
   * @param session The name of this client in its messages.
   */
  constructor(key: string, session: string) {
    this.#key = key;
    this.#session = session;
  }

  /**
   * Signs a request.
   *
   * @param type The kind of message.
   * @param content Its content.
   * @returns The frames to send and the id by which answers name the request.
   */
  encode(type: string, content: object): { id: string; frames: Frames } {
    const id = `${this.#session}_${++this.#count}`;
    const header = {
      msg_id: id,
      session: this.#session,
      username: "innerworks",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => encoder.encode(JSON.stringify(part)));
    const frames = [encoder.encode(DELIMITER), encoder.encode(this.#sign(parts)), ...parts];
    return { id, frames };
  }

  /**
   * Checks the signature of a message and reads it.
   *
   * @param frames The frames as they came.
   * @returns The message.
   * @throws {TypeError} If the frames are no message or the signature is not that of the key.
   */
  decode(frames: Frames): Message {
    const start = frames.findIndex((frame) =>
      frame.length === DELIMITER.length && decoder.decode(frame) === DELIMITER
    );
    const signature = frames[start + 1];
    const parts = frames.slice(start + 2, start + 6);
    if (start < 0 || signature === undefined || parts.length < 4) {
      throw new TypeError(
        `Cannot read a kernel message as it must have a delimiter and five parts: it has ${frames.length} frames`,
      );
    }
    const expected = encoder.encode(this.#sign(parts));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new TypeError("Cannot trust a kernel message as its signature must be that of the key");
    }
    const [header, parent, , content] = parts.map((part) => JSON.parse(decoder.decode(part)));
    return { type: String(header.msg_type), parent: String(parent.msg_id ?? ""), content };
  }

  #sign(parts: Frames): string {
    return signFrames(this.#key, parts);
  }
}

/**
 * Signs the parts of a message.
 *
 * @param key The secret of the connection.
 * @param parts Header, parent, metadata and content, as they are sent.
 * @returns The signature, in hexadecimal digits.
 */
export function signFrames(key: string, parts: Frames): string {
  const signature = createHmac("sha256", key);
  for (const part of parts) signature.update(part);
  return signature.digest("hex");
}
