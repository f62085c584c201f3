import { blobHash, wrongHash } from "../../../lib/zoo/hub/blob_hash.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../model/fixture.ts";

Deno.test("blobHash() computes the SHA-256 and what git names a file", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/x`;
    Deno.writeTextFileSync(path, "hello\n");
    // echo hello | git hash-object --stdin; echo hello | sha256sum
    const git = "ce013625030ba8dba906f756967f9e9ca394464a";
    const sha = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    assertEquals(await blobHash(path, "git"), git);
    assertEquals(await blobHash(path, "sha256"), sha);
    assertEquals(await wrongHash(path, { kind: "git", name: git }), null);
    assertEquals(await wrongHash(path, { kind: "sha256", name: "0".repeat(64) }), sha);
    assertEquals(await wrongHash(path, { kind: "opaque", name: "anything" }), null);
    // Longer than one piece.
    Deno.writeFileSync(path, new Uint8Array(2 ** 20 + 1));
    const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(2 ** 20 + 1));
    assertEquals(await blobHash(path, "sha256"), new Uint8Array(digest).toHex());
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(() => blobHash(path, "sha256", signal), Error, "enough");
  });
});
