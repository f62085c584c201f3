/**
 * The bytes by which two ends of ZMTP get to know each other.
 *
 * @module
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What each end says first: ZMTP 3.0, no encryption. */
export const GREETING: Uint8Array<ArrayBuffer> = (() => {
  const greeting = new Uint8Array(64);
  greeting[0] = 0xff;
  greeting[9] = 0x7f;
  greeting[10] = 3;
  greeting.set(encoder.encode("NULL"), 12);
  return greeting;
})();

/**
 * Writes what stands before a frame.
 *
 * @param length The length of the frame, in bytes.
 * @param flags Whether more frames follow, and whether it is a command.
 * @returns The head.
 */
export function frameHead(length: number, flags: number): Uint8Array<ArrayBuffer> {
  if (length < 256) return Uint8Array.of(flags, length);
  const head = new Uint8Array(9);
  head[0] = flags | 2;
  new DataView(head.buffer).setBigUint64(1, BigInt(length));
  return head;
}

/**
 * Writes the command by which an end says what it is.
 *
 * @param properties Its properties, each shorter than 256 bytes.
 * @returns The body of the command.
 */
export function readyCommand(
  properties: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const pairs = Object.entries(properties).flatMap(([name, value]) => {
    const [key, bytes] = [encoder.encode(name), encoder.encode(value)];
    return [key.length, ...key, 0, 0, 0, bytes.length, ...bytes];
  });
  return Uint8Array.from([5, ...encoder.encode("READY"), ...pairs]);
}

/**
 * Reads the properties that a peer's command says.
 *
 * @param body The body of the command `READY`.
 * @returns The values by name in small letters.
 * @throws {TypeError} If a property is cut off.
 */
export function readyProperties(
  body: Uint8Array<ArrayBuffer>,
): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const properties = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let at = 6; at < body.length;) {
    const nameEnd = at + 1 + body[at]!;
    const name = decoder.decode(body.subarray(at + 1, nameEnd)).toLowerCase();
    const end = nameEnd + 4 > body.length
      ? Infinity
      : nameEnd + 4 + new DataView(body.buffer, body.byteOffset + nameEnd).getUint32(0);
    if (end > body.length) {
      throw new TypeError("Cannot shake hands as every property of READY must be whole");
    }
    properties.set(name, body.slice(nameEnd + 4, end));
    at = end;
  }
  return properties;
}
