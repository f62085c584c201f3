import { unzip } from "../../../lib/tensor/native/unzip.ts";
import { assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { type Packed, zip } from "./zip.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const files: Packed[] = [
  { path: "a/first.txt", content: "plain", deflate: false },
  { path: "ü.txt", content: "again and ".repeat(1000), deflate: true },
  { path: "empty", content: "", deflate: false },
];

Deno.test("unzip() reads stored and deflated files", async () => {
  const entries = unzip(await zip(files));
  assertEquals(entries.map(({ path }) => path), files.map(({ path }) => path));
  for (const [i, { bytes }] of entries.entries()) {
    assertEquals(text(await bytes()), files[i]!.content);
  }
});

Deno.test("unzip() finds the directory before a comment, and in a part of a buffer", async () => {
  const archive = await zip(files, "a comment");
  const larger = new Uint8Array(archive.length + 10);
  larger.set(archive, 10);
  const [first] = unzip(larger.subarray(10));
  assertEquals(text(await first!.bytes()), "plain");
});

Deno.test("unzip() refuses what is no archive, or cut, or packed otherwise", async () => {
  assertThrows(
    () => unzip(new Uint8Array(100)),
    SyntaxError,
    "Cannot unzip as a zip archive must end in its directory: none is in the last of 100 bytes",
  );
  const archive = await zip(files);
  assertThrows(
    () => unzip(archive.slice(40)),
    SyntaxError,
    "Cannot unzip as the directory must list 3 files",
  );
  const strange = unzip(await zip([{ path: "x", content: "y", deflate: false, method: 12 }]));
  await assertRejects(
    () => strange[0]!.bytes(),
    SyntaxError,
    'Cannot unzip "x" as it must be stored or deflated: its method is 12',
  );
});
