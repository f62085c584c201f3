import { join } from "node:path";
import { HubModel } from "../../../lib/zoo/hub/hub_model.ts";
import { HubError } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { etagOf, withHub } from "./mock_hub.ts";

const token = "hf_secretsecretsecret";

Deno.test("HubModel asks the hub once for each file, and the cache first", async () => {
  await withHub(async (hub, settings) => {
    const model = await HubModel.open("tiny/gpt2", { settings, token: false });
    assertEquals([model.commit, model.revision, model.remembered], [hub.commit, "main", false]);
    assertEquals(await model.has("config.json"), true);
    assertEquals(await model.has("tokenizer.json"), false);
    assertEquals(await model.has("tokenizer.json"), false);
    const { length } = hub.files.get("config.json")!;
    assertEquals(await model.sizeOf("config.json"), length);
    assertEquals(hub.asked.map(({ file }) => file), ["config.json", "tokenizer.json"]);
    const heard: number[] = [];
    await model.bring("config.json", (bytes) => heard.push(bytes));
    assertEquals(heard.at(-1), length);
    await model.bring("config.json");
    assertEquals(hub.fetched, ["config.json"]);
    assert(await model.holds("config.json"));
    const error = await assertRejects(() => model.bring("tokenizer.json"), HubError);
    assertEquals(
      [error.message, error.status],
      [
        `Cannot load tiny/gpt2 from the hub as it must have tokenizer.json: it has not, at the commit ${hub.commit}`,
        404,
      ],
    );
  });
});

Deno.test("HubModel asks for all files of one commit, also when the branch moves on meanwhile", async () => {
  await withHub(async (hub, settings) => {
    const model = await HubModel.open("tiny/gpt2", { settings, token: false });
    hub.refs.main = "b".repeat(40);
    await model.bring("model.safetensors");
    assertEquals(hub.asked.map(({ revision, away }) => away ? "" : revision), [
      "main",
      hub.commit,
      hub.commit,
      "",
    ]);
    hub.misbehave = () =>
      new Response(null, { headers: { "x-repo-commit": "c".repeat(40), etag: '"x"' } });
    await assertRejects(
      () => model.facts("tokenizer.json"),
      HubError,
      `it must be of the commit ${hub.commit}: current value is ${"c".repeat(40)}`,
    );
  });
});

Deno.test("HubModel shows the token to the hub, and keeps it out of all that it shows", async () => {
  await withHub(async (hub, settings) => {
    const model = await HubModel.open("tiny/gpt2", { settings, token });
    await model.bring("model.safetensors");
    for (const { away, authorization } of hub.asked) {
      assertEquals(authorization, away ? null : `Bearer ${token}`);
    }
    assert(!Deno.inspect(model, { depth: 9, showHidden: true }).includes(token));
    assert(!JSON.stringify(model).includes(token));
    hub.asked = [];
    Deno.writeTextFileSync(settings.tokenFile, `${token}\n`);
    await HubModel.open("tiny/gpt2", { settings });
    await HubModel.open("tiny/gpt2", { settings, token: false });
    assertEquals(hub.asked.map(({ authorization }) => authorization !== null), [true, false]);
  });
});

Deno.test("HubModel tries longer where the cache knows nothing", async () => {
  await withHub(async (hub, settings, { wait, waited }) => {
    hub.misbehave = () => new Response(null, { status: 502 });
    await assertRejects(() => HubModel.open("tiny/gpt2", { settings, wait }), HubError, "502");
    assertEquals(waited.length, 4);
    hub.misbehave = () => null;
    await HubModel.open("tiny/gpt2", { settings, wait });
    hub.misbehave = () => new Response(null, { status: 502 });
    const model = await HubModel.open("tiny/gpt2", { settings, wait });
    assertEquals([model.remembered, waited.length], [true, 4]);
    assert(model.source.endsWith(`/tiny/gpt2/tree/${hub.commit}, as the cache remembers main`));
    await assertRejects(() => model.bring("config.json"), HubError, "must be in the cache");
  });
});

Deno.test("HubModel needs no hub for a commit that is in the cache", async () => {
  await withHub(async (hub, settings) => {
    await (await HubModel.open("tiny/gpt2", { settings })).bring("config.json");
    hub.asked = [];
    for (const offline of [true, false]) {
      const model = await HubModel.open("tiny/gpt2", { settings, revision: hub.commit, offline });
      assert(await model.has("config.json") && !model.remembered);
      await model.bring("config.json");
    }
    assertEquals(hub.asked, []);
  });
});

Deno.test("HubModel lists the files for errors, and nothing where the hub lists none", async () => {
  await withHub(async (hub, settings) => {
    const model = await HubModel.open("tiny/gpt2", { settings });
    assertEquals([...await model.list()].sort(), [...hub.files.keys()].sort());
    const answers = [
      () => new Response("{"),
      () => new Response("null"),
      () => Response.json({ siblings: "x" }),
      () => Response.json({ siblings: [null, 3, { rfilename: 3 }, { rfilename: "\x1b[2J.gguf" }] }),
      () => new Response(null, { status: 500 }),
      () => new Response(new Uint8Array(5 * 2 ** 20)),
    ];
    for (const answer of answers) {
      hub.misbehave = answer;
      assertEquals(await model.list(), []);
    }
    const offline = await HubModel.open("tiny/gpt2", { settings, offline: true });
    assertEquals(await offline.list(), []);
  });
});

Deno.test("HubModel stays in the cache, whatever a hub calls its files", async () => {
  await withHub(async (hub, settings) => {
    const before = [...Deno.readDirSync(join(settings.cache, ".."))].length;
    for (const etag of ['"../../../outside"', '"..\\\\outside"', '"/etc/outside"', '"a/../../b"']) {
      hub.misbehave = () =>
        new Response(null, {
          headers: { "x-repo-commit": hub.commit, etag, "content-length": "1" },
        });
      await assertRejects(
        () => HubModel.open("tiny/gpt2", { settings }),
        HubError,
        "its ETag must be",
      );
    }
    const path = hub.files.get("config.json")!;
    hub.misbehave = () =>
      new Response(null, {
        headers: { "x-repo-commit": "../".repeat(14), etag: etagOf("config.json", path) },
      });
    await assertRejects(
      () => HubModel.open("tiny/gpt2", { settings }),
      HubError,
      "must name the commit",
    );
    assertEquals([...Deno.readDirSync(join(settings.cache, ".."))].length, before);
    await assertRejects(
      () => HubModel.open("tiny/gpt2", { settings, revision: "../../outside" }),
      RangeError,
      "revision must be",
    );
  });
});

const child = `
import { hubResolver } from ${
  JSON.stringify(new URL("../../../lib/zoo/hub/hub.ts", import.meta.url))
};
const settings = JSON.parse(Deno.args[0]);
const found = await hubResolver({ settings }).resolve("tiny/gpt2");
console.log(found.folder);
`;

Deno.test("two processes that load a model at once fetch it once", async () => {
  await withHub(async (hub, settings) => {
    hub.files.set("model.safetensors", new Uint8Array(3_000_000).fill(7));
    const { promise: both, resolve } = Promise.withResolvers<void>();
    let arrived = 0;
    hub.misbehave = async ({ file, method, away }) => {
      // Both are there before either is told what the weights are, and the bytes take their time.
      if (file === "model.safetensors" && method === "HEAD" && ++arrived === 2) resolve();
      if (file === "model.safetensors" && method === "HEAD") await both;
      if (away) await new Promise((done) => setTimeout(done, 200));
      return null;
    };
    const script = join(settings.cache, "..", "child.ts");
    Deno.writeTextFileSync(script, child);
    const run = () =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-lock", "--no-check", script, JSON.stringify(settings)],
        stderr: "piped",
      }).output();
    for (const { success, stdout, stderr } of await Promise.all([run(), run()])) {
      assert(success, new TextDecoder().decode(stderr));
      const folder = new TextDecoder().decode(stdout).trim();
      assertEquals(Deno.statSync(join(folder, "model.safetensors")).size, 3_000_000);
    }
    assertEquals(hub.asked.filter(({ away }) => away).length, 1);
    assertEquals(hub.fetched.filter((file) => file === "config.json").length, 1);
  });
});
