import { type Frames, ZmtpSocket } from "../../lib/notebook/zmtp.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

const signal = AbortSignal.timeout(10_000);

/** The greeting and READY of a peer that speaks ZMTP 3 without encryption. */
const greeting = (() => {
  const bytes = new Uint8Array(64);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(new TextEncoder().encode("NULL"), 12);
  return bytes;
})();
const ready = Uint8Array.of(4, 6, 5, ...new TextEncoder().encode("READY"));

/** Serves one connection: greets, sends the given bytes in pieces, and returns what it read. */
function peer(
  pieces: Uint8Array[],
  options: { greeting?: Uint8Array; readFor?: number } = {},
): { port: number; read: Promise<Uint8Array> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    using connection = await listener.accept();
    listener.close();
    const write = async (bytes: Uint8Array) => {
      for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
    };
    await write(options.greeting ?? greeting);
    await write(ready);
    for (const piece of pieces) await write(piece);
    const read: number[] = [];
    const buffer = new Uint8Array(65536);
    // Greeting, READY and a subscription are 94 bytes; to close on unread bytes would reset the connection.
    while (read.length < (options.readFor ?? 94)) {
      const count = await connection.read(buffer).catch(() => null);
      if (count === null) break;
      read.push(...buffer.subarray(0, count));
    }
    return Uint8Array.from(read);
  };
  return { port: listener.addr.port, read: serve() };
}

async function received(port: number): Promise<Frames[]> {
  const socket = await ZmtpSocket.connect({ port, type: "SUB", signal });
  try {
    return await Array.fromAsync(socket.messages());
  } finally {
    socket.close();
  }
}

Deno.test("ZmtpSocket.messages() reads frames however the stream is cut", async () => {
  const wire = Uint8Array.of(1, 2, 7, 8, 1, 0, 0, 1, 9, 4, 2, 0, 0, 0, 1, 5);
  const expected = [[[7, 8], [], [9]], [[5]]];
  for (const size of [1, 3, 100]) {
    const pieces = [];
    for (let i = 0; i < wire.length; i += size) pieces.push(wire.slice(i, i + size));
    const { port, read } = peer(pieces);
    const messages = await received(port);
    assertEquals(messages.map((frames) => frames.map((frame) => [...frame])), expected);
    await read;
  }
});

Deno.test("ZmtpSocket.messages() reads 50 MB in less than ten times what it takes to copy them", async () => {
  const body = new Uint8Array(50_000_000).fill(3);
  const head = new Uint8Array(9);
  head[0] = 2;
  new DataView(head.buffer).setBigUint64(1, BigInt(body.length));
  const { port, read } = peer([head, body]);
  const start = performance.now();
  const [message] = await received(port);
  const taken = performance.now() - start;
  assertEquals(message![0]!.length, body.length);
  assert(message![0]!.every((byte) => byte === 3));
  await read;
  // A buffer joined anew for each piece of 64 KB would copy 19 GB, which takes 5 s and more.
  assert(taken < 2500, `took ${taken} ms`);
});

Deno.test("ZmtpSocket.messages() allocates no length that is only claimed", async () => {
  const claim = Uint8Array.of(2, 0, 0, 0, 0, 0x30, 0, 0, 0, 1, 2, 3);
  const before = Deno.memoryUsage().external;
  const { port, read } = peer([claim]);
  assertEquals(await received(port), []);
  assert(Deno.memoryUsage().external - before < 64e6);
  await read;
});

Deno.test("ZmtpSocket.messages() refuses what is no ZMTP", async () => {
  const flags = peer([Uint8Array.of(0x50, 0x4f, 0x53, 0x54)]);
  await assertRejects(
    () => received(flags.port),
    TypeError,
    "Cannot read a frame as its flags must be known: current value is 80",
  );
  await flags.read;
  const long = peer([Uint8Array.of(2, 0x40, 0, 0, 0, 0, 0, 0, 0)]);
  await assertRejects(() => received(long.port), TypeError, "its length must be at most");
  await long.read;
});

Deno.test("ZmtpSocket.connect() refuses another protocol", async () => {
  const http = new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n".padEnd(64));
  const { port, read } = peer([], { greeting: http });
  await assertRejects(
    () => received(port),
    TypeError,
    "Cannot shake hands as the peer must speak ZMTP 3 without encryption",
  );
  await read;
});

Deno.test("ZmtpSocket.connect() waits for a listener until it is told to stop", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const controller = new AbortController();
  const waiting = ZmtpSocket.connect({ port, type: "DEALER", signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 30);
  await assertRejects(() => waiting, Error, "enough");
});

Deno.test("ZmtpSocket.send() never mixes two messages", async () => {
  const long = new Uint8Array(300).fill(1);
  // The greeting, the READY of a dealer (2 + 28 bytes), then two messages of 3 + 309 and 3 bytes.
  const { port, read } = peer([], { readFor: 64 + 30 + 312 + 3 });
  const socket = await ZmtpSocket.connect({ port, type: "DEALER", signal });
  await Promise.all([socket.send([Uint8Array.of(4), long]), socket.send([Uint8Array.of(5)])]);
  const wire = (await read).slice(94);
  assertEquals([...wire.slice(0, 12)], [1, 1, 4, 2, 0, 0, 0, 0, 0, 0, 1, 44]);
  assertEquals([...wire.slice(-3)], [0, 1, 5]);
  socket.close();
  socket.close();
});
