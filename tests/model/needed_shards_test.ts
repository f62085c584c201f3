import { checkConfig, neededShards } from "../../lib/model/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { readFixture, withFolder, writePlain } from "./fixture.ts";

Deno.test("neededShards() lists the shards of the layers that are wanted", async () => {
  const plain = await readFixture("gpt2");
  await withFolder((folder) => {
    writePlain(folder, plain, { shard: 2 });
    const all = [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(".safetensors")).sort();
    // Their contents are not asked for.
    for (const name of all) Deno.removeSync(`${folder}/${name}`);
    assertEquals(neededShards(folder), all);
    const { weight_map } = JSON.parse(
      Deno.readTextFileSync(`${folder}/model.safetensors.index.json`),
    );
    const some = neededShards(folder, { first: 1 });
    assert(some.length < all.length);
    const wanted = Object.entries<string>(weight_map)
      .filter(([name]) => !name.startsWith("transformer.h.1.")).map(([, file]) => file);
    assertEquals(some, [...new Set(wanted)].sort());
    assertThrows(() => neededShards(folder, { first: 3 }), RangeError, "first must be");
  });
});

Deno.test("neededShards() refuses an index that leads out of the folder", async () => {
  const plain = await readFixture("gpt2");
  await withFolder((folder) => {
    writePlain(folder, plain, { shard: 2 });
    for (const file of ["../../other.safetensors", "/etc/passwd.safetensors", "a\\b.safetensors"]) {
      const index = JSON.stringify({ weight_map: { "transformer.wte.weight": file } });
      Deno.writeTextFileSync(`${folder}/model.safetensors.index.json`, index);
      assertThrows(() => neededShards(folder), Error, "file of the same folder");
    }
  });
});

Deno.test("checkConfig() refuses what loading would, without any weights", async () => {
  const plain = await readFixture("gpt2");
  await withFolder((folder) => {
    const write = (fields: object) =>
      Deno.writeTextFileSync(
        `${folder}/config.json`,
        JSON.stringify({ ...plain.config, ...fields }),
      );
    write({});
    checkConfig(folder);
    assertThrows(() => checkConfig(folder, { contextLength: 1e6 }), RangeError, "contextLength");
    assertThrows(() => checkConfig(folder, { first: 9 }), RangeError, "first must be");
    write({ model_type: "mamba" });
    assertThrows(() => checkConfig(folder), Error, "model_type must be that of a decoder");
    write({ strange: 1 });
    assertThrows(() => checkConfig(folder), Error, '"strange"');
    checkConfig(folder, { ignore: ["strange"] });
  });
});
