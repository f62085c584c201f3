import { asLong, draw, shuffled, tokenCount } from "../../../lib/zoo/tasks/draw.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { assertEquals } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";

Deno.test("draw() and shuffled() give what is in the list, the same for the same seed", () => {
  const list = ["a", "b", "c", "d"];
  const drawn = () => {
    const random = new RandomStream(2);
    return [...shuffled(random, list), draw(random, list)];
  };
  assertEquals(drawn(), drawn());
  assertEquals(drawn().slice(0, 4).sort(), list);
});

Deno.test("asLong() finds the first text of as many tokens, else the first", async () => {
  const model = await seedling(), one = "Tiger Woods", long = "Tiger Woods plays golf";
  assertEquals(asLong(model, one, [long, "Carl Lewis", "Babe Ruth"], (x) => x), "Carl Lewis");
  assertEquals(asLong(model, one, [long], (x) => x), long);
  assertEquals(tokenCount(model, long), tokenCount(model, one) + 2);
});
