import { assertEquals, assertThrows } from "../../assert.ts";
import { CheckpointError } from "../../../lib/model/files/mod.ts";
import { StoredFile } from "../../../lib/model/files/stored_file.ts";
import { counting, inFolder } from "./raw_safetensors.ts";

Deno.test("StoredFile reads in pieces of at most 1 MiB, in order", async () => {
  await inFolder((folder) => {
    const bytes = counting(3 * 2 ** 20 + 5);
    Deno.writeFileSync(`${folder}/x`, bytes);
    const sizes: number[] = [];
    const all = new Uint8Array(bytes.length - 1);
    new StoredFile(`${folder}/x`).read(1, all.length, (piece, at) => {
      sizes.push(piece.length);
      all.set(piece, at);
    });
    assertEquals(sizes, [2 ** 20, 2 ** 20, 2 ** 20, 4]);
    assertEquals(all.every((byte, index) => byte === bytes[index + 1]), true);
  });
});

Deno.test("StoredFile notices that its file changed, shrank or went", async () => {
  await inFolder((folder) => {
    const path = `${folder}/x`;
    Deno.writeFileSync(path, counting(8));
    Deno.utimeSync(path, 1, 1);
    const file = new StoredFile(path);
    file.check();
    Deno.writeFileSync(path, counting(8));
    assertThrows(
      () => file.readInto(0, new Uint8Array(8)),
      CheckpointError,
      `Cannot read ${path} as it must not change while it is in use`,
    );
    Deno.utimeSync(path, 1, 1);
    file.readInto(0, new Uint8Array(8));
    Deno.truncateSync(path, 7);
    Deno.utimeSync(path, 1, 1);
    assertThrows(() => file.check(), CheckpointError, "must not change");
    Deno.removeSync(path);
    assertThrows(() => file.check(), CheckpointError, "it must exist");
  });
});

Deno.test("StoredFile refuses a device, which has no length", {
  ignore: Deno.build.os === "windows",
}, () => {
  assertThrows(() => new StoredFile("/dev/zero"), CheckpointError, "it must be a regular file");
});
