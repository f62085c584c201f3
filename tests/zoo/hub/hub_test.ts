import { extraTextFiles, olderTextFiles, textFiles } from "../../../lib/zoo/hub/model_files.ts";
import { hub, HubError, hubResolver, load } from "../../../lib/zoo/mod.ts";
import { CheckpointError } from "../../../lib/model/mod.ts";
import { checkExpected } from "../../model/families/families_check.ts";
import { readFixture, withFolder, writePlain } from "../../model/fixture.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { join } from "node:path";
import { etagOf, type MockHub, pathsIn, withHub } from "./mock_hub.ts";

/** Puts the fixture on a hub in shards of some tensors each. */
async function shard(server: MockHub, tensors: number): Promise<string[]> {
  const plain = await readFixture("gpt2");
  return await withFolder((folder) => {
    writePlain(folder, plain, { shard: tensors });
    server.files.delete("model.safetensors");
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    for (const name of names) server.files.set(name, Deno.readFileSync(join(folder, name)));
    return names.filter((name) => name.endsWith(".safetensors"));
  });
}

Deno.test("load() fetches a model from a hub: what it needs, once, in Python's layout", async () => {
  await withHub(async (server, settings) => {
    const resolvers = [hubResolver({ settings })];
    const model = await load("tiny/gpt2", { resolvers });
    await checkExpected(model, "gpt2", 1e-4);
    assertEquals(model.provenance, {
      name: "tiny/gpt2",
      source: `${server.endpoint}/tiny/gpt2/tree/${server.commit}`,
    });
    assertEquals(server.fetched.filter((file) => file !== "model.safetensors"), ["config.json"]);
    // The weights are asked for at the hub, and then where it leads to.
    assertEquals(server.fetched.filter((file) => file === "model.safetensors").length, 2);
    const etag = (file: string) => etagOf(file, server.files.get(file)!);
    const [config, weights] = [etag("config.json"), etag("model.safetensors")];
    const snapshot = `models--tiny--gpt2/snapshots/${server.commit}`;
    const absent = `models--tiny--gpt2/.no_exist/${server.commit}`;
    assertEquals(
      pathsIn(settings.cache),
      [
        `.locks/models--tiny--gpt2/${config}.lock`,
        `.locks/models--tiny--gpt2/${weights}.lock`,
        "CACHEDIR.TAG",
        ...[...textFiles, ...olderTextFiles, ...extraTextFiles].map((file) => `${absent}/${file}`),
        `models--tiny--gpt2/blobs/${config}`,
        `models--tiny--gpt2/blobs/${weights}`,
        "models--tiny--gpt2/refs/main",
        `${snapshot}/config.json -> ../../blobs/${config}`,
        `${snapshot}/model.safetensors -> ../../blobs/${weights}`,
      ].sort(),
    );
    model.dispose();
    server.asked = [];
    (await load("hf://tiny/gpt2", { resolvers })).dispose();
    assertEquals(server.asked.map(({ method, file }) => `${method} ${file}`), ["HEAD config.json"]);
    server.asked = [];
    (await load("tiny/gpt2", { resolvers, revision: server.commit })).dispose();
    (await load("tiny/gpt2", { resolvers, offline: true })).dispose();
    assertEquals(server.asked, [], "a commit never changes, and offline is offline");
  });
});

Deno.test("load() takes a branch, a tag, a commit, and the revision of a name", async () => {
  await withHub(async (server, settings) => {
    const resolvers = [hubResolver({ settings })];
    const source = `${server.endpoint}/tiny/gpt2/tree/${server.commit}`;
    for (const revision of ["refs/pr/1", server.commit, "main"]) {
      const model = await load("tiny/gpt2", { resolvers, revision });
      assertEquals(model.provenance.source, source);
      model.dispose();
    }
    (await load("hf://tiny/gpt2@refs/pr/1", { resolvers })).dispose();
    assertEquals(server.asked[0]!.revision, "refs/pr/1");
    assertEquals(
      Deno.readTextFileSync(join(settings.cache, "models--tiny--gpt2/refs/refs/pr/1")),
      server.commit,
    );
    const error = await assertRejects(
      () => load("tiny/gpt2", { resolvers, revision: "v2" }),
      HubError,
    );
    assertEquals(
      error.message,
      'Cannot load tiny/gpt2 from the hub as its revision must be a branch, tag or commit that it has: current value is "v2"',
    );
    await assertRejects(
      () => load("hf://tiny/gpt2@v1", { resolvers, revision: "v2" }),
      RangeError,
      'Cannot load "hf://tiny/gpt2@v1" as the option revision must be the revision of its name: current value is "v2"',
    );
  });
});

Deno.test("load() fetches only the shards that the first layers need", async () => {
  await withHub(async (server, settings) => {
    const shards = await shard(server, 3);
    const resolvers = [hubResolver({ settings })];
    const model = await load("tiny/gpt2", { resolvers, first: 1 });
    assertEquals(model.architecture.layers, 1);
    assertEquals(model.provenance.changes, ["the first 1 of 2 layers"]);
    model.dispose();
    const some = new Set(server.fetched.filter((file) => file.startsWith("model-")));
    assert(some.size > 1 && some.size < shards.length, `${some.size} of ${shards.length}`);
    const whole = await load("tiny/gpt2", { resolvers });
    await checkExpected(whole, "gpt2", 1e-4);
    whole.dispose();
    const all = server.fetched.filter((file) => file.startsWith("model-"));
    // Each is asked for twice: at the hub, and where it leads to.
    assertEquals(all.length, 2 * shards.length, "none is fetched again");
  });
});

Deno.test("load() goes on with what the cache remembers where the hub does not answer, and says so", async () => {
  await withHub(async (server, settings, { wait, waited }) => {
    const resolvers = [hubResolver({ settings, wait })];
    (await load("tiny/gpt2", { resolvers })).dispose();
    server.misbehave = () => new Response(null, { status: 503 });
    const model = await load("tiny/gpt2", { resolvers });
    const page = `${server.endpoint}/tiny/gpt2/tree/${server.commit}`;
    assertEquals(model.provenance.source, `${page}, as the cache remembers main`);
    model.dispose();
    assertEquals(waited, []);
    // What the hub answered is no silence.
    server.misbehave = () => new Response(null, { status: 401 });
    await assertRejects(() => load("tiny/gpt2", { resolvers }), HubError, "status is 401");
  });
});

Deno.test("load() says offline what is not in the cache", async () => {
  await withHub(async (server, settings) => {
    const resolvers = [hubResolver({ settings: { ...settings, offline: true } })];
    const error = await assertRejects(() => load("hf://tiny/gpt2", { resolvers }), HubError);
    assertEquals(
      error.message,
      `Cannot load tiny/gpt2 without the hub as the revision "main" must be in the cache ${settings.cache}: it is not; load it once with a connection`,
    );
    const online = [hubResolver({ settings })];
    (await load("tiny/gpt2", { resolvers: online })).dispose();
    const folder = join(settings.cache, "models--tiny--gpt2");
    Deno.removeSync(join(folder, "snapshots", server.commit, "model.safetensors"));
    const missing = await assertRejects(() => load("hf://tiny/gpt2", { resolvers }), HubError);
    assertEquals(
      missing.message,
      `Cannot load tiny/gpt2 without the hub as model.safetensors of the commit ${server.commit} must be in the cache ${settings.cache}: it is not; load it once with a connection`,
    );
    assertEquals(missing.file, "model.safetensors");
    (await load("tiny/gpt2", { resolvers: online })).dispose();
    Deno.removeSync(join(folder, ".no_exist"), { recursive: true });
    const { message } = await assertRejects(() => load("hf://tiny/gpt2", { resolvers }), HubError);
    assert(
      message.includes("tokenizer.json of the commit"),
      "a model may not lose its text unseen",
    );
    assert(message.endsWith(`or load the folder ${folder}/snapshots/${server.commit} as it is`));
    // Python's list of a commit's files says so too.
    Deno.mkdirSync(join(folder, "trees"));
    Deno.writeTextFileSync(
      join(folder, "trees", `${server.commit}.json`),
      JSON.stringify({ format_version: 1, files: { "config.json": {} } }),
    );
    (await load("hf://tiny/gpt2", { resolvers })).dispose();
  });
});

Deno.test("load() says of a name that no hub knows that it is nothing else either", async () => {
  await withHub(async (server, settings, { wait }) => {
    const suffix =
      "; nor does a model of this name ship with the library, nor is there such a folder";
    const said = async (name: string, answer: () => Response, offline = false) => {
      server.misbehave = answer;
      const resolvers = [hubResolver({ settings, wait })];
      return (await assertRejects(() => load(name, { resolvers, offline }), HubError)).message;
    };
    const unknown = () => new Response(null, { status: 401 });
    const gated = () =>
      new Response(null, { status: 401, headers: { "x-error-code": "GatedRepo" } });
    assert((await said("unheard", unknown)).endsWith(`status is 401${suffix}`));
    assert((await said("unheard", unknown, true)).endsWith(suffix), "offline");
    assert(!(await said("hf://unheard", unknown)).includes(suffix), "it can mean nothing else");
    assert(!(await said("unheard", gated)).includes(suffix), "the hub knows it");
  });
});

Deno.test("load() refuses what it could not load before it fetches the weights", async () => {
  await withHub(async (server, settings) => {
    const resolvers = [hubResolver({ settings })];
    const config = JSON.parse(new TextDecoder().decode(server.files.get("config.json")));
    const refused = async (fields: object, message: string) => {
      Deno.removeSync(settings.cache, { recursive: true });
      const text = JSON.stringify({ ...config, ...fields });
      server.files.set("config.json", new TextEncoder().encode(text));
      await assertRejects(() => load("tiny/gpt2", { resolvers }), CheckpointError, message);
    };
    Deno.mkdirSync(settings.cache);
    await refused({ model_type: "mamba" }, "model_type must be that of a decoder");
    await refused({ quantization_config: { quant_method: "gptq" } }, "are packed by GPTQ");
    assertEquals(server.fetched.filter((file) => file !== "config.json"), []);
  });
});

Deno.test("load() names the containers of a model on a hub that has no safetensors", async () => {
  await withHub(async (server, settings) => {
    const resolvers = [hubResolver({ settings })];
    server.files.delete("model.safetensors");
    const error = await assertRejects(() => load("tiny/gpt2", { resolvers }), CheckpointError);
    assertEquals(
      error.message,
      "Cannot read tiny/gpt2 as it must hold model.safetensors or model.safetensors.index.json, and holds a pickled checkpoint, pytorch_model.bin: write it as safetensors in Python with AutoModelForCausalLM.from_pretrained(folder).save_pretrained(other_folder), on a machine that trusts it",
    );
    server.files.delete("config.json");
    server.files.set("tiny.Q4_K_M.gguf", new Uint8Array(1));
    Deno.removeSync(settings.cache, { recursive: true });
    const { message } = await assertRejects(
      () => load("tiny/gpt2", { resolvers }),
      CheckpointError,
    );
    assert(message.includes("and holds GGUF, tiny.Q4_K_M.gguf: load the checkpoint"), message);
    assert(server.fetched.every((file) => !/bin|gguf|py$/.test(file)));
  });
});

Deno.test("load() shows progress in megabytes, and none where it is switched off", async () => {
  await withHub(async (_, settings) => {
    const shown: string[] = [];
    const output = {
      show: (drawing: { "text/plain": string }) => shown.push(drawing["text/plain"]),
    };
    const quiet = hubResolver({ settings, output });
    (await load("tiny/gpt2", { resolvers: [quiet] })).dispose();
    assertEquals(shown, []);
    Deno.removeSync(settings.cache, { recursive: true });
    const loud = hubResolver({ settings: { ...settings, progress: true }, output });
    (await load("tiny/gpt2", { resolvers: [loud] })).dispose();
    assertEquals([shown[0], shown.at(-1)], [
      "Fetching tiny/gpt2, MB: 0 of 1",
      "Fetching tiny/gpt2, MB: 1 of 1",
    ]);
    const count = shown.length;
    (await load("tiny/gpt2", { resolvers: [loud] })).dispose();
    assertEquals(shown.length, count, "there is nothing to fetch");
  });
});

Deno.test("hub passes over what is no name of a model", async () => {
  for (
    const name of [
      "no such model",
      "./gpt2",
      "/gpt2",
      "a/b/c",
      "a--b",
      "..",
      "",
      new URL("file:///a/b"),
    ]
  ) {
    assertEquals(await hub.resolve(name), null, String(name));
  }
});
