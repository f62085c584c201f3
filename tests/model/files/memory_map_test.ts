import { assert, assertEquals } from "../../assert.ts";
import { mapFile } from "../../../lib/model/files/memory_map.ts";
import { StoredFile } from "../../../lib/model/files/stored_file.ts";
import { counting, inFolder } from "./raw_safetensors.ts";

// Windows has no mmap, and files are read there.
const ignore = Deno.build.os === "windows";

Deno.test(
  "mapFile() gives the bytes of the file, and a write reaches neither file nor other reader",
  { ignore },
  async () => {
    await inFolder((folder) => {
      Deno.writeFileSync(`${folder}/x`, counting(10_000));
      const buffer = mapFile(new StoredFile(`${folder}/x`))!;
      const bytes = new Uint8Array(buffer);
      assertEquals(bytes.length, 10_000);
      assert(bytes.every((byte, index) => byte === index % 256));
      bytes[5] = 99;
      assertEquals(Deno.readFileSync(`${folder}/x`)[5], 5);
      assertEquals(new Uint8Array(mapFile(new StoredFile(`${folder}/x`))!)[5], 5);
    });
  },
);

Deno.test("mapFile() maps a file once for all its tensors", { ignore }, async () => {
  await inFolder((folder) => {
    Deno.writeFileSync(`${folder}/x`, counting(10));
    const file = new StoredFile(`${folder}/x`);
    assert(mapFile(file) === mapFile(file));
  });
});

Deno.test("mapFile() leaves an empty file to be read", async () => {
  await inFolder((folder) => {
    Deno.writeFileSync(`${folder}/x`, counting(0));
    assertEquals(mapFile(new StoredFile(`${folder}/x`)), null);
  });
});

Deno.test("mapFile() keeps its content when the file is removed or replaced by renaming", {
  ignore,
}, async () => {
  await inFolder((folder) => {
    Deno.writeFileSync(`${folder}/x`, counting(10_000));
    const bytes = new Uint8Array(mapFile(new StoredFile(`${folder}/x`))!);
    Deno.writeFileSync(`${folder}/y`, new Uint8Array(3));
    Deno.renameSync(`${folder}/y`, `${folder}/x`);
    Deno.removeSync(`${folder}/x`);
    assertEquals(bytes[9_999], 9_999 % 256);
  });
});

/** Runs a program in a process of its own and gives what it prints. */
async function output(code: string, ...flags: string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, "data:application/typescript," + encodeURIComponent(code)],
    env: { NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

const modules = `
  import { mapFile } from "${new URL("../../../lib/model/files/memory_map.ts", import.meta.url)}";
  import { StoredFile } from "${new URL(
  "../../../lib/model/files/stored_file.ts",
  import.meta.url,
)}";`;

Deno.test("mapFile() does not ask for the right to call C, and leaves the file to be read", async () => {
  await inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/x`, counting(10));
    const code = `${modules} console.log(mapFile(new StoredFile("${folder}/x")));`;
    assertEquals(await output(code, "--allow-read", "--allow-import", "--no-prompt"), "null\n");
  });
});

Deno.test("mapFile() ends a mapping when the last array on it is collected, not before", {
  ignore: Deno.build.os !== "linux", // it reads /proc
}, async () => {
  await inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/mapped`, counting(100_000));
    const code = `${modules}
      const count = () => Deno.readTextFileSync("/proc/self/maps").split("/mapped").length - 1;
      const collect = async () => {
        for (let i = 0; i < 5; i++) { gc(); await new Promise((done) => setTimeout(done, 20)); }
      };
      let values = [new Float32Array(mapFile(new StoredFile("${folder}/mapped")), 400, 9).subarray(1)];
      await collect();
      const held = [count(), values[0].length];
      values = [];
      await collect();
      console.log(JSON.stringify([...held, count()]));`;
    assertEquals(await output(code, "-A", "--v8-flags=--expose-gc"), "[1,8,0]\n");
  });
});
