import { openLapack } from "../../../lib/tensor/native/lapack.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { lapack } from "../algebra/solvers.ts";

Deno.test({
  name: "openLapack() calls a routine by reference, short or long",
  ignore: lapack === null,
  async fn() {
    for (const operations of [1, 1e9]) {
      const report = Int32Array.of(-7), root = Float64Array.of(9);
      const done = lapack!.call("dpotrf", { arguments: ["U", 1, root, 1, report], operations });
      assertEquals(done instanceof Promise, operations > 1, "a long call runs beside the thread");
      await done;
      assertEquals([root[0], report[0]], [3, 0]);
    }
  },
});

Deno.test({
  name: "openLapack() says so where there is none",
  ignore: Deno.build.os !== "linux", // the name of the C library is known there
  fn() {
    assertEquals(openLapack("libc.so.6"), null);
  },
});

Deno.test("openLapack() refuses what is not there", () => {
  assertThrows(() => openLapack("/nonexistent/liblapack.so"), Error, "/nonexistent/liblapack.so");
});
