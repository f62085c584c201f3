import {
  checkWheel,
  unpackLibraries,
  wheelFor,
} from "../../../lib/tensor/native/openblas_wheel.ts";
import { assertEquals, assertMatch, assertRejects, assertThrows } from "../../assert.ts";
import { zip } from "./zip.ts";

Deno.test("wheelFor() has a pinned wheel for each machine that Deno is built for", () => {
  for (const os of ["linux", "darwin", "windows"]) {
    for (const processor of ["x86_64", "aarch64"]) {
      const { file, sha256 } = wheelFor(os, processor);
      assertMatch(file, /^scipy_openblas32-[\d.]+-py3-none-\w+(\.\w+)?\.whl$/);
      assertMatch(sha256, /^[0-9a-f]{64}$/);
    }
  }
  assertThrows(
    () => wheelFor("freebsd", "x86_64"),
    RangeError,
    "Cannot fetch a BLAS as there must be a wheel for the machine: it is freebsd on x86_64, and there are wheels for linux x86_64,",
  );
});

Deno.test("checkWheel() refuses other content than the pinned one", async () => {
  const content = new TextEncoder().encode("abc");
  const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  await checkWheel({ file: "x.whl", sha256 }, content);
  const other = sha256.replace("b", "c");
  await assertRejects(
    () => checkWheel({ file: "x.whl", sha256: other }, content),
    Error,
    `Cannot trust "x.whl" as its SHA-256 must be ${other}: current value is ${sha256}`,
  );
});

Deno.test("unpackLibraries() writes the libraries, and nothing outside the folder", async () => {
  const root = await Deno.makeTempDir();
  try {
    const folder = new URL(`file://${root}/inner/`);
    const pack = (path: string) => ({ path, content: path, deflate: true });
    const wheel = await zip([
      pack("scipy_openblas32/include/cblas.h"),
      pack("../../libgfortran.so.5"),
      pack("scipy_openblas32/lib/libscipy_openblas.so"),
    ]);
    const written = await unpackLibraries(wheel, folder);
    assertEquals(written.map(({ pathname }) => pathname.slice(root.length)), [
      "/inner/libscipy_openblas.so",
      "/inner/libgfortran.so.5",
    ]);
    const text = await Deno.readTextFile(written[0]!);
    assertEquals(text, "scipy_openblas32/lib/libscipy_openblas.so");
    assertEquals([...Deno.readDirSync(root)].length, 1);
    await assertRejects(
      async () => await unpackLibraries(await zip([pack("lib/libother.so")]), folder),
      SyntaxError,
      "Cannot unpack a BLAS as the wheel must hold one: its libraries are [lib/libother.so]",
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
