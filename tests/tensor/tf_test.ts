import { tf } from "../../lib/tensor/mod.ts";
import * as tfjs from "../../lib/tensor/tfjs.ts";
import * as doubles from "../../lib/tensor/doubles.ts";
import { assertEquals, assertStrictEquals } from "../assert.ts";

Deno.test("tf is tfjs but for the functions through which numbers come in", () => {
  const ours = Object.keys(tf).filter((name) =>
    tf[name as keyof typeof tf] as unknown !== tfjs[name as keyof typeof tfjs]
  );
  const own = Object.keys(doubles).filter((name) => name !== "keepDoubles");
  assertEquals(ours.sort(), own.sort());
  assertStrictEquals(tf.Tensor, tfjs.Tensor);
  assertEquals(Object.keys(tf).sort(), Object.keys(tfjs).sort());
});
