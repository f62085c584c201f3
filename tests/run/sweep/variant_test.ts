import { isGridBuilder } from "../../../lib/run/sweep/variant.ts";
import { layersByPositions } from "../../../lib/run/mod.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("isGridBuilder() tells builders from lists", () => {
  assertEquals([layersByPositions("z"), [], null, "z"].map(isGridBuilder), [
    true,
    false,
    false,
    false,
  ]);
});
