import { PromptsMark, sourceLine, version } from "../../lib/model/mod.ts";
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

Deno.test("a mark of prompts that come one after another is that of all together", () => {
  const prompts = [[1, 2], [], [3]].map((ids) => ({ ids }));
  const marks = [[prompts], prompts.map((one) => [one])].map((parts) => {
    const mark = new PromptsMark();
    for (const part of parts) mark.add(part);
    return mark.text;
  });
  // SHA-256 of [[1,2],[],[3]].
  assertEquals(marks, ["14e931d6", "14e931d6"]);
});

Deno.test("version is that of deno.json", async () => {
  const file = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  assertEquals(version, JSON.parse(file).version);
});
