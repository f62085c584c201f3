import { assertEquals, assertRejects } from "../../assert.ts";
import { CheckpointError, openCheckpoint, writeSafetensors } from "../../../lib/model/files/mod.ts";
import { inFolder } from "./raw_safetensors.ts";

const index = "model.safetensors.index.json";
const one = { dtype: "F32" as const, shape: [1], values: [1] };

/** Writes shards and an index into a folder. */
function write(folder: string, shards: Record<string, string[]>, weightMap: unknown): void {
  for (const [name, tensors] of Object.entries(shards)) {
    writeSafetensors(`${folder}/${name}`, new Map(tensors.map((tensor) => [tensor, one])));
  }
  Deno.writeTextFileSync(`${folder}/${index}`, JSON.stringify({ weight_map: weightMap }));
}

const a = "model-00001-of-00002.safetensors";
const b = "model-00002-of-00002.safetensors";

Deno.test("openCheckpoint() opens one file, and shards by their index", async () => {
  await inFolder(async (folder) => {
    write(folder, { [a]: ["x", "y"], [b]: ["z"] }, { x: a, z: b, y: a });
    const sharded = await openCheckpoint(folder);
    assertEquals(sharded.files, [`${folder}/${a}`, `${folder}/${b}`]);
    assertEquals([...sharded.tensors.keys()], ["x", "y", "z"]);
    assertEquals(sharded.tensors.get("z")!.file, `${folder}/${b}`);

    writeSafetensors(`${folder}/model.safetensors`, new Map([["w", one]]));
    const single = await openCheckpoint(new URL(`file://${folder}/`));
    assertEquals(single.files, [`${folder}/model.safetensors`]);
    assertEquals([...single.tensors.keys()], ["w"]);
  });
});

Deno.test("openCheckpoint() follows shards that are links, as a hub's cache has them", async () => {
  await inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/blobs`);
    Deno.mkdirSync(`${folder}/snapshot`);
    writeSafetensors(`${folder}/blobs/0`, new Map([["x", one]]));
    Deno.symlinkSync("../blobs/0", `${folder}/snapshot/${a}`);
    write(`${folder}/snapshot`, {}, { x: a });
    assertEquals((await openCheckpoint(`${folder}/snapshot`)).tensors.get("x")!.read()[0], 1);
  });
});

Deno.test("openCheckpoint() says what a folder without safetensors has instead", async () => {
  await inFolder(async (folder) => {
    const says = `Cannot read ${folder} as it must hold model.safetensors or ${index}`;
    await assertRejects(() => openCheckpoint(folder), CheckpointError, says);
    Deno.writeTextFileSync(`${folder}/pytorch_model.bin`, "");
    await assertRejects(
      () => openCheckpoint(folder),
      CheckpointError,
      says +
        ", and holds a pickled checkpoint, pytorch_model.bin: write it as safetensors in Python with",
    );
  });
});

const bad: [why: string, shards: Record<string, string[]>, weightMap: unknown, says: string][] = [
  ["no weight_map", {}, undefined, "its weight_map must be an object of file names"],
  ["a weight_map that is a list", {}, [a], "its weight_map must be an object of file names"],
  ["a missing shard", { [a]: ["x"] }, { x: a, y: b }, `${b} as it must exist, as `],
  ["a shard without the tensor", { [a]: ["x"] }, { x: a, y: a }, `tensor "y" of`],
  ["a shard with a tensor too many", { [a]: ["x", "y"] }, { x: a }, `tensor "y" of`],
  ["a tensor in another shard", { [a]: ["x"], [b]: ["y"] }, { x: b, y: a }, `must be in ${a}`],
  [
    "a tensor in two shards",
    { [a]: ["x"], [b]: ["x", "y"] },
    { x: a, y: b },
    "must be in one file only",
  ],
  ["a shard that is a number", {}, { x: 1 }, "must be a .safetensors file of the same folder"],
  ["a way out of the folder", {}, { x: "../model.safetensors" }, "file of the same folder"],
  ["a way out, backwards", {}, { x: "..\\model.safetensors" }, "file of the same folder"],
  ["an absolute path", {}, { x: "/etc/model.safetensors" }, "file of the same folder"],
  ["a control", {}, { x: "\x1b[2J.safetensors" }, "file of the same folder"],
  ["a drive", {}, { x: "C:model.safetensors" }, "file of the same folder"],
  ["a zero character", {}, { x: "a\0.safetensors" }, "file of the same folder"],
  ["another kind of file", {}, { x: "config.json" }, "file of the same folder"],
];
for (const [why, shards, weightMap, says] of bad) {
  Deno.test(`openCheckpoint() refuses an index: ${why}`, async () => {
    await inFolder(async (folder) => {
      write(folder, shards, weightMap);
      await assertRejects(() => openCheckpoint(folder), CheckpointError, says);
    });
  });
}

Deno.test("openCheckpoint() refuses an index that names a tensor twice", async () => {
  await inFolder(async (folder) => {
    write(folder, { [a]: ["x"] }, {});
    Deno.writeTextFileSync(`${folder}/${index}`, `{"weight_map":{"x":"${a}","x":"${b}"}}`);
    await assertRejects(() => openCheckpoint(folder), CheckpointError, "each key once");
  });
});
