import { equalHeads } from "../../../lib/model/families/equal_heads.ts";
import { ConfigReader } from "../../../lib/model/config_reader.ts";
import { CheckpointError } from "../../../lib/model/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("equalHeads() shares the stream out, and refuses what leaves a rest", () => {
  const config = new ConfigReader("c.json", {});
  assertEquals([equalHeads(config, 32, 4), equalHeads(config, 5, 5)], [8, 1]);
  for (const [width, heads] of [[32, 5], [4, 8]] as const) {
    assertEquals(
      assertThrows(() => equalHeads(config, width, heads), CheckpointError).message,
      `Cannot read c.json as the width must be a multiple of the heads: current value is [${width}, ${heads}]`,
    );
  }
});
