import { attendKernels } from "../../../lib/tensor/native/attend.ts";
import { attendGradientKernels } from "../../../lib/tensor/native/attend_gradient.ts";
import { nativeKernels } from "../../../lib/tensor/native/register.ts";
import { assert, assertEquals } from "../../assert.ts";

// What they compute is held in tests/tensor/attend_test.ts, on each backend that has them.
Deno.test("attention in one has its kernels, and those of its gradient", () => {
  assertEquals(Object.keys(attendKernels()), ["Attend", "AttendColumns"]);
  for (const name of Object.keys({ ...attendKernels(), ...attendGradientKernels() })) {
    assert(Object.hasOwn(nativeKernels(), name), name);
  }
});
