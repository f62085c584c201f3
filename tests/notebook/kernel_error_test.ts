import { KernelError } from "../../lib/notebook/mod.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("KernelError says what happened and keeps the outputs", () => {
  const output = { output_type: "stream", name: "stdout", text: "x" } as const;
  const error = new KernelError("died", "it is gone", [output]);
  assert(error instanceof Error);
  assertEquals(String(error), "KernelError: it is gone");
  assertEquals([error.reason, error.outputs], ["died", [output]]);
  assertEquals(new KernelError("start", "").outputs, []);
});
