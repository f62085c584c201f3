import { checkWheel, unpackLibraries, type Wheel } from "../../../lib/tensor/native/wheel.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { zip } from "./zip.ts";

const wheel: Wheel = {
  name: "x",
  version: "1",
  file: "x.whl",
  sha256: "",
  libraries: /\.so(\.\d+)*$/,
};

Deno.test("checkWheel() refuses other content than the pinned one", async () => {
  const content = new TextEncoder().encode("abc");
  const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  await checkWheel({ ...wheel, sha256 }, content);
  const other = sha256.replace("b", "c");
  await assertRejects(
    () => checkWheel({ ...wheel, sha256: other }, content),
    Error,
    `Cannot trust "x.whl" as its SHA-256 must be ${other}: current value is ${sha256}`,
  );
});

Deno.test("unpackLibraries() writes the libraries, and nothing outside the folder", async () => {
  const root = await Deno.makeTempDir();
  try {
    const folder = new URL(`file://${root}/inner/`);
    const pack = (path: string) => ({ path, content: path, deflate: true });
    const content = await zip([
      pack("scipy_openblas32/include/cblas.h"),
      pack("../../libgfortran.so.5"),
      pack("scipy_openblas32/lib/libscipy_openblas.so"),
    ]);
    const written = await unpackLibraries(wheel, content, folder);
    assertEquals(written.map(({ pathname }) => pathname.slice(root.length)), [
      "/inner/libgfortran.so.5",
      "/inner/libscipy_openblas.so",
    ]);
    const text = await Deno.readTextFile(written[1]!);
    assertEquals(text, "scipy_openblas32/lib/libscipy_openblas.so");
    assertEquals([...Deno.readDirSync(root)].length, 1);
    await assertRejects(
      async () => await unpackLibraries(wheel, await zip([pack("lib/other.h")]), folder),
      SyntaxError,
      'Cannot unpack "x.whl" as it must hold a library such as \\.so(\\.\\d+)*$: its files are [lib/other.h]',
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
