import {
  HubConnection,
  type HubRequest,
  PassingTrouble,
  redirectTarget,
  subject,
} from "../../../lib/zoo/hub/hub_connection.ts";
import { HubError } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { type MockHub, withHub } from "./mock_hub.ts";

const token = "hf_secretsecretsecret";
const about = { id: "tiny/gpt2", file: "config.json" };
const head: HubRequest = { path: "/tiny/gpt2/resolve/main/config.json", method: "HEAD", about };
const get: HubRequest = { ...head, method: "GET" };

/** A hub, and a connection with a token. */
function scene(
  body: (
    hub: MockHub,
    connection: HubConnection,
    waited: number[],
  ) => Promise<void>,
  patience = 5,
): Promise<void> {
  return withHub((hub, settings, { wait, waited }) =>
    body(hub, new HubConnection({ ...settings, patience }, token, wait), waited)
  );
}

const to = (location: string, status = 302) =>
  new Response(null, { status, headers: { location } });

Deno.test("HubConnection shows its token to the hub, and to no other address that the hub leads to", async () => {
  await scene(async (hub, connection) => {
    const weights = "/tiny/gpt2/resolve/main/model.safetensors";
    const response = await connection.ask({ path: weights, about });
    assertEquals(response.status, 200);
    await response.body?.cancel();
    assertEquals(hub.asked.map(({ away, authorization }) => [away, authorization]), [
      [false, `Bearer ${token}`],
      [true, null],
    ]);
    assert(connection.named && !Deno.inspect(connection, { depth: 9 }).includes(token));
    assert(!JSON.stringify(connection).includes(token));
  });
});

Deno.test("HubConnection follows redirects of the hub, and a HEAD request no further", async () => {
  await scene(async (hub, connection) => {
    hub.misbehave = ({ file }, nth) =>
      file === "config.json" && nth === 1
        ? to("/renamed/gpt2/resolve/main/config.json", 307)
        : null;
    const response = await connection.ask(head);
    assertEquals(response.status, 200);
    assertEquals(hub.asked.map(({ authorization }) => authorization !== null), [true, true]);
    hub.asked = [];
    const facts = await connection.ask({
      ...head,
      path: "/tiny/gpt2/resolve/main/model.safetensors",
    });
    assertEquals(facts.status, 302);
    assertEquals(hub.asked.length, 1);
  });
});

Deno.test("HubConnection refuses redirects that lead to files, to names with passwords, or round in circles", async () => {
  await scene(async (hub, connection) => {
    for (
      const location of [
        "file:///etc/passwd",
        "data:,x",
        "ftp://x/y",
        "http://a:b@127.0.0.1/",
        "http://[",
      ]
    ) {
      hub.misbehave = () => to(location);
      const error = await assertRejects(() => connection.ask(get), HubError);
      assertEquals(
        error.message,
        `Cannot ask ${hub.endpoint} about config.json of tiny/gpt2 as its redirect must lead to an http or https address, and not from https to http: it does not`,
      );
    }
    hub.misbehave = () => to("/round/and/round");
    await assertRejects(
      () => connection.ask(get),
      HubError,
      "it must answer within 10 redirects: it did not",
    );
  });
});

Deno.test("HubConnection tries again what may pass, longer each time, and five times at most", async () => {
  for (const status of [408, 425, 500, 502, 503, 504]) {
    await scene(async (hub, connection, waited) => {
      hub.misbehave = (_, nth) => nth < 4 ? new Response("busy", { status }) : null;
      const response = await connection.retried(() => connection.ask(get));
      await response.body?.cancel();
      assertEquals([response.status, waited], [200, [500, 1000, 2000]]);
      hub.misbehave = () => new Response("busy", { status });
      const error = await assertRejects(
        () => connection.retried(() => connection.ask(get)),
        HubError,
      );
      assertEquals(
        [error.message, error.status, error.id, error.file],
        [
          `Cannot ask ${hub.endpoint} about config.json of tiny/gpt2 as its status must be 200: current value is ${status}`,
          status,
          "tiny/gpt2",
          "config.json",
        ],
      );
      assertEquals(waited.slice(3), [500, 1000, 2000, 4000]);
    });
  }
});

Deno.test("HubConnection waits as long as the hub asks, and says so where that is too long", async () => {
  await scene(async (hub, connection, waited) => {
    const once = (headers: Record<string, string>) => {
      hub.asked = [];
      hub.misbehave = (_, nth) => nth === 1 ? new Response(null, { status: 429, headers }) : null;
      return connection.retried(() => connection.ask(head));
    };
    await once({ "retry-after": "7" });
    // A time is told beside the hub's own clock, however ours goes.
    await once({
      date: "Tue, 01 Jan 1980 00:00:00 GMT",
      "retry-after": "Tue, 01 Jan 1980 00:00:30 GMT",
    });
    await once({
      date: "Tue, 01 Jan 1980 00:00:00 GMT",
      "retry-after": "Tue, 01 Jan 1980 00:00:00 GMT",
    });
    await once({ "retry-after": "soon" });
    await once({ "retry-after": "-5" });
    assertEquals(waited, [7000, 30000, 0, 500, 500]);
    const error = await assertRejects(() => once({ "retry-after": "3600" }), HubError);
    assertEquals(
      error.message,
      `Cannot ask ${hub.endpoint} about config.json of tiny/gpt2 as it must not be asked too often: its status is 429; the hub asks to come back in 3600 seconds`,
    );
    assertEquals(error.status, 429);
    assertEquals(waited.length, 5);
  });
});

Deno.test("HubConnection does not try again what will not pass", async () => {
  await scene(async (hub, connection, waited) => {
    for (const status of [400, 401, 403, 404, 410, 416]) {
      hub.misbehave = () => new Response(null, { status });
      const response = await connection.retried(() => connection.ask(get));
      assertEquals(response.status, status);
    }
    assertEquals(waited, []);
  });
});

Deno.test("HubConnection takes silence and refusal to connect for trouble that may pass", async () => {
  await scene(async (hub, connection) => {
    let free = () => {};
    hub.misbehave = () => new Promise<null>((resolve) => free = () => resolve(null));
    const error = await assertRejects(() => connection.ask(get), PassingTrouble);
    assertEquals(
      error.error.message,
      `Cannot ask ${hub.endpoint} about config.json of tiny/gpt2 as it must answer within 0.2 seconds: it kept silent`,
    );
    free();
  }, 0.2);
  await withHub(async (_, settings, { wait }) => {
    const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const endpoint = `http://127.0.0.1:${closed.addr.port}`;
    closed.close();
    const connection = new HubConnection({ ...settings, endpoint }, token, wait);
    const error = await assertRejects(
      () => connection.retried(() => connection.ask(get)),
      HubError,
    );
    assertEquals(
      error.message,
      `Cannot ask ${endpoint} about config.json of tiny/gpt2 as it must answer: there was no connection, or it broke off`,
    );
    assertEquals(error.cause, undefined, "a fetch's own error names addresses with their keys");
  });
});

Deno.test("HubConnection stops by its signal: before a request, while it waits, and between tries", async () => {
  await scene(async (hub, connection) => {
    const enough = new Error("enough");
    await assertRejects(
      () => connection.ask({ ...get, signal: AbortSignal.abort(enough) }),
      Error,
      "enough",
    );
    assertEquals(hub.asked, []);
    const stop = new AbortController();
    let free = () => {};
    hub.misbehave = () =>
      new Promise<null>((resolve) => {
        free = () => resolve(null);
        stop.abort(enough);
      });
    await assertRejects(() => connection.ask({ ...get, signal: stop.signal }), Error, "enough");
    free();
    // With real time: the wait itself ends.
    const waiting = new HubConnection(connection.settings, null);
    const later = new AbortController();
    hub.misbehave = () => {
      setTimeout(() => later.abort(enough), 20);
      return new Response(null, { status: 503, headers: { "retry-after": "60" } });
    };
    await assertRejects(
      () => waiting.retried(() => waiting.ask(head), later.signal),
      Error,
      "enough",
    );
  });
});

Deno.test("HubConnection asks for bytes as they are, from where they are wanted", async () => {
  await scene(async (hub, connection) => {
    const seen: (string | null)[] = [];
    hub.misbehave = ({ range }) => {
      seen.push(range);
      return null;
    };
    for (const from of [0, 5]) await (await connection.ask({ ...get, from })).body?.cancel();
    assertEquals(seen, [null, "bytes=5-"]);
  });
});

Deno.test("redirectTarget() follows no address that is less safe than the one before", () => {
  const target = (from: string, to: string) => redirectTarget(new URL(from), to)?.href ?? null;
  assertEquals(target("https://h/a/b", "/c?d"), "https://h/c?d");
  assertEquals(target("https://h/a", "https://cdn/x"), "https://cdn/x");
  assertEquals(target("http://h/a", "https://cdn/x"), "https://cdn/x");
  assertEquals(target("http://h/a", "http://cdn/x"), "http://cdn/x");
  for (
    const to of [
      "http://h/a",
      "file:///etc",
      "https://a:b@h/",
      "https://a@h/",
      "https://:b@h/",
      "https://[",
    ]
  ) {
    assertEquals(target("https://h/a", to), null, to);
  }
});

Deno.test("subject() says what a request is about", () => {
  assertEquals(subject(about), "config.json of tiny/gpt2");
  assertEquals(subject({ id: "a/b" }), "a/b");
});
