import { factPairs } from "../../../lib/zoo/tasks/fact_pairs.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";

Deno.test("factPairs() asks for each subject once a round, beside one of another answer", async () => {
  const facts = { Poland: "Europe", France: "Europe", Japan: "Asia" };
  const pairs = factPairs(await seedling(), new RandomStream(0), facts, {
    template: "{subject} is a country in",
  });
  const rounds = Array.from({ length: 6 }, () => pairs.next().value!);
  for (const round of [rounds.slice(0, 3), rounds.slice(3)]) {
    assertEquals(round.map(({ clean }) => String(clean).split(" ")[0]).sort(), [
      "France",
      "Japan",
      "Poland",
    ]);
    for (const { answer, wrong, clean, corrupt } of round) {
      assertEquals([answer, wrong].sort(), [" Asia", " Europe"]);
      assert(String(clean).startsWith("Japan") !== String(corrupt).startsWith("Japan"));
    }
  }
});
