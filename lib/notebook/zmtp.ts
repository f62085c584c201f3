/**
 * ZMTP 3.0 with the NULL mechanism: the wire protocol under Jupyter's, as one end of one connection.
 *
 * Written here because no npm package speaks it under Deno: `zeromq` hangs on its first message (denoland/deno #36317)
 * and `jszmq` knows WebSockets only. The protocol is specified at https://rfc.zeromq.org/spec/23/.
 *
 * @module
 */

import { ByteReader } from "./byte_reader.ts";
import { frameHead, GREETING, readyCommand, readyProperties } from "./zmtp_handshake.ts";

/** What a message is made of: its frames, in order. */
export type Frames = readonly Uint8Array<ArrayBuffer>[];

/** How to open a {@linkcode ZmtpSocket}. */
export interface ZmtpOptions {
  /** The TCP port on the loopback address. */
  readonly port: number;
  /** What this end is: a dealer asks and is answered, a subscriber listens. */
  readonly type: "DEALER" | "SUB";
  /** Gives up when aborted; until then a refused connection is tried again. */
  readonly signal: AbortSignal;
  /** The name by which a router knows this end; the router chooses one by default. */
  readonly identity?: string;
}

/** How to take a connection that came in. */
export interface ZmtpAcceptOptions {
  /** What this end is: a router answers dealers, a publisher speaks to subscribers, a replier repeats. */
  readonly type: "ROUTER" | "PUB" | "REP";
  /** Gives up when aborted. */
  readonly signal: AbortSignal;
  /** The longest message that it reads, in bytes. */
  readonly limit: number;
  /** Is told how many bytes of an unfinished message are held; may throw to refuse more. */
  readonly onHold?: (socket: ZmtpSocket) => void;
}

const decoder = new TextDecoder();

const MORE = 1, LONG = 2, COMMAND = 4;
const LONGEST_MESSAGE = 2 ** 30;
/** No greeting needs a longer command, and no message of Jupyter's more frames. */
const LONGEST_COMMAND = 2 ** 16, MOST_FRAMES = 4096;
/** Parts of a message up to this size together are written at once. */
const ONE_WRITE = 2 ** 16;

/** One end of a ZMTP connection: messages out by {@linkcode send}, messages in by {@linkcode messages}. */
export class ZmtpSocket {
  /** The name that the peer gave itself, in hexadecimal digits; one of our own where it gave none. */
  identity: string = crypto.randomUUID();
  /** The longest message that is read, in bytes. */
  limit: number = LONGEST_MESSAGE;
  readonly #connection: Deno.Conn;
  readonly #bytes: ByteReader;
  #onHold: (socket: ZmtpSocket) => void = () => {};
  #lastWrite: Promise<void> = Promise.resolve();
  #queued = 0;
  #held = 0;
  #closed = false;

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
    this.#bytes = new ByteReader(connection);
  }

  /**
   * Connects and shakes hands; a subscriber also subscribes to everything.
   *
   * @param options Where to connect and as what.
   * @returns The open socket.
   * @throws {TypeError} If the peer does not speak ZMTP 3 with the NULL mechanism.
   */
  static async connect(options: ZmtpOptions): Promise<ZmtpSocket> {
    const connection = await connectWhenListening(options.port, options.signal);
    connection.setNoDelay(true);
    const socket = new ZmtpSocket(connection);
    await socket.#open(options.type, options.signal, options.identity);
    if (options.type === "SUB") await socket.send([Uint8Array.of(1)]);
    return socket;
  }

  /**
   * Shakes hands with a peer that has connected. The connection is closed if that fails.
   *
   * @param connection The connection.
   * @param options What this end is, and how much it reads.
   * @returns The open socket.
   * @throws {TypeError} If the peer does not speak ZMTP 3 with the NULL mechanism.
   */
  static async accept(connection: Deno.Conn, options: ZmtpAcceptOptions): Promise<ZmtpSocket> {
    const socket = new ZmtpSocket(connection);
    socket.limit = options.limit;
    socket.#onHold = options.onHold ?? socket.#onHold;
    await socket.#open(options.type, options.signal);
    return socket;
  }

  /** How many bytes wait to be written. */
  get queued(): number {
    return this.#queued;
  }

  /** How many bytes of a message are held that has not wholly arrived. */
  get held(): number {
    return this.#held;
  }

  /** Whether the connection was closed from this end. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends one message. Concurrent calls are sent one after the other, never mixed.
   *
   * @param frames The frames of the message.
   */
  send(frames: Frames): Promise<void> {
    const last = frames.length - 1;
    return this.#write(
      frames.flatMap((frame, i) => [frameHead(frame.length, i < last ? MORE : 0), frame]),
    );
  }

  /**
   * Reads messages until the connection ends.
   *
   * @throws {TypeError} If the peer breaks the framing.
   */
  async *messages(): AsyncGenerator<Frames> {
    let frames: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    while (!this.#closed) {
      this.#held = size;
      const frame = await this.#readFrame(size);
      if (frame === null) return;
      if (frame.flags & COMMAND) {
        this.#answerPing(frame.body);
        continue;
      }
      size += frame.body.length;
      frames.push(frame.body);
      if (frames.length > MOST_FRAMES) {
        throw new TypeError(`Cannot read a message of more than ${MOST_FRAMES} frames`);
      }
      if (frame.flags & MORE) continue;
      this.#held = 0;
      yield frames;
      frames = [];
      size = 0;
    }
  }

  /** Closes the connection; closing twice does no harm. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#held = 0;
    this.#connection.close();
  }

  async #open(type: string, signal: AbortSignal, identity?: string): Promise<void> {
    const close = () => this.close();
    signal.addEventListener("abort", close);
    try {
      signal.throwIfAborted();
      await this.#shakeHands(type, identity);
    } catch (error) {
      this.close();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }

  async #shakeHands(type: string, identity?: string): Promise<void> {
    await this.#write([GREETING]);
    const answer = await this.#bytes.read(GREETING.length);
    if (
      answer === null || answer[0] !== 0xff || answer[9] !== 0x7f || answer[10]! < 3 ||
      decoder.decode(answer.subarray(12, 16)) !== "NULL"
    ) {
      throw new TypeError("Cannot shake hands as the peer must speak ZMTP 3 without encryption");
    }
    const ready = readyCommand({
      "Socket-Type": type,
      ...(identity === undefined ? {} : { Identity: identity }),
    });
    await this.#write([frameHead(ready.length, COMMAND), ready]);
    const reply = await this.#readFrame(0);
    if (
      reply === null || !(reply.flags & COMMAND) ||
      decoder.decode(reply.body.subarray(1, 6)) !== "READY"
    ) {
      throw new TypeError("Cannot shake hands as the peer must answer READY");
    }
    const name = readyProperties(reply.body).get("identity");
    if (name !== undefined && name.length > 0) this.identity = name.toHex();
  }

  async #readFrame(
    before: number,
  ): Promise<{ flags: number; body: Uint8Array<ArrayBuffer> } | null> {
    const head = await this.#bytes.read(1);
    if (head === null) return null;
    const flags = head[0]!;
    if (flags & ~(MORE | LONG | COMMAND)) {
      throw new TypeError(
        `Cannot read a frame as its flags must be known: current value is ${flags}`,
      );
    }
    const size = await this.#bytes.read(flags & LONG ? 8 : 1);
    if (size === null) return null;
    const length = flags & LONG ? Number(new DataView(size.buffer).getBigUint64(0)) : size[0]!;
    const most = flags & COMMAND ? LONGEST_COMMAND : this.limit - before;
    if (length > most) {
      throw new TypeError(
        `Cannot read a frame as its length must be at most ${most} bytes: current value is ${length}`,
      );
    }
    const body = await this.#bytes.read(length, (bytes) => {
      this.#held = before + bytes;
      this.#onHold(this);
    });
    return body === null ? null : { flags, body };
  }

  #answerPing(command: Uint8Array<ArrayBuffer>): void {
    if (decoder.decode(command.subarray(0, 5)) !== "\x04PING") return;
    // After the name come two bytes of time to live; the rest is to be repeated.
    const pong = Uint8Array.from([4, ...encoder.encode("PONG"), ...command.subarray(7, 7 + 16)]);
    this.#write([frameHead(pong.length, COMMAND), pong]).catch(() => this.close());
  }

  #write(parts: Frames): Promise<void> {
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    const pieces = size > ONE_WRITE ? parts : [joined(parts, size)];
    this.#queued += size;
    const write = async () => {
      for (const piece of pieces) {
        for (let sent = 0; sent < piece.length;) {
          sent += await this.#connection.write(piece.subarray(sent));
        }
      }
    };
    const written = this.#lastWrite.then(write).finally(() => this.#queued -= size);
    this.#lastWrite = written.catch(() => {});
    return written;
  }
}

const encoder = new TextEncoder();

function joined(parts: Frames, size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function connectWhenListening(port: number, signal: AbortSignal): Promise<Deno.TcpConn> {
  while (true) {
    signal.throwIfAborted();
    try {
      return await Deno.connect({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
