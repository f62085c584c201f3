import { assert, assertEquals, assertStringIncludes, assertThrows } from "../../assert.ts";
import { CheckpointError, openSafetensors } from "../../../lib/model/files/mod.ts";
import { badFiles } from "./bad_files.ts";
import { inFolder, rawSafetensors } from "./raw_safetensors.ts";
import { processorTime } from "../../processor_time.ts";

for (const [why, bytes, says] of badFiles) {
  Deno.test(`openSafetensors() refuses a file: ${why}`, async () => {
    await inFolder((folder) => {
      const file = `${folder}/model.safetensors`;
      Deno.writeFileSync(file, bytes);
      const start = processorTime();
      const error = assertThrows(() => openSafetensors(file), CheckpointError);
      assert(processorTime() - start < 1000, "took a second");
      assertEquals(error.file, file);
      assertStringIncludes(error.message, file);
      assertStringIncludes(error.message, says);
    });
  });
}

Deno.test("openSafetensors() names the tensor that is wrong, and what was expected", async () => {
  await inFolder((folder) => {
    const file = `${folder}/model.safetensors`;
    const header = { "h.0.w": { dtype: "F8", shape: [1], data_offsets: [0, 1] } };
    Deno.writeFileSync(file, rawSafetensors(header, new Uint8Array(1)));
    const error = assertThrows(() => openSafetensors(file), CheckpointError);
    assertEquals(error.tensor, "h.0.w");
    assertEquals(
      error.expected,
      "its dtype must be one of F32, F16, BF16, F64, I64, I32, I16, I8, U8, BOOL",
    );
    assertEquals(
      error.message,
      `Cannot read tensor "h.0.w" of ${file} as ${error.expected}: current value is "F8"`,
    );
  });
});

Deno.test("openSafetensors() holds no more than 64 MB for any bad file", async () => {
  await inFolder(async (folder) => {
    badFiles.forEach(([, bytes], index) => Deno.writeFileSync(`${folder}/${index}`, bytes));
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("memory_probe.ts", import.meta.url).href, "refuse"].concat(
        badFiles.map((_, index) => `${folder}/${index}`),
      ),
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const { grown, refused } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(refused, badFiles.length);
    // All together, since a peak is never forgotten.
    assert(grown < 64e6, `${grown} bytes`);
  });
});

Deno.test("openSafetensors() refuses a header of 150 MB that is there", async () => {
  await inFolder((folder) => {
    const file = `${folder}/model.safetensors`;
    Deno.writeFileSync(file, rawSafetensors("{}", undefined, 150_000_000n));
    Deno.truncateSync(file, 200_000_000); // a hole: it takes no space
    const start = processorTime();
    assertThrows(() => openSafetensors(file), CheckpointError, "must have at most 4194304 bytes");
    assert(processorTime() - start < 100);
  });
});

Deno.test("openSafetensors() reads tensors whose order in the header is not that in the data", async () => {
  await inFolder((folder) => {
    const file = `${folder}/model.safetensors`;
    const entry = (start: number): object => ({
      dtype: "U8",
      shape: [2],
      data_offsets: [start, start + 2],
    });
    Deno.writeFileSync(
      file,
      rawSafetensors(
        { b: entry(2), __metadata__: { format: "pt" }, a: entry(0) },
        Uint8Array.of(1, 2, 3, 4),
      ),
    );
    const tensors = openSafetensors(file);
    assertEquals([...tensors.keys()], ["b", "a"]);
    assertEquals([...tensors.get("a")!.readIntegers()], [1, 2]);
    assertEquals([...tensors.get("b")!.readIntegers()], [3, 4]);
  });
});

Deno.test("openSafetensors() takes empty tensors, single numbers, padding and strange names", async () => {
  await inFolder((folder) => {
    const file = `${folder}/model.safetensors`;
    const header = JSON.stringify({
      "": { dtype: "F32", shape: [0, 7], data_offsets: [0, 0] },
      "__proto__x": { dtype: "U8", shape: [], data_offsets: [0, 1] },
    }).replace("__proto__x", "__proto__") + "    ";
    Deno.writeFileSync(file, rawSafetensors(header, Uint8Array.of(9)));
    const tensors = openSafetensors(file);
    assertEquals(tensors.get("")!.read().length, 0);
    assertEquals([...tensors.get("__proto__")!.readIntegers()], [9]);
    assertEquals(tensors.get("__proto__")!.shape, []);
  });
});

Deno.test("openSafetensors() takes a file with no tensors", async () => {
  await inFolder((folder) => {
    Deno.writeFileSync(`${folder}/x`, rawSafetensors("{}"));
    assertEquals(openSafetensors(`${folder}/x`).size, 0);
  });
});

Deno.test("openSafetensors() follows a link and refuses a folder and a missing file", async () => {
  await inFolder((folder) => {
    Deno.writeFileSync(`${folder}/blob`, rawSafetensors("{}"));
    Deno.symlinkSync(`${folder}/blob`, `${folder}/link`);
    assertEquals(openSafetensors(`${folder}/link`).size, 0);
    assertThrows(() => openSafetensors(folder), CheckpointError, "it must be a regular file");
    assertThrows(() => openSafetensors(`${folder}/none`), CheckpointError, "it must exist");
  });
});

Deno.test("openSafetensors() takes a file URL", async () => {
  await inFolder((folder) => {
    Deno.writeFileSync(`${folder}/x`, rawSafetensors("{}"));
    assertEquals(openSafetensors(new URL(`file://${folder}/x`)).size, 0);
  });
});
