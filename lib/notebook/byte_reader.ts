/**
 * Reads pieces of asked length from a connection.
 *
 * @module
 */

/** How much a claimed length may allocate before its bytes have arrived. */
const FIRST_ALLOCATION = 2 ** 16;

/** Cuts a byte stream into pieces of asked length, copying each byte once or twice however the stream is split. */
export class ByteReader {
  readonly #source: Deno.Conn;
  readonly #buffer = new Uint8Array(2 ** 16);
  #start = 0;
  #end = 0;

  /**
   * Reads from a connection that nobody else reads from.
   *
   * @param source The connection.
   */
  constructor(source: Deno.Conn) {
    this.#source = source;
  }

  /**
   * Reads exactly so many bytes.
   *
   * @param length How many.
   * @param onGrow Is told how many bytes are held for the piece, whenever that grows; may throw to refuse them.
   * @returns The bytes; null if the stream ends before.
   */
  async read(
    length: number,
    onGrow: (size: number) => void = () => {},
  ): Promise<Uint8Array<ArrayBuffer> | null> {
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
        const size = Math.min(length, 2 * have);
        onGrow(size);
        const longer = new Uint8Array(size);
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

/**
 * Says whether an error means that the other end has gone, or that this end was closed.
 *
 * @param error What reading or writing threw.
 * @returns Whether it does.
 */
export function isConnectionLoss(error: unknown): boolean {
  return [
    Deno.errors.BadResource,
    Deno.errors.Interrupted,
    Deno.errors.ConnectionReset,
    Deno.errors.ConnectionAborted,
    Deno.errors.BrokenPipe,
    Deno.errors.UnexpectedEof,
  ].some((kind) => error instanceof kind);
}
