import { tf } from "../../../lib/tensor/mod.ts";
import { copyKernels } from "../../../lib/tensor/native/copy.ts";
import { assert, assertEquals } from "../../assert.ts";
import "../on_backends.ts";

// What it computes is held in tests/tensor/copy_test.ts.
Deno.test("the kernel that copies is there, with its gradient", () => {
  assertEquals(Object.keys(copyKernels()), ["Copy"]);
  assert(
    tf.getKernel("Copy", "native") && tf.getKernel("Copy", "float64") && tf.getGradient("Copy"),
  );
});
