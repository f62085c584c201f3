import { DownloadPlan, downloadPlan, HubError, hubResolver, load } from "../../../lib/zoo/mod.ts";
import { CheckpointError } from "../../../lib/model/mod.ts";
import { display } from "../../../lib/show/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { readFixture, withFolder, writePlain } from "../../model/fixture.ts";
import { withHub } from "./mock_hub.ts";

Deno.test("downloadPlan() says how much would be fetched, and fetches but the settings for it", async () => {
  await withHub(async (hub, settings) => {
    const [config, weights] = ["config.json", "model.safetensors"].map((name) =>
      hub.files.get(name)!.length
    ) as [number, number];
    const plan = await downloadPlan("tiny/gpt2", { settings });
    assertEquals(hub.fetched, ["config.json"]);
    assertEquals(plan.files, [
      { name: "config.json", bytes: config, cached: true },
      { name: "model.safetensors", bytes: weights, cached: false },
    ]);
    assertEquals([plan.bytes, plan.missing], [config + weights, weights]);
    (await load("tiny/gpt2", { resolvers: [hubResolver({ settings })] })).dispose();
    assertEquals((await downloadPlan("hf://tiny/gpt2", { settings, offline: true })).missing, 0);
  });
});

Deno.test("downloadPlan() counts the shards that are needed", async () => {
  await withHub(async (hub, settings) => {
    const plain = await readFixture("gpt2");
    await withFolder((folder) => {
      writePlain(folder, plain, { shard: 1 });
      hub.files.clear();
      for (const { name } of Deno.readDirSync(folder)) {
        hub.files.set(name, Deno.readFileSync(`${folder}/${name}`));
      }
    });
    const all = await downloadPlan("tiny/gpt2", { settings });
    const shards = [...hub.files.keys()].filter((name) => name.endsWith(".safetensors")).sort();
    assertEquals(all.files.map(({ name }) => name), [
      "config.json",
      "model.safetensors.index.json",
      ...shards,
    ]);
    const first = await downloadPlan("tiny/gpt2", { settings, first: 1 });
    assert(first.files.length < all.files.length && first.missing < all.missing);
    await assertRejects(
      () => downloadPlan("tiny/gpt2", { settings, first: 7 }),
      RangeError,
      "first",
    );
  });
});

Deno.test("downloadPlan() refuses an index that leads elsewhere, and settings that are no JSON or too long", async () => {
  await withHub(async (hub, settings) => {
    const config = hub.files.get("config.json")!;
    const refused = async (
      files: Record<string, string | Uint8Array<ArrayBuffer>>,
      says: string,
      kind: typeof CheckpointError | typeof HubError = CheckpointError,
    ) => {
      await Deno.remove(settings.cache, { recursive: true }).catch(() => {});
      hub.files.clear();
      hub.asked = [];
      hub.files.set("config.json", config);
      for (const [name, text] of Object.entries(files)) {
        hub.files.set(name, typeof text === "string" ? new TextEncoder().encode(text) : text);
      }
      const error = await assertRejects(() => downloadPlan("tiny/gpt2", { settings }), Error);
      assert(error instanceof kind && error.message.includes(says), error.message);
      assert(hub.asked.every(({ file }) => !file.includes("outside")));
    };
    const index = "model.safetensors.index.json";
    const map = (file: unknown) =>
      JSON.stringify({ weight_map: { "transformer.wte.weight": file } });
    for (
      const file of [
        "../outside.safetensors",
        "/outside.safetensors",
        "a/outside.safetensors",
        "outside.bin",
        3,
      ]
    ) {
      await refused({ [index]: map(file) }, "must be a .safetensors file of the same folder");
    }
    await refused({ [index]: '{"weight_map": []}' }, "weight_map must be an object");
    await refused({ "config.json": "{" }, "it must be JSON");
    await refused({ "config.json": '{"a": 1, "a": 2}' }, "each key once");
    await refused({ "config.json": "[".repeat(100_000) }, "must not be nested deeper");
    await refused({ "config.json": "\xff\xfe" }, "it must be JSON");
    await refused(
      { "config.json": new Uint8Array(5 * 2 ** 20) },
      "it must have at most 4194304 bytes: it has 5242880",
      HubError,
    );
  });
});

Deno.test("downloadPlan() refuses names and options that it does not know", async () => {
  await assertRejects(
    () => downloadPlan("./gpt2"),
    RangeError,
    'Cannot plan a download as its name must be that of a model on a hub, such as "EleutherAI/pythia-70m": current value is "./gpt2"',
  );
  await assertRejects(
    () => downloadPlan("a/b", { revison: "main" } as object),
    TypeError,
    'perhaps "revision" is meant',
  );
});

Deno.test("DownloadPlan draws itself: the files, how much, and from where", () => {
  const at = { id: "a/b", commit: "c".repeat(40), source: "https://h/a/b/tree/c", folder: "/f" };
  const plan = new DownloadPlan(at, [
    { name: "config.json", bytes: 800, cached: true },
    { name: "model.safetensors", bytes: 166_029_852, cached: false },
  ]);
  const text = plan[display]()["text/plain"];
  for (
    const part of [
      "a/b: 166 MB to fetch",
      "800 B",
      "in the cache",
      "to fetch",
      "166 MB in all, from https://h/a/b/tree/c.",
    ]
  ) {
    assert(text.includes(part), text);
  }
  assertEquals(Deno.inspect(plan), text);
  assertEquals(plan.toJSON(), {
    ...at,
    files: plan.files,
    bytes: 166_030_652,
    missing: 166_029_852,
  });
  const unknown = new DownloadPlan(at, [{ name: "x", bytes: NaN, cached: false }]);
  assert(unknown[display]()["text/plain"].includes("a/b: of unknown size to fetch"));
});
