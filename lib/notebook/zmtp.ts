/**
 * ZMTP 3.0 with the NULL mechanism: the wire protocol under Jupyter's, as a client of one socket.
 *
 * Written here because no npm package speaks it under Deno: `zeromq` hangs on its first message (denoland/deno #36317)
 * and `jszmq` knows WebSockets only. The protocol is specified at https://rfc.zeromq.org/spec/23/.
 *
 * @module
 */

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
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const MORE = 1, LONG = 2, COMMAND = 4;
const LONGEST_MESSAGE = 2 ** 30;
/** How much a claimed length may allocate before its bytes have arrived. */
const FIRST_ALLOCATION = 2 ** 20;

/** One end of a ZMTP connection: messages out by {@linkcode send}, messages in by {@linkcode messages}. */
export class ZmtpSocket {
  readonly #connection: Deno.TcpConn;
  readonly #bytes: ByteReader;
  #lastWrite: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(connection: Deno.TcpConn) {
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
    const socket = new ZmtpSocket(connection);
    const close = () => socket.close();
    options.signal.addEventListener("abort", close);
    try {
      connection.setNoDelay(true);
      await socket.#shakeHands(options.type);
      if (options.type === "SUB") await socket.send([Uint8Array.of(1)]);
      return socket;
    } catch (error) {
      socket.close();
      throw options.signal.aborted ? options.signal.reason : error;
    } finally {
      options.signal.removeEventListener("abort", close);
    }
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
      const frame = await this.#readFrame();
      if (frame === null) return;
      if (frame.flags & COMMAND) continue;
      size += frame.body.length;
      if (size > LONGEST_MESSAGE) throw new TypeError(`Cannot read a message of ${size} bytes`);
      frames.push(frame.body);
      if (frame.flags & MORE) continue;
      yield frames;
      frames = [];
      size = 0;
    }
  }

  /** Closes the connection; closing twice does no harm. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  async #shakeHands(type: string): Promise<void> {
    const greeting = new Uint8Array(64);
    greeting[0] = 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    greeting.set(encoder.encode("NULL"), 12);
    await this.#write([greeting]);
    const answer = await this.#bytes.read(64);
    if (
      answer === null || answer[0] !== 0xff || answer[9] !== 0x7f || answer[10]! < 3 ||
      decoder.decode(answer.subarray(12, 16)) !== "NULL"
    ) {
      throw new TypeError("Cannot shake hands as the peer must speak ZMTP 3 without encryption");
    }
    const ready = readyCommand(type);
    await this.#write([frameHead(ready.length, COMMAND), ready]);
    const reply = await this.#readFrame();
    if (
      reply === null || !(reply.flags & COMMAND) ||
      decoder.decode(reply.body.subarray(1, 6)) !== "READY"
    ) {
      throw new TypeError("Cannot shake hands as the peer must answer READY");
    }
  }

  async #readFrame(): Promise<{ flags: number; body: Uint8Array<ArrayBuffer> } | null> {
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
    if (length > LONGEST_MESSAGE) {
      throw new TypeError(
        `Cannot read a frame as its length must be at most ${LONGEST_MESSAGE} bytes: current value is ${length}`,
      );
    }
    const body = await this.#bytes.read(length);
    return body === null ? null : { flags, body };
  }

  #write(parts: Frames): Promise<void> {
    const write = async () => {
      for (const part of parts) {
        for (let sent = 0; sent < part.length;) {
          sent += await this.#connection.write(part.subarray(sent));
        }
      }
    };
    const written = this.#lastWrite.then(write);
    this.#lastWrite = written.catch(() => {});
    return written;
  }
}

/** Cuts a byte stream into pieces of asked length, copying each byte once or twice however the stream is split. */
class ByteReader {
  readonly #source: Deno.Conn;
  readonly #buffer = new Uint8Array(2 ** 16);
  #start = 0;
  #end = 0;

  constructor(source: Deno.Conn) {
    this.#source = source;
  }

  /** Reads exactly `length` bytes; null if the stream ends before. */
  async read(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    let piece = new Uint8Array(Math.min(length, FIRST_ALLOCATION));
    let have = 0;
    while (true) {
      const buffered = Math.min(piece.length - have, this.#end - this.#start);
      piece.set(this.#buffer.subarray(this.#start, this.#start + buffered), have);
      this.#start += buffered;
      have += buffered;
      if (have === length) return piece;
      if (have === piece.length) {
        // Doubling as bytes arrive: a length that is only claimed never allocates more than it delivers.
        const longer = new Uint8Array(Math.min(length, 2 * have));
        longer.set(piece);
        piece = longer;
        continue;
      }
      const direct = piece.length - have >= this.#buffer.length;
      const count = await this.#fill(direct ? piece.subarray(have) : this.#buffer);
      if (count === null) return null;
      if (direct) have += count;
      else [this.#start, this.#end] = [0, count];
    }
  }

  async #fill(target: Uint8Array): Promise<number | null> {
    try {
      return await this.#source.read(target);
    } catch (error) {
      if (isConnectionLoss(error)) return null;
      throw error;
    }
  }
}

function isConnectionLoss(error: unknown): boolean {
  return [
    Deno.errors.BadResource,
    Deno.errors.Interrupted,
    Deno.errors.ConnectionReset,
    Deno.errors.ConnectionAborted,
    Deno.errors.BrokenPipe,
    Deno.errors.UnexpectedEof,
  ].some((kind) => error instanceof kind);
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

function frameHead(length: number, flags: number): Uint8Array<ArrayBuffer> {
  if (length < 256) return Uint8Array.of(flags, length);
  const head = new Uint8Array(9);
  head[0] = flags | LONG;
  new DataView(head.buffer).setBigUint64(1, BigInt(length));
  return head;
}

function readyCommand(type: string): Uint8Array<ArrayBuffer> {
  const name = encoder.encode("READY"), property = encoder.encode("Socket-Type");
  const value = encoder.encode(type);
  return Uint8Array.from([
    name.length,
    ...name,
    property.length,
    ...property,
    ...[0, 0, 0, value.length],
    ...value,
  ]);
}
