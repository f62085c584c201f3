import { sourceLine, version } from "../../lib/model/mod.ts";
import { assertEquals, assertMatch, assertNotEquals } from "../assert.ts";
import { fixtureModel } from "./fixture.ts";

Deno.test("sourceLine() names the model, its numbers' type, the prompt's ids, the seed and the version", async () => {
  const model = await fixtureModel("gpt2");
  const line = (ids: number[], seed?: number) =>
    sourceLine(model, { prompts: model.tokenize(ids), ...seed === undefined ? {} : { seed } });
  assertMatch(line([1, 2], 3), /\w+.* · prompt [0-9a-f]{8} · seed 3 · Innerworks \d/);
  assertEquals(line([1, 2]), line([1, 2]));
  assertNotEquals(line([1, 2]), line([2, 1]));
});

Deno.test("version is that of deno.json", async () => {
  const file = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  assertEquals(version, JSON.parse(file).version);
});
