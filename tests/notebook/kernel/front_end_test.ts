import { assert, assertEquals } from "../../assert.ts";
import type { ConnectionFile } from "../../../lib/notebook/kernel/connection_file.ts";
import { EnvelopeCodec } from "../../../lib/notebook/kernel/envelope.ts";
import { type Asked, FrontEnd } from "../../../lib/notebook/kernel/front_end.ts";
import { frameHead, GREETING, readyCommand } from "../../../lib/notebook/zmtp_handshake.ts";
import type { Frames } from "../../../lib/notebook/zmtp.ts";
import { freshConnection, Front } from "./front.ts";

/** Numbers by chance, the same in every run. */
function chance(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
}

const joined = (parts: Frames) => Uint8Array.from(parts.flatMap((part) => [...part]));
const ready = readyCommand({ "Socket-Type": "DEALER" });
const hello = joined([GREETING, frameHead(ready.length, 4), ready]);
const wire = (frames: Frames) =>
  joined(
    frames.flatMap((frame, i) => [frameHead(frame.length, i < frames.length - 1 ? 1 : 0), frame]),
  );

async function withFrontEnd(
  use: (
    taken: Asked[],
    notes: string[],
    connection: ConnectionFile,
    end: FrontEnd,
  ) => Promise<void>,
): Promise<void> {
  const [taken, notes, connection] = [[] as Asked[], [] as string[], freshConnection()];
  const end: FrontEnd = new FrontEnd(connection, {
    onRequest(asked) {
      taken.push(asked);
      end.status("idle", asked.request.header);
      end.reply(asked, { status: "ok" });
    },
    onDropped: (why) => notes.push(why),
  });
  try {
    await use(taken, notes, connection, end);
  } finally {
    await end.close();
  }
}

Deno.test("FrontEnd takes nothing from 5,000 malformed, unsigned, replayed, huge or cut messages", async () => {
  await withFrontEnd(async (taken, notes, connection) => {
    const next = chance(9);
    const page = await Front.connect(connection);
    const before = taken.length;
    const codec = new EnvelopeCodec(connection.key);
    const good = codec.seal({
      type: "execute_request",
      content: { code: "1", text: "x".repeat(300) },
    });
    await page.sockets.shell.send(good.frames);
    await page.find(({ parent }) => parent.msg_id === good.header.msg_id);
    const stranger = new EnvelopeCodec("another key");
    const memory = Deno.memoryUsage().rss;
    const junk = (): Uint8Array => {
      const bytes = Uint8Array.from({ length: 1 + next(200) }, () => next(256));
      const letter = { type: "execute_request", content: { code: String(next(1e9)) } };
      const huge = new Uint8Array(9);
      new DataView(huge.buffer).setBigUint64(1, 1n << BigInt(29 + next(35)));
      huge[0] = 2 + next(2);
      const mutated = good.frames.map((frame) => frame.slice());
      const part = mutated[1 + next(mutated.length - 1)]!;
      part[next(part.length)]! ^= 1 << next(8);
      switch (next(7)) {
        case 0:
          return bytes;
        case 1:
          return joined([huge, bytes]);
        case 2:
          return wire(stranger.seal(letter).frames);
        case 3:
          return wire(mutated);
        case 4:
          return wire(good.frames); // taken before
        case 5:
          return wire(good.frames.slice(next(5)));
        default:
          return wire(codec.seal(letter).frames).slice(0, -1 - next(60));
      }
    };
    const send = async (port: number) => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      const whole = next(8) > 0;
      try {
        await connection.write(whole ? hello : hello.slice(0, next(hello.length)));
        for (let i = 0; i < 10; i++) await connection.write(joined([junk() as Frames[number]]));
      } catch {
        // Cut off, as it should be.
      }
      connection.close();
    };
    const ports = [
      connection.shell_port,
      connection.control_port,
      connection.stdin_port,
      connection.iopub_port,
      connection.hb_port,
    ];
    for (let i = 0; i < 500; i += 10) {
      await Promise.all(Array.from({ length: 10 }, () => send(ports[next(10)] ?? ports[0]!)));
    }
    assertEquals((await page.ask("kernel_info_request", {})).status, "ok");
    assertEquals(taken.length - before, 2, "the good message, once, and the last");
    assert(Deno.memoryUsage().rss - memory < 150e6, "memory is bounded");
    assert(notes.length < 12, notes.join("\n"));
    await page.close();
  });
});

Deno.test("FrontEnd closes on a stranger who holds back the end of long messages", async () => {
  await withFrontEnd(async (taken, _notes, connection) => {
    const page = await Front.connect(connection);
    const connections: Deno.TcpConn[] = [];
    let cut = 0;
    const body = new Uint8Array(2 ** 24);
    for (let i = 0; i < 6; i++) {
      const stranger = await Deno.connect({ hostname: "127.0.0.1", port: connection.shell_port });
      connections.push(stranger);
      await stranger.write(hello);
      const head = frameHead(2 ** 25 - 1, 0);
      try {
        for (const part of [head, body]) {
          for (let sent = 0; sent < part.length;) sent += await stranger.write(part.subarray(sent));
        }
      } catch {
        cut++;
      }
    }
    assert(cut >= 1, "together they may hold 64 MB");
    assertEquals((await page.ask("kernel_info_request", {})).status, "ok");
    assert(taken.length > 0);
    for (const stranger of connections) stranger.close();
    await page.close();
  });
});

Deno.test("FrontEnd repeats heartbeats, and sends subscribers what they asked for", async () => {
  await withFrontEnd(async (_taken, _notes, connection, end) => {
    const talk = async (port: number, type: string, message: Frames) => {
      const peer = await Deno.connect({ hostname: "127.0.0.1", port });
      const command = readyCommand({ "Socket-Type": type });
      await peer.write(joined([GREETING, frameHead(command.length, 4), command, wire(message)]));
      return peer;
    };
    const read = async (peer: Deno.TcpConn, wanted: string) => {
      let text = "";
      const buffer = new Uint8Array(4096);
      while (!text.includes(wanted)) {
        const count = await peer.read(buffer);
        if (count === null) throw new Error(`closed after ${text}`);
        text += new TextDecoder("latin1").decode(buffer.subarray(0, count));
      }
      return text;
    };
    using beat = await talk(connection.hb_port, "REQ", [
      new Uint8Array(),
      new TextEncoder().encode("tick"),
    ]);
    assert((await read(beat, "tick")).endsWith("\x01\x00\x00\x04tick"));
    const topic = new TextEncoder().encode("\x01kernel.stream");
    using listener = await talk(connection.iopub_port, "SUB", [topic]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    end.say({ type: "display_data", content: { data: "not asked for" } });
    end.say({ type: "stream", content: { text: "asked for" } });
    assert(!(await read(listener, "asked for")).includes("not asked for"));
  });
});
