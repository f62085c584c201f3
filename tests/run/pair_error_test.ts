import { PairError } from "../../lib/run/mod.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("a PairError is a RangeError that can be told from others", () => {
  const error = new PairError("Cannot pair");
  assert(error instanceof RangeError);
  assertEquals([error.name, error.message], ["PairError", "Cannot pair"]);
});
