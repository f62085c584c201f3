/**
 * The bytes of a token, short in JSON.
 *
 * @module
 */

/**
 * Bytes that stand in JSON as their hexadecimal digits, such as `"204d"`, which `Uint8Array.fromHex` reads: as other arrays of
 * bytes they would be an object of numbered keys.
 */
export class TokenBytes extends Uint8Array<ArrayBuffer> {
  /** The bytes as hexadecimal digits. */
  toJSON(): string {
    return this.toHex();
  }
}
