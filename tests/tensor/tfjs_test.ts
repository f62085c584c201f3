import * as direct from "../../lib/tensor/tfjs.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertStrictEquals } from "../assert.ts";

Deno.test("tf is tfjs, at the version whose defects this folder mends", () => {
  assertEquals(tf.version.tfjs, "4.22.0");
  assertStrictEquals(tf.engine, direct.engine);
});
