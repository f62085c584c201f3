import { resvgModule } from "../../lib/show/resvg.ts";
import { assert } from "../assert.ts";

Deno.test("resvgModule() is found in the package cache", async () => {
  assert(await resvgModule() instanceof WebAssembly.Module);
});
