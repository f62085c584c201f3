import type { Site } from "../../../lib/model/mod.ts";
import { Cache } from "../../../lib/run/mod.ts";
import { settleCache } from "../../../lib/run/generation/settle_cache.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { same } from "../../near.ts";

Deno.test("settleCache() blanks what belongs to no token", async () => {
  using cache = new Cache();
  const stream = tf.range(0, 6).reshape([2, 3, 1]);
  cache.put("embed" as Site, stream, ["batch", "position", "width"]);
  const pattern = tf.range(0, 18).reshape([1, 2, 3, 3]);
  cache.put("blocks.0.attn.pattern" as Site, pattern, ["head", "batch", "query", "key"]);
  tf.dispose([stream, pattern]);
  const before = heldTensors();
  settleCache(cache, [3, 1]);
  assertEquals(cache.get("embed").shape, [2, 3, 1]);
  same(await cache.get("embed").data(), [0, 1, 2, 3, NaN, NaN]);
  const [first, ended] = [[0, 1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, NaN, NaN, NaN, NaN, NaN, NaN]];
  same(await cache.get("blocks.0.attn.pattern").data(), [...first!, ...ended!]);
  assertEquals(heldTensors(), before, "values take the place of values");
});
