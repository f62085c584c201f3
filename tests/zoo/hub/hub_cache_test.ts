import { dirname, join } from "node:path";
import { HubCache } from "../../../lib/zoo/hub/hub_cache.ts";
import { HubError, type HubSettings } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../model/fixture.ts";
import { pathsIn, settingsOf } from "./mock_hub.ts";

const commit = "b".repeat(40), etag = "c".repeat(40);

function scene(
  body: (cache: HubCache, settings: HubSettings) => Promise<void>,
  change: Partial<HubSettings> = {},
): Promise<void> {
  return withFolder((folder) => {
    const settings = { ...settingsOf({ endpoint: "http://127.0.0.1:9" }, folder), ...change };
    return body(new HubCache(settings, "tiny/gpt2"), settings);
  });
}

Deno.test("HubCache keeps what a revision stands for, whole and once", async () => {
  await scene(async (cache, settings) => {
    assertEquals(await cache.commitOf("main"), null);
    assertEquals(await cache.commitOf(commit), commit, "a commit stands for itself");
    await cache.keepCommit("refs/pr/1", commit);
    await cache.keepCommit(commit, commit);
    const file = join(cache.folder, "refs/refs/pr/1");
    assertEquals(Deno.readTextFileSync(file), commit);
    assertEquals(await cache.commitOf("refs/pr/1"), commit);
    assertEquals(pathsIn(settings.cache), ["CACHEDIR.TAG", "models--tiny--gpt2/refs/refs/pr/1"]);
    await cache.keepCommit("refs/pr/1", "d".repeat(40));
    assertEquals(await cache.commitOf("refs/pr/1"), "d".repeat(40));
    for (const text of ["../../../outside", "", "main", "x".repeat(1000)]) {
      Deno.writeTextFileSync(file, text);
      await assertRejects(
        () => cache.commitOf("refs/pr/1"),
        HubError,
        "must hold the name of a commit",
      );
    }
    await cache.keepCommit("refs/pr/1", commit);
    assertEquals(await cache.commitOf("refs/pr/1"), commit, "what is broken is written anew");
  });
});

Deno.test("HubCache links files by relative paths, so that the cache can be moved", async () => {
  await scene(async (cache, settings) => {
    await cache.prepare(commit);
    Deno.writeTextFileSync(cache.blob(etag), "{}");
    assertEquals(await cache.find(commit, "config.json"), null);
    await cache.link(commit, "config.json", etag, { isNew: true });
    await cache.link(commit, "config.json", etag, { isNew: false });
    const path = join(cache.snapshot(commit), "config.json");
    assertEquals(Deno.readLinkSync(path), `../../blobs/${etag}`);
    assertEquals(await cache.find(commit, "config.json"), path);
    const moved = `${settings.cache}-moved`;
    Deno.renameSync(settings.cache, moved);
    const there = new HubCache({ ...settings, cache: moved }, "tiny/gpt2");
    assertEquals(Deno.readTextFileSync((await there.find(commit, "config.json"))!), "{}");
  });
});

Deno.test("HubCache puts files where links are not wanted: a new one itself, a known one as a copy", async () => {
  await scene(async (cache) => {
    await cache.prepare(commit);
    Deno.writeTextFileSync(cache.blob(etag), "new");
    await cache.link(commit, "a", etag, { isNew: true });
    Deno.writeTextFileSync(cache.blob(etag), "known");
    await cache.link(commit, "b", etag, { isNew: false });
    assertEquals(pathsIn(cache.folder), [
      `blobs/${etag}`,
      `snapshots/${commit}/a`,
      `snapshots/${commit}/b`,
    ]);
    assertEquals(Deno.readTextFileSync((await cache.find(commit, "a"))!), "new");
    assertEquals(Deno.readTextFileSync((await cache.find(commit, "b"))!), "known");
  }, { links: false });
});

Deno.test("HubCache replaces a link that leads nowhere, and refuses one that leads out of the cache", async () => {
  await scene(async (cache, settings) => {
    await cache.prepare(commit);
    const path = join(cache.snapshot(commit), "config.json");
    Deno.symlinkSync("../../blobs/gone", path);
    assertEquals(await cache.find(commit, "config.json"), null);
    Deno.writeTextFileSync(cache.blob(etag), "{}");
    await cache.link(commit, "config.json", etag, { isNew: true });
    assertEquals(Deno.readTextFileSync(path), "{}");
    Deno.removeSync(path);
    const outside = join(dirname(settings.cache), "outside");
    Deno.writeTextFileSync(outside, "precious");
    Deno.symlinkSync(outside, path);
    await assertRejects(
      () => cache.find(commit, "config.json"),
      HubError,
      "must lead to a place in the cache",
    );
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    await assertRejects(() => cache.find(commit, "config.json"), HubError, "must be a file");
  });
});

Deno.test("HubCache writes nothing through links that lead out of the cache", async () => {
  for (const name of ["blobs", `snapshots/${commit}`]) {
    await scene(async (cache, settings) => {
      const outside = join(dirname(settings.cache), "outside");
      Deno.mkdirSync(outside);
      Deno.mkdirSync(dirname(join(cache.folder, name)), { recursive: true });
      Deno.symlinkSync(outside, join(cache.folder, name));
      await assertRejects(
        () => cache.prepare(commit),
        HubError,
        "must lead to a place in the cache",
      );
      assertEquals(pathsIn(outside), []);
    });
  }
});

Deno.test("HubCache reads a model whose folder was moved to another disk and linked", async () => {
  await scene(async (cache, settings) => {
    await cache.prepare(commit);
    Deno.writeTextFileSync(cache.blob(etag), "{}");
    await cache.link(commit, "config.json", etag, { isNew: true });
    const elsewhere = join(dirname(settings.cache), "elsewhere");
    Deno.renameSync(cache.folder, elsewhere);
    Deno.symlinkSync(elsewhere, cache.folder);
    assert(await cache.find(commit, "config.json") !== null);
  });
});

Deno.test("HubCache knows what a commit lacks: by its own note, or by Python's list", async () => {
  await scene(async (cache) => {
    assertEquals(await cache.lacks(commit, "tokenizer.json"), false);
    await cache.keepAbsence(commit, "tokenizer.json");
    assertEquals(await cache.lacks(commit, "tokenizer.json"), true);
    assertEquals(await cache.lacks(commit, "vocab.json"), false);
    Deno.mkdirSync(join(cache.folder, "trees"));
    const list = join(cache.folder, "trees", `${commit}.json`);
    Deno.writeTextFileSync(list, '{"format_version": 1, "files": {"merges.txt": {}}}');
    assertEquals(await cache.lacks(commit, "vocab.json"), true);
    assertEquals(await cache.lacks(commit, "merges.txt"), false);
    for (
      const text of [
        "",
        "[",
        "null",
        "3",
        '{"format_version": 2, "files": {}}',
        '{"format_version": 1}',
      ]
    ) {
      Deno.writeTextFileSync(list, text);
      assertEquals(await cache.lacks(commit, "vocab.json"), false, text);
    }
  });
});

Deno.test("HubCache leaves a tag for backups, and does not touch one that is there", async () => {
  await scene(async (cache, settings) => {
    await cache.prepare(commit);
    const tag = join(settings.cache, "CACHEDIR.TAG");
    assert(Deno.readTextFileSync(tag).startsWith("Signature: 8a477f597d28d172789f06886806bc55\n"));
    Deno.writeTextFileSync(tag, "mine");
    await cache.prepare(commit);
    assertEquals(Deno.readTextFileSync(tag), "mine");
  });
});

Deno.test({
  name: "HubCache leaves its notes unwritten where nothing can be written, and says so of files",
  ignore: Deno.build.os !== "linux", // /sys is a folder that not even root can write to
  fn: () =>
    scene(async (cache) => {
      await cache.keepCommit("main", commit);
      await cache.keepAbsence(commit, "tokenizer.json");
      assertEquals(await cache.commitOf("main"), null);
      assertEquals(await cache.lacks(commit, "tokenizer.json"), false);
      const error = await assertRejects(() => cache.prepare(commit), HubError);
      assertEquals(
        error.message,
        "Cannot fetch tiny/gpt2 as the cache /sys must be one that can be written to: it is not; set HF_HUB_CACHE to another folder",
      );
    }, { cache: "/sys" }),
});
