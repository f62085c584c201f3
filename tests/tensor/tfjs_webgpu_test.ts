import { tf } from "../../lib/tensor/mod.ts";
import { WebGPUBackend } from "../../lib/tensor/tfjs_webgpu.ts";
import { assert } from "../assert.ts";

Deno.test("the webgpu backend can be loaded and registers with the same copy of tfjs", () => {
  assert(WebGPUBackend.prototype instanceof tf.KernelBackend);
});
