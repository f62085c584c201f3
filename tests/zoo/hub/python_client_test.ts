/**
 * The cache as Python's own client reads and writes it. `INNERWORKS_HUB_PYTHON` is a Python with `huggingface_hub`.
 *
 * @module
 */

import { extraTextFiles, olderTextFiles, textFiles } from "../../../lib/zoo/hub/model_files.ts";
import { join } from "node:path";
import { hubResolver, type HubSettings, hubSettings, load } from "../../../lib/zoo/mod.ts";
import { findToken } from "../../../lib/zoo/hub/hub_settings.ts";
import { withFileLock } from "../../../lib/zoo/hub/file_lock.ts";
import { checkExpected } from "../../model/families/families_check.ts";
import { withFolder } from "../../model/fixture.ts";
import { assert, assertEquals } from "../../assert.ts";
import { etagOf, type MockHub, pathsIn, withHub } from "./mock_hub.ts";

const python = Deno.env.get("INNERWORKS_HUB_PYTHON");
const ignore = python === undefined; // needs INNERWORKS_HUB_PYTHON, a Python with huggingface_hub

/** Starts a script in Python, with the hub and the cache of a test. */
function start(script: string, hub: MockHub, settings: HubSettings): Deno.ChildProcess {
  return new Deno.Command(python!, {
    args: ["-c", script],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HF_ENDPOINT: hub.endpoint,
      HF_HUB_CACHE: settings.cache,
      HF_HOME: join(settings.cache, "..", "home"),
      HF_HUB_DISABLE_XET: "1",
      HF_HUB_DISABLE_TELEMETRY: "1",
      HF_HUB_DISABLE_PROGRESS_BARS: "1",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** What a script prints, as JSON. */
async function ran(script: string, hub: MockHub, settings: HubSettings): Promise<unknown> {
  const child = start(script, hub, settings);
  await child.stdin.close();
  const { success, stdout, stderr } = await child.output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test({
  name: "what load() keeps, Python's client finds: offline, complete and without complaint",
  ignore,
  fn: () =>
    withHub(async (hub, settings) => {
      (await load("tiny/gpt2", { resolvers: [hubResolver({ settings })] })).dispose();
      const before = pathsIn(settings.cache);
      hub.asked = [];
      const said = await ran(
        `
import json, os
from huggingface_hub import hf_hub_download, scan_cache_dir, try_to_load_from_cache
from huggingface_hub.file_download import _CACHED_NO_EXIST
local = lambda name, **more: hf_hub_download("tiny/gpt2", name, local_files_only=True, **more)
found = scan_cache_dir()
repo = next(iter(found.repos))
revision = next(iter(repo.revisions))
print(json.dumps({
  "config": json.load(open(local("config.json")))["model_type"],
  "weights": os.path.getsize(local("model.safetensors", revision="${hub.commit}")),
  "absent": try_to_load_from_cache("tiny/gpt2", "tokenizer.json") is _CACHED_NO_EXIST,
  "warnings": [str(warning) for warning in found.warnings],
  "repos": [repo.repo_id, repo.repo_type, len(found.repos), repo.size_on_disk],
  "revision": [revision.commit_hash, sorted(revision.refs), sorted(f.file_name for f in revision.files)],
}))`,
        hub,
        settings,
      );
      const [config, weights] = ["config.json", "model.safetensors"].map((name) =>
        hub.files.get(name)!.length
      ) as [number, number];
      assertEquals(said, {
        config: "gpt2",
        weights,
        absent: true,
        warnings: [],
        repos: ["tiny/gpt2", "model", 1, config + weights],
        revision: [hub.commit, ["main"], ["config.json", "model.safetensors"]],
      });
      assertEquals(hub.asked, []);
      // Asked again with the network, it fetches nothing, and writes nothing that we had not.
      await ran(
        `
from huggingface_hub import hf_hub_download
hf_hub_download("tiny/gpt2", "config.json")
hf_hub_download("tiny/gpt2", "model.safetensors")
print("{}")`,
        hub,
        settings,
      );
      assertEquals(hub.asked.filter(({ method }) => method === "GET"), []);
      assertEquals(pathsIn(settings.cache), before);
    }),
});

Deno.test({
  name: "what Python's client keeps, load() finds: file by file, and as a snapshot",
  ignore,
  fn: () =>
    withHub(async (hub, settings) => {
      await ran(
        `
from huggingface_hub import hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import EntryNotFoundError
hf_hub_download("tiny/gpt2", "config.json")
hf_hub_download("tiny/gpt2", "model.safetensors", revision="refs/pr/1")
for name in ${JSON.stringify([...textFiles, ...olderTextFiles, ...extraTextFiles])}:
    try:
        hf_hub_download("tiny/gpt2", name)
    except EntryNotFoundError:
        pass
print("{}")`,
        hub,
        settings,
      );
      const before = pathsIn(settings.cache);
      hub.asked = [];
      const resolvers = [hubResolver({ settings })];
      const model = await load("tiny/gpt2", { resolvers, offline: true });
      await checkExpected(model, "gpt2", 1e-4);
      model.dispose();
      (await load("tiny/gpt2", { resolvers, revision: "refs/pr/1" })).dispose();
      assertEquals(hub.asked.map(({ method, file }) => `${method} ${file}`), ["HEAD config.json"]);
      assertEquals(pathsIn(settings.cache), before, "nothing is written twice");
      // A snapshot comes with a list of all files, by which we know that there is no tokenizer.
      await Deno.remove(settings.cache, { recursive: true });
      await ran(
        `
from huggingface_hub import snapshot_download
snapshot_download("tiny/gpt2", allow_patterns=["*.json", "*.safetensors"])
print("{}")`,
        hub,
        settings,
      );
      hub.asked = [];
      (await load("tiny/gpt2", { resolvers, offline: true })).dispose();
      assertEquals(hub.asked, []);
    }),
});

Deno.test({
  name: "load() and Python's client share a cache without links",
  ignore,
  fn: () =>
    withHub(async (hub, settings) => {
      const copies = { ...settings, links: false };
      (await load("tiny/gpt2", { resolvers: [hubResolver({ settings: copies })] })).dispose();
      assertEquals(pathsIn(settings.cache).filter((path) => path.includes("->")), []);
      const said = await ran(
        `
import json
from huggingface_hub import hf_hub_download
path = hf_hub_download("tiny/gpt2", "model.safetensors", local_files_only=True)
print(json.dumps(open(path, "rb").read() == open(hf_hub_download("tiny/gpt2", "model.safetensors"), "rb").read()))`,
        hub,
        settings,
      );
      assertEquals(said, true);
    }),
});

Deno.test({
  name: "load() waits for the lock that Python's client holds, and takes what it fetched",
  ignore,
  fn: () =>
    withHub(async (hub, settings) => {
      const etag = etagOf("model.safetensors", hub.files.get("model.safetensors")!);
      const lock = join(settings.cache, ".locks", "models--tiny--gpt2", `${etag}.lock`);
      // Python holds the lock and fetches; we come meanwhile.
      const child = start(
        `
import sys
from pathlib import Path
from huggingface_hub import hf_hub_download
from huggingface_hub.utils import WeakFileLock
path = Path(${JSON.stringify(lock)})
path.parent.mkdir(parents=True, exist_ok=True)
with WeakFileLock(path):
    print("held", flush=True)
    sys.stdin.read(1)
hf_hub_download("tiny/gpt2", "model.safetensors")`,
        hub,
        settings,
      );
      const reader = child.stdout.getReader();
      await reader.read();
      let entered = false;
      const ours = withFileLock(lock, () => {
        entered = true;
        return Promise.resolve();
      });
      await new Promise((resolve) => setTimeout(resolve, 200)); // four tries of ours
      assertEquals(entered, false);
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode("\n"));
      await writer.close();
      await ours;
      assert(entered);
      await reader.cancel();
      const { success } = await child.status;
      await child.stderr.cancel();
      assert(success);
      hub.asked = [];
      (await load("tiny/gpt2", { resolvers: [hubResolver({ settings })] })).dispose();
      assertEquals(hub.fetched, ["config.json"]);
    }),
});

Deno.test({
  name: "Python's client waits for the lock that we hold",
  ignore,
  fn: () =>
    withHub(async (hub, settings) => {
      const lock = join(settings.cache, ".locks", "ours.lock");
      const script = `
import json
from filelock import FileLock, Timeout
try:
    with FileLock(${JSON.stringify(lock)}, timeout=0.1):
        print(json.dumps("entered"))
except Timeout:
    print(json.dumps("waited"))`;
      const said = await withFileLock(lock, () => ran(script, hub, settings));
      assertEquals(said, "waited");
      assertEquals(await ran(script, hub, settings), "entered");
    }),
});

Deno.test({
  name: "hubSettings() and findToken() read the environment as Python's client does",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      Deno.mkdirSync(join(folder, "h"));
      Deno.writeTextFileSync(join(folder, "h", "token"), "hf_file\n");
      const cases: Record<string, string>[] = [
        {},
        { XDG_CACHE_HOME: "/x" },
        { HF_HOME: "~/h" },
        { HF_HOME: "~/h", HF_TOKEN: " hf_variable\n" },
        { HF_HOME: "~/h", HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" },
        { HUGGING_FACE_HUB_TOKEN: "hf_old" },
        { HF_HOME: "$BASE/${PART}x/$NONE", BASE: "/b", PART: "p", XDG_CACHE_HOME: "/x" },
        { HUGGINGFACE_HUB_CACHE: "/old", HF_HOME: "/h" },
        { HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "~/new" },
        { HF_TOKEN_PATH: "~/h/token" },
        { HF_ENDPOINT: "https://mirror.example/" },
        { HF_HUB_OFFLINE: "on" },
        { HF_HUB_OFFLINE: "0", TRANSFORMERS_OFFLINE: "1" },
        { TRANSFORMERS_OFFLINE: "YES", HF_HUB_DISABLE_SYMLINKS: "true" },
      ].map((variables) => ({ HOME: folder, ...variables }));
      const script = `
import importlib, json, os, sys
from huggingface_hub import constants
from huggingface_hub.utils import build_hf_headers
said = []
for environment in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(environment)
    importlib.reload(constants)
    said.append([
      constants.ENDPOINT, constants.HF_HUB_CACHE, constants.HF_HUB_OFFLINE,
      not constants.HF_HUB_DISABLE_SYMLINKS, build_hf_headers().get("authorization"),
    ])
print(json.dumps(said))
`;
      const child = new Deno.Command(python!, {
        args: ["-c", script],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(JSON.stringify(cases)));
      await writer.close();
      const { stdout } = await child.output();
      const said = JSON.parse(new TextDecoder().decode(stdout));
      const ours = await Promise.all(cases.map(async (environment) => {
        const settings = hubSettings(environment);
        const { endpoint, cache, offline, links } = settings;
        const token = await findToken(undefined, settings, environment);
        return [endpoint, cache, offline, links, token === null ? null : `Bearer ${token}`];
      }));
      assertEquals(ours, said);
    }),
});
