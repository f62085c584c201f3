import { tf } from "../../lib/tensor/mod.ts";
import { version_wasm } from "../../lib/tensor/tfjs_wasm.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("the wasm backend has the version of tfjs and registers with the same copy of it", () => {
  assertEquals(version_wasm, tf.version.tfjs);
  assert(tf.engine().registryFactory["wasm"]);
});
