import { join } from "node:path";
import { fetchBlob } from "../../../lib/zoo/hub/fetch_blob.ts";
import { fileFacts } from "../../../lib/zoo/hub/file_facts.ts";
import { HubCache } from "../../../lib/zoo/hub/hub_cache.ts";
import { HubConnection } from "../../../lib/zoo/hub/hub_connection.ts";
import type { Etag } from "../../../lib/zoo/hub/hub_names.ts";
import { HubError, type HubSettings } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { etagOf, type Misbehaviour, type MockHub, pathsIn, withHub } from "./mock_hub.ts";

const file = "model.safetensors";
const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >>> 3);
const whole = etagOf(file, large);

/** A hub with one large file, and the way to fetch it. */
interface Scene {
  hub: MockHub;
  cache: HubCache;
  settings: HubSettings;
  waited: number[];
  fetch: (
    options?: { signal?: AbortSignal; limit?: number; size?: number | null },
  ) => Promise<void>;
  /** The hash of what came of it. */
  blob: () => string;
  partial: () => string;
}

function scene(body: (scene: Scene) => Promise<void>, patience = 5): Promise<void> {
  return withHub(async (hub, given, { wait, waited }) => {
    const settings = { ...given, patience };
    hub.files.set(file, large.slice());
    const cache = new HubCache(settings, hub.id);
    const connection = new HubConnection(settings, null, wait);
    await body({
      hub,
      cache,
      settings,
      waited,
      async fetch({ signal, limit = 2 ** 40, size } = {}) {
        const facts = await fileFacts(connection, { id: hub.id, revision: hub.commit, file }) as
          & Awaited<ReturnType<typeof fileFacts>>
          & { etag: Etag };
        await fetchBlob(connection, cache, {
          id: hub.id,
          facts: size === undefined ? facts : { ...facts, size },
          limit,
          ...signal && { signal },
        });
      },
      blob: () => etagOf(file, Deno.readFileSync(join(cache.snapshot(hub.commit), file))),
      partial: () => cache.partial(whole),
    });
  });
}

/** The ranges that the bytes were asked for with. */
const ranges = (hub: MockHub) =>
  hub.asked.filter(({ away, method }) => away && method === "GET").map(({ range }) => range);

/** A body that breaks off after some bytes. */
function broken(bytes: Uint8Array<ArrayBuffer>, after: number): ReadableStream {
  return new ReadableStream({
    start(controller) {
      if (after > 0) controller.enqueue(bytes.subarray(0, after));
    },
    async pull(controller) {
      // Late enough for the bytes to be on their way.
      await new Promise((resolve) => setTimeout(resolve, 20));
      controller.error(new Error("the connection is cut"));
    },
  });
}

Deno.test("fetchBlob() goes on where a connection was cut, again and again", async () => {
  await scene(async ({ hub, fetch, blob, waited }) => {
    hub.misbehave = (asked, nth) => {
      if (!asked.away || nth > 6) return null;
      const from = Number(asked.range?.slice(6, -1) ?? 0);
      return new Response(broken(large.subarray(from), 70_000), {
        status: from > 0 ? 206 : 200,
        headers: {
          "content-length": String(large.length - from),
          ...from > 0 && { "content-range": `bytes ${from}-${large.length - 1}/${large.length}` },
        },
      });
    };
    await fetch();
    assertEquals(blob(), whole);
    assertEquals(ranges(hub), [
      null,
      "bytes=70000-",
      "bytes=140000-",
      "bytes=210000-",
      "bytes=280000-",
    ]);
    assertEquals(waited, [500, 500, 500, 500], "each brought so much that the tries begin anew");
  });
});

Deno.test("fetchBlob() gives up after five tries that bring nothing, and keeps what it has", async () => {
  await scene(async ({ hub, fetch, waited, partial }) => {
    hub.misbehave = ({ away }) =>
      away ? new Response(broken(large, 0), { headers: { "content-length": "300000" } }) : null;
    const error = await assertRejects(() => fetch(), HubError);
    assert(
      error.message.startsWith(
        `Cannot fetch ${file} of tiny/gpt2 as it must send all of it: the connection broke after 0`,
      ) ||
        error.message.includes("there was no connection, or it broke off"),
      error.message,
    );
    assertEquals(waited, [500, 1000, 2000, 4000]);
    hub.misbehave = () => null;
    Deno.writeFileSync(partial(), large.subarray(0, 1000));
    await fetch();
    assertEquals(ranges(hub).at(-1), "bytes=1000-");
  });
});

Deno.test("fetchBlob() begins again where a hub sends the whole, another part, or refuses the range", async () => {
  const ways: [string, Misbehaviour, number][] = [
    ["the whole", ({ away }) => away ? new Response(large) : null, 1],
    ["another part", ({ away, range }) =>
      away && range !== null
        ? new Response(large.subarray(5), {
          status: 206,
          headers: { "content-range": `bytes 5-299999/300000` },
        })
        : null, 2],
    [
      "a part of another file",
      ({ away, range }) =>
        away && range !== null
          ? new Response(large.subarray(1000), {
            status: 206,
            headers: { "content-range": `bytes 1000-399999/400000` },
          })
          : null,
      2,
    ],
    [
      "a part without its place",
      ({ away, range }) =>
        away && range !== null ? new Response(large.subarray(1000), { status: 206 }) : null,
      2,
    ],
    [
      "416",
      ({ away, range }) => away && range !== null ? new Response(null, { status: 416 }) : null,
      2,
    ],
  ];
  for (const [why, misbehave, asked] of ways) {
    await scene(async ({ hub, fetch, blob, cache, partial }) => {
      await cache.prepare(hub.commit);
      Deno.writeFileSync(partial(), large.subarray(0, 1000));
      hub.misbehave = misbehave;
      await fetch();
      assertEquals(blob(), whole, why);
      assertEquals(ranges(hub).length, asked, why);
      assertEquals(ranges(hub)[0], "bytes=1000-");
    });
  }
});

Deno.test("fetchBlob() replaces a part that was spoilt, and refuses a whole that is", async () => {
  await scene(async ({ hub, fetch, blob, cache, partial }) => {
    await cache.prepare(hub.commit);
    Deno.writeFileSync(partial(), new Uint8Array(1000).fill(7));
    await fetch();
    assertEquals(blob(), whole);
    assertEquals(ranges(hub), ["bytes=1000-", null]);
  });
  await scene(async ({ hub, fetch, cache, partial }) => {
    // More than there is: not a beginning of it.
    await cache.prepare(hub.commit);
    Deno.writeFileSync(partial(), new Uint8Array(300_001));
    await fetch();
    assertEquals(ranges(hub), [null]);
  });
  await scene(async ({ hub, fetch, settings }) => {
    const spoilt = large.slice();
    spoilt[12345]! ^= 1;
    hub.misbehave = ({ away }) => away ? new Response(spoilt) : null;
    const error = await assertRejects(() => fetch(), HubError);
    const [right, wrong] = [large, spoilt].map((bytes) => etagOf(file, bytes));
    assertEquals(
      error.message,
      `Cannot fetch ${file} of tiny/gpt2 as its SHA-256 must be ${right}: current value is ${wrong}`,
    );
    assertEquals(pathsIn(join(settings.cache, "models--tiny--gpt2")), [], "nothing of it is kept");
  });
});

Deno.test("fetchBlob() refuses lengths that are not true", async () => {
  await scene(async ({ hub, fetch }) => {
    hub.misbehave = ({ away }) => away ? new Response(large.subarray(0, 299_999)) : null;
    const error = await assertRejects(() => fetch(), HubError);
    assertEquals(
      error.message,
      `Cannot fetch ${file} of tiny/gpt2 as the answer must have the 300000 bytes that are missing: its length is 299999`,
    );
    // Without a length the end is all that can be seen: it is asked for the rest, which never comes.
    hub.misbehave = ({ away, range }) =>
      away && range === null
        ? new Response(new Blob([large.subarray(0, 100)]).stream())
        : away
        ? new Response(new Blob([]).stream(), {
          status: 206,
          headers: { "content-range": `bytes 100-299999/300000` },
        })
        : null;
    await assertRejects(
      () => fetch(),
      HubError,
      "it must send all 300000 bytes: it ended after 100",
    );
  });
});

Deno.test("fetchBlob() stops a body that does not end", async () => {
  await scene(async ({ hub, fetch, partial }) => {
    let sent = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(new Uint8Array(65536));
            sent += 65536;
          },
        }),
      );
    hub.misbehave = ({ away }) => away ? endless() : null;
    assertEquals(
      (await assertRejects(() => fetch(), HubError)).message,
      `Cannot fetch ${file} of tiny/gpt2 as it must have at most 300000 bytes: more came`,
    );
    // Also where the hub does not say how long the file is.
    await assertRejects(
      () => fetch({ size: null, limit: 1_000_000 }),
      HubError,
      "it must have at most 1000000 bytes: more came",
    );
    assert(sent < 20_000_000, `${sent} bytes were sent`);
    assertEquals(Deno.statSync(partial()).size, 0);
    await assertRejects(
      () => fetch({ limit: 1000 }),
      HubError,
      "at most 1000 bytes: it has 300000",
    );
  });
});

Deno.test("fetchBlob() takes a trickle for silence, and goes on", async () => {
  await scene(async ({ hub, fetch, blob, waited }) => {
    hub.misbehave = ({ away, range }) => {
      if (!away || range !== null) return null;
      let sent = 1000;
      let timer: ReturnType<typeof setInterval>;
      return new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(large.subarray(0, sent));
            timer = setInterval(() => controller.enqueue(large.subarray(sent, ++sent)), 20);
          },
          cancel: () => clearInterval(timer),
        }),
        { headers: { "content-length": String(large.length) } },
      );
    };
    await fetch();
    assertEquals(blob(), whole);
    assertEquals(waited, [500]);
    assert(Number(ranges(hub)[1]!.slice(6, -1)) >= 1000);
  }, 0.3);
});

Deno.test("fetchBlob() stops by its signal in the middle, and goes on the next time", async () => {
  await scene(async ({ hub, fetch, blob, partial }) => {
    const stop = new AbortController();
    hub.misbehave = ({ away }, nth) => {
      if (!away || nth > 1) return null;
      return new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(large.subarray(0, 200_000));
            setTimeout(() => stop.abort(new Error("enough")), 50);
          },
        }),
        { headers: { "content-length": "300000" } },
      );
    };
    const error = await assertRejects(() => fetch({ signal: stop.signal }), Error);
    assertEquals(error.message, "enough");
    const there = Deno.statSync(partial()).size;
    assert(there > 0 && there <= 200_000, `${there} bytes are there`);
    await fetch();
    assertEquals(blob(), whole);
    assertEquals(ranges(hub).at(-1), `bytes=${there}-`);
  });
});

Deno.test("fetchBlob() takes a blob that another process has put there, and writes through no link", async () => {
  await scene(async ({ hub, fetch, blob, cache, settings, partial }) => {
    await cache.prepare(hub.commit);
    const outside = join(settings.cache, "..", "outside");
    Deno.writeTextFileSync(outside, "precious");
    Deno.symlinkSync(outside, partial());
    await fetch();
    assertEquals(Deno.readTextFileSync(outside), "precious");
    assertEquals(blob(), whole);
    Deno.removeSync(join(cache.snapshot(hub.commit), file));
    hub.asked = [];
    await fetch();
    assertEquals(ranges(hub), []);
    assertEquals(blob(), whole);
  });
});

Deno.test("fetchBlob() fetches an empty file, and one whose etag says nothing", async () => {
  await scene(async ({ hub, fetch, blob }) => {
    hub.files.set(file, new Uint8Array());
    await fetch();
    assertEquals(blob(), etagOf(file, new Uint8Array()));
    assertEquals(ranges(hub), []);
  });
  const opaque = (headers: Record<string, string>): Misbehaviour => ({ method, away }) =>
    method === "HEAD" && !away
      ? new Response(null, {
        headers: { "x-repo-commit": "a".repeat(40), etag: 'W/"mirror-1"', ...headers },
      })
      : null;
  await scene(async ({ hub, fetch, blob, cache }) => {
    hub.misbehave = opaque({ "x-linked-size": "300000" });
    await fetch();
    assertEquals(blob(), whole);
    assert(Deno.statSync(cache.blob("mirror-1")).isFile);
  });
  await scene(async ({ hub, fetch }) => {
    hub.misbehave = opaque({});
    await assertRejects(
      () => fetch({ size: null }),
      HubError,
      "the hub must say its size or its hash: it says neither",
    );
  });
});

Deno.test("fetchBlob() takes what comes compressed though it was asked for as it is", async () => {
  await scene(async ({ hub, fetch, blob }) => {
    const packed = new Blob([large]).stream().pipeThrough(new CompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
    const send = (bytes: Uint8Array<ArrayBuffer>, encoding: string) => {
      hub.misbehave = ({ away }) =>
        away ? new Response(bytes, { headers: { "content-encoding": encoding } }) : null;
    };
    send(bytes, "zstd");
    await assertRejects(() => fetch(), HubError, "it must come as it is, or by gzip or deflate");
    send(bytes.subarray(0, 1000), "gzip");
    await assertRejects(() => fetch(), HubError, "it must send all of it");
    send(bytes, "gzip");
    await fetch();
    assertEquals(blob(), whole);
    const bomb = new Blob([new Uint8Array(50_000_000)]).stream();
    const small = await new Response(bomb.pipeThrough(new CompressionStream("gzip"))).bytes();
    hub.files.set(file, large.slice(1));
    send(small, "gzip");
    await assertRejects(() => fetch(), HubError, "it must have at most 299999 bytes: more came");
  });
});

Deno.test("fetchBlob() asks for no byte where the disk has no room", async () => {
  await scene(async ({ hub, fetch }) => {
    const error = await assertRejects(() => fetch({ size: 9e15, limit: 1e16 }), HubError);
    assert(error.message.includes("must have room for 9000000000000000 bytes: "), error.message);
    assertEquals(ranges(hub), []);
  });
});
