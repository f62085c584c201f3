import { ByteReader } from "../../lib/notebook/byte_reader.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

/** A connection that delivers the given pieces. */
function source(pieces: Uint8Array[]): Deno.Conn {
  const read = (target: Uint8Array) => {
    const piece = pieces.shift();
    if (piece === undefined) return Promise.resolve(null);
    target.set(piece.subarray(0, target.length));
    if (piece.length > target.length) pieces.unshift(piece.subarray(target.length));
    return Promise.resolve(Math.min(piece.length, target.length));
  };
  return { read } as unknown as Deno.Conn;
}

Deno.test("ByteReader cuts a stream into pieces of asked length, however it comes", async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  for (const size of [1000, 70_000, 300_000]) {
    const pieces = [];
    for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.subarray(i, i + size));
    const reader = new ByteReader(source(pieces));
    const first = await reader.read(3), second = await reader.read(200_000);
    assertEquals([...first!, ...second!.subarray(0, 2)], [0, 1, 2, 3, 4]);
    assert(second!.every((byte, i) => byte === (i + 3) % 251));
    assertEquals(await reader.read(200_000), null);
  }
});

Deno.test("ByteReader.read() lets nobody hold more than is allowed", async () => {
  const reader = new ByteReader(source([new Uint8Array(400_000)]));
  const grown: number[] = [];
  const refuse = (size: number) => {
    grown.push(size);
    if (size > 200_000) throw new TypeError("too much");
  };
  await assertRejects(() => reader.read(2 ** 30, refuse), TypeError, "too much");
  assertEquals(grown, [131_072, 262_144]);
});
