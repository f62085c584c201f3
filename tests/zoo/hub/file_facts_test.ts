import { fileFacts, filePath, pageOf } from "../../../lib/zoo/hub/file_facts.ts";
import { HubConnection } from "../../../lib/zoo/hub/hub_connection.ts";
import { HubError } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { etagOf, type MockHub, withHub } from "./mock_hub.ts";

const token = "hf_secretsecretsecret";

function scene(
  body: (
    hub: MockHub,
    facts: (file: string, options?: { revision?: string; token?: string | null }) => ReturnType<
      typeof fileFacts
    >,
  ) => Promise<void>,
): Promise<void> {
  return withHub((hub, settings, { wait }) =>
    body(
      hub,
      (file, { revision = "main", token = null } = {}) =>
        fileFacts(new HubConnection(settings, token, wait), { id: "tiny/gpt2", revision, file }),
    )
  );
}

Deno.test("fileFacts() reads commit, hash and size, also where the bytes are elsewhere", async () => {
  await scene(async (hub, facts) => {
    const config = hub.files.get("config.json")!, weights = hub.files.get("model.safetensors")!;
    assertEquals(await facts("config.json"), {
      file: "config.json",
      commit: hub.commit,
      etag: { kind: "git", name: etagOf("config.json", config) },
      size: config.length,
    });
    assertEquals(await facts("model.safetensors", { revision: "refs/pr/1" }), {
      file: "model.safetensors",
      commit: hub.commit,
      etag: { kind: "sha256", name: etagOf("model.safetensors", weights) },
      size: weights.length,
    });
    assertEquals(hub.asked.map(({ revision }) => revision), ["main", "refs/pr/1"]);
  });
});

Deno.test("fileFacts() says that a model has no such file, also of hubs that say it without a code", async () => {
  await scene(async (hub, facts) => {
    const absent = { file: "vocab.json", commit: hub.commit, etag: null, size: null };
    assertEquals(await facts("vocab.json"), absent);
    hub.misbehave = () => new Response("no", { status: 404 });
    assertEquals(await facts("vocab.json", { revision: hub.commit }), absent);
    // Of a branch it could as well mean that there is no such model.
    await assertRejects(
      () => facts("vocab.json"),
      HubError,
      "it must have vocab.json at the revision",
    );
  });
});

Deno.test("fileFacts() says what to do about models that may not be read", async () => {
  await scene(async (hub, facts) => {
    const page = `${hub.endpoint}/tiny/gpt2`;
    const login =
      "and set HF_TOKEN (or the option token) to a token of your account, from the settings of the hub";
    const useless =
      "with an account that may, and set HF_TOKEN (or the option token) to a token of it: the token in use has no access";
    const cases: [number, string | null, string | null, string][] = [
      [
        401,
        "GatedRepo",
        null,
        `it is gated: accept its licence at ${page}, ${login}: status is 401`,
      ],
      [
        403,
        "GatedRepo",
        token,
        `it is gated: accept its licence at ${page}, ${useless}: status is 403`,
      ],
      [403, null, token, `it is gated: accept its licence at ${page}, ${useless}: status is 403`],
      [
        401,
        "RepoNotFound",
        null,
        `there must be such a model that you may read: check the name at ${page}; if it is private, log in there ${login}: status is 401`,
      ],
      [
        404,
        "RepoNotFound",
        token,
        `there must be such a model that you may read: check the name at ${page}; if it is private, log in there ${useless}: status is 404`,
      ],
      [
        404,
        "RevisionNotFound",
        null,
        'its revision must be a branch, tag or commit that it has: current value is "main"',
      ],
    ];
    for (const [status, code, token, why] of cases) {
      hub.misbehave = () =>
        new Response(null, { status, headers: code === null ? {} : { "x-error-code": code } });
      const error = await assertRejects(() => facts("config.json", { token }), HubError);
      assertEquals(error.message, `Cannot load tiny/gpt2 from the hub as ${why}`);
      assertEquals([error.status, error.id], [status, "tiny/gpt2"]);
    }
  });
});

Deno.test("fileFacts() repeats no word of the hub in an error: it may hold the token that it was shown", async () => {
  await scene(async (hub, facts) => {
    for (const status of [200, 302, 400, 401, 403, 404, 410, 429, 451]) {
      const names = [
        ...["x-error-code", "x-error-message", "www-authenticate", "location", "retry-after"],
        ...["x-repo-commit", "etag", "x-linked-etag", "x-linked-size"],
      ];
      hub.misbehave = ({ authorization }) =>
        new Response(null, {
          status,
          headers: Object.fromEntries(names.map((name) => [name, authorization!])),
        });
      const error = await assertRejects(() => facts("config.json", { token }), Error);
      assert(!Deno.inspect(error, { depth: 9 }).includes(token), error.message);
    }
  });
});

Deno.test("fileFacts() refuses answers that no hub gives", async () => {
  const commit = { "x-repo-commit": "a".repeat(40) }, etag = { etag: '"abc"' };
  const cases: [Record<string, string>, string][] = [
    [
      etag,
      "its answer must name the commit in X-Repo-Commit, as a hub's does: it does not",
    ],
    [{ ...etag, "x-repo-commit": "../../outside" }, "must name the commit in X-Repo-Commit"],
    [commit, "its ETag must be one that a file can be named by: it is not"],
    [{ ...commit, etag: '"../../outside"' }, "its ETag must be one that a file can be named by"],
    [
      { ...commit, ...etag, "x-linked-size": "-1" },
      "must be a whole number of bytes: it is not",
    ],
    [{ ...commit, ...etag, "x-linked-size": "1e99" }, "must be a whole number of bytes"],
  ];
  await scene(async (hub, facts) => {
    for (const [headers, says] of cases) {
      hub.misbehave = () => new Response(null, { headers });
      await assertRejects(() => facts("config.json"), HubError, says);
    }
  });
});

Deno.test("filePath() and pageOf() keep what is asked for inside one part of the path", () => {
  assertEquals(
    filePath({ id: "a/b", revision: "refs/pr/1", file: "x y.json" }),
    "/a/b/resolve/refs%2Fpr%2F1/x%20y.json",
  );
  assertEquals(pageOf("https://h", "a/b", "c"), "https://h/a/b/tree/c");
  assertEquals(pageOf("https://h", "a/b"), "https://h/a/b");
});
