import { folder, load, shipped } from "../../lib/zoo/mod.ts";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CheckpointError } from "../../lib/model/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { fixturePath, withFolder } from "../model/fixture.ts";

Deno.test("shipped knows its own names and no others", async () => {
  const found = await shipped.resolve("seedling");
  assertEquals(found!.name, "seedling");
  assert(String(found!.folder).endsWith("/models/seedling/"));
  for (const name of ["Seedling", "", "../seedling", "toString", new URL("file:///seedling")]) {
    assertEquals(await shipped.resolve(name), null, String(name));
  }
});

Deno.test("folder finds folders, and neither files nor nothing", async () => {
  const path = fixturePath("families/gpt2");
  assertEquals(await folder.resolve(path), { folder: path });
  assertEquals(await folder.resolve(`${path}/config.json`), null);
  assertEquals(await folder.resolve(`${path}/config.json/deeper`), null);
  assertEquals(await folder.resolve("no such folder"), null);
});

Deno.test("folder refuses a folder without config.json whose name a model of a hub may have", async () => {
  const name = `innerworks-${crypto.randomUUID()}`;
  await Deno.mkdir(name);
  try {
    await assertRejects(
      () => folder.resolve(name),
      RangeError,
      `Cannot load "${name}" as it must mean one thing: there is a folder of this name, though without a config.json, and a hub may have such a model; say "./${name}" for the folder or "hf://${name}" for the hub`,
    );
    assertEquals(await folder.resolve(`./${name}`), { folder: `./${name}` });
    await Deno.writeTextFile(join(name, "config.json"), "{}");
    assertEquals(await folder.resolve(name), { folder: name });
  } finally {
    await Deno.remove(name, { recursive: true });
  }
});

Deno.test("folder takes a safetensors file for the folder that it lies in, with that file as its weights", async () => {
  const at = fixturePath("families/gpt2"), path = join(at, "model.safetensors");
  const found = { folder: at, weights: "model.safetensors", source: path };
  assertEquals(await folder.resolve(path), found);
  assertEquals(await folder.resolve(pathToFileURL(path)), found);
  await withFolder(async (other) => {
    await Deno.copyFile(join(at, "config.json"), join(other, "config.json"));
    await Deno.copyFile(path, join(other, "model.other.safetensors"));
    await Deno.writeTextFile(join(other, "model.safetensors"), "broken");
    const model = await load(join(other, "model.other.safetensors"));
    assertEquals(model.architecture.layers, 2);
    assertEquals(model.provenance.source, join(other, "model.other.safetensors"));
    model.dispose();
    await assertRejects(() => load(other), CheckpointError, "it must begin");
  });
});

Deno.test("folder refuses files of weights that are not read, by name", async () => {
  await withFolder(async (at) => {
    for (
      const [name, kind] of [
        ["tiny.gguf", "GGUF"],
        ["model.PT", "a pickled checkpoint"],
        ["tf_model.h5", "a TensorFlow checkpoint"],
      ] as const
    ) {
      const path = join(at, name);
      await Deno.writeTextFile(path, "");
      const error = await assertRejects(() => folder.resolve(path), CheckpointError);
      const start = `Cannot read ${path} as it must be a folder with safetensors, and is ${kind}: `;
      assert(error.message.startsWith(start), error.message);
    }
    await Deno.writeTextFile(join(at, "notes.txt"), "");
    assertEquals(await folder.resolve(join(at, "notes.txt")), null);
  });
});
