/**
 * Bytes as text.
 *
 * @module
 */

/**
 * Writes bytes in base64.
 *
 * @param bytes The bytes.
 * @returns Their base64 form, padded.
 */
export function encodeBase64(bytes: Uint8Array): string {
  return (bytes as Uint8Array & { toBase64(): string }).toBase64();
}
