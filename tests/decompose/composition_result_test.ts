import { assert, assertEquals, assertThrows } from "../assert.ts";
import { compositionScores } from "../../lib/decompose/mod.ts";
import { fixtureModel } from "../model/fixture.ts";
import { checkDrawing } from "./drawn.ts";

Deno.test("CompositionScores draws itself with its baseline, and is plain data", async () => {
  const model = await fixtureModel("llama");
  const found = await compositionScores(model, { offset: 1, samples: 4 });
  await checkDrawing(found, "random heads", "V-composition", "the key 1 before the query");
  const [first, ...others] = found.edges({ layer: 1, head: 2 });
  assertEquals([first!.reader, others.length], [{ layer: 1, head: 2 }, 3 * found.heads - 1]);
  assert(others.every(({ score }) => score <= first!.score));
  assertEquals(first!.score, found.score(first!.kind, first!.writer, first!.reader));
  assertThrows(() => found.edges({ layer: 9, head: 0 }), RangeError, "Cannot read a score");
});
