/**
 * Jupyter's messages as a kernel sees them: checked, told from replays, and kept as they came, so that they can be
 * passed on without a change.
 *
 * @module
 */

import { timingSafeEqual } from "node:crypto";
import { signFrames } from "../message.ts";
import type { Frames } from "../zmtp.ts";

/** Who sent a message, and what it is called. */
export interface Header {
  /** The id of the message. */
  readonly msg_id: string;
  /** What kind of message it is, such as `"execute_request"`. */
  readonly msg_type: string;
  /** The session of the sender. */
  readonly session?: string;
}

/** A message to be sealed. */
export interface Letter {
  /** What kind of message it is. */
  readonly type: string;
  /** Its content, or the JSON of it. */
  readonly content: object | Uint8Array<ArrayBuffer>;
  /** The header of the message that led to it; none by default. */
  readonly parent?: object;
  /** Its metadata; none by default. */
  readonly metadata?: object;
  /** Its binary buffers; none by default. */
  readonly buffers?: Frames;
}

type Fields = Readonly<Record<string, unknown>>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const DELIMITER = encoder.encode("<IDS|MSG>");
/** Where the parts of a message stand, counted from its delimiter. */
const SIGNATURE = 1, HEADER = 2, PARENT = 3, METADATA = 4, CONTENT = 5, BUFFERS = 6;

/** A message whose signature was right. */
export class Envelope {
  /** The frames from the delimiter on, as they came. */
  readonly frames: Frames;
  /** Its header. */
  readonly header: Header;
  #parent: Fields | undefined;
  #content: Fields | undefined;

  /**
   * Opens a message.
   *
   * @param frames The frames from the delimiter on.
   * @throws {TypeError} If the header is not what it must be.
   */
  constructor(frames: Frames) {
    this.frames = frames;
    const header = parsed(frames[HEADER]!, "header");
    if (typeof header.msg_id !== "string" || typeof header.msg_type !== "string") {
      throw new TypeError("Cannot read a message as its header must have an id and a type");
    }
    this.header = header as unknown as Header;
  }

  /** What kind of message it is. */
  get type(): string {
    return this.header.msg_type;
  }

  /** The header of the message that led to it. */
  get parent(): Fields {
    return this.#parent ??= parsed(this.frames[PARENT]!, "parent");
  }

  /** Its metadata. */
  get metadata(): Fields {
    return parsed(this.frames[METADATA]!, "metadata");
  }

  /** Its content, which is parsed when first asked for: an output may be large. */
  get content(): Fields {
    return this.#content ??= parsed(this.frames[CONTENT]!, "content");
  }

  /** How long its content is, in bytes. */
  get size(): number {
    return this.frames[CONTENT]!.length;
  }

  /**
   * Makes sure that every part can be read, which is otherwise seen only when it is.
   *
   * @throws {TypeError} If one is not an object of JSON.
   */
  assertWhole(): void {
    void [this.parent, this.metadata, this.content];
  }

  /** Its binary buffers. */
  get buffers(): Frames {
    return this.frames.slice(BUFFERS);
  }
}

/** Seals and opens the messages of one connection. */
export class EnvelopeCodec {
  readonly #key: string;
  readonly #session = crypto.randomUUID();
  #count = 0;

  /**
   * Makes the codec of one connection.
   *
   * @param key The secret that both ends sign with.
   */
  constructor(key: string) {
    this.#key = key;
  }

  /**
   * Checks a message and opens it.
   *
   * @param frames The frames as they came, names of peers included.
   * @returns The message.
   * @throws {TypeError} If the frames are no message or the signature is not that of the key.
   */
  open(frames: Frames): Envelope {
    const start = frames.findIndex((frame) => sameBytes(frame, DELIMITER));
    const letter = start < 0 ? [] : frames.slice(start);
    if (letter.length < BUFFERS) {
      throw new TypeError(
        `Cannot read a message as it must have a delimiter and five parts: it has ${frames.length} frames`,
      );
    }
    const expected = encoder.encode(signFrames(this.#key, letter.slice(HEADER, BUFFERS)));
    if (!sameBytes(letter[SIGNATURE]!, expected)) {
      throw new TypeError("Cannot trust a message as its signature must be that of the key");
    }
    return new Envelope(letter);
  }

  /**
   * Writes and signs a message.
   *
   * @param letter What it says.
   * @returns The message.
   */
  seal(letter: Letter): Envelope {
    const header = {
      msg_id: `${this.#session}_${++this.#count}`,
      session: this.#session,
      username: "kernel",
      date: new Date().toISOString(),
      msg_type: letter.type,
      version: "5.3",
    };
    const parts = [header, letter.parent ?? {}, letter.metadata ?? {}, letter.content];
    return this.#signed(
      parts.map((part) =>
        part instanceof Uint8Array ? part as Frames[number] : encoder.encode(JSON.stringify(part))
      ),
      letter.buffers ?? [],
    );
  }

  /**
   * Gives a message another parent, or other content.
   *
   * @param envelope The message.
   * @param changes The header of its new parent, its new content.
   * @returns The message, signed anew.
   */
  changed(envelope: Envelope, changes: { parent?: object; content?: object }): Envelope {
    const parts = envelope.frames.slice(HEADER, BUFFERS);
    const { parent, content } = changes;
    if (parent !== undefined) parts[PARENT - HEADER] = encoder.encode(JSON.stringify(parent));
    if (content !== undefined) parts[CONTENT - HEADER] = encoder.encode(JSON.stringify(content));
    return this.#signed(parts, envelope.buffers);
  }

  #signed(parts: Frames, buffers: Frames): Envelope {
    const signature = encoder.encode(signFrames(this.#key, parts));
    return new Envelope([DELIMITER, signature, ...parts, ...buffers]);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function parsed(frame: Uint8Array, name: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(frame));
  } catch (cause) {
    throw new TypeError(`Cannot read a message as its ${name} must be JSON`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`Cannot read a message as its ${name} must be an object`);
  }
  return value as Fields;
}
