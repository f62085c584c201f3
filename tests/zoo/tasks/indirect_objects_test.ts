import { assert, assertEquals } from "../../assert.ts";
import { score, spanTexts, taskPairs } from "./score.ts";

Deno.test("seedling names the indirect object, and the other person once the other one gives", async () => {
  const pairs = await taskPairs("indirect objects");
  // The README of the model says 100 % of 200; one of 40 may be lost to another draw of sentences.
  assert((await score(pairs, "clean")).first >= 0.95);
  assert((await score(pairs, "corrupt")).difference < -0.9);
  for (const [row, pair] of pairs.pairs.entries()) {
    const [receiver, giver] = [pair.answerId, pair.wrongId];
    const { ids } = pair.clean, { IO, S1, S2 } = pair.spans;
    assertEquals([ids[IO![0]!], ids[S1![0]!], ids[S2![0]!]], [receiver, giver, giver]);
    assertEquals(pair.differences.map(({ position, names }) => [position, ...names]), [
      [S2![0]!, "S2"],
    ]);
    assertEquals(pair.corrupt.ids[S2![0]!], receiver);
    assertEquals(spanTexts(pairs, row, "place")[0], spanTexts(pairs, row, "place")[1]);
  }
  const orders = new Set(pairs.pairs.map(({ spans }) => spans.IO![0]! < spans.S1![0]!));
  assertEquals(orders.size, 2, "the receiver comes first in some and last in others");
});

Deno.test("three other names leave nothing that says who receives", async () => {
  const pairs = await taskPairs("indirect objects, three names");
  assert((await score(pairs, "clean")).first >= 0.95);
  assert(Math.abs((await score(pairs, "corrupt")).difference) < 0.05, "neither name is there");
  for (const pair of pairs) {
    const clean = pair.clean.ids, corrupt = pair.corrupt.ids;
    const places = ["IO", "S1", "S2"].map((name) => pair.spans[name]![0]!);
    assertEquals(new Set(places.map((at) => corrupt[at])).size, 3);
    assert(places.every((at) => !clean.includes(corrupt[at]!)));
  }
});
