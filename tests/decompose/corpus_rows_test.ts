import { corpusRows } from "../../lib/decompose/corpus_rows.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";

Deno.test("corpusRows() reads texts without a beginning token, lists of ids as they are, and the shipped text by itself", async () => {
  const model = await seedling();
  const { rows, source } = await corpusRows(model, ["Once upon", [1, 2]], "count");
  assertEquals(rows[0], model.tokenizer!.encode("Once upon", { beginning: false }).ids);
  assertEquals([rows[1], source], [[1, 2], "the texts given"]);
  assertEquals((await corpusRows(model, "Once upon", "count")).rows.length, 1);
  assertEquals((await corpusRows(model, [3, 4], "count")).rows, [[3, 4]]);
  const own = await corpusRows(model, undefined, "count");
  assert(own.rows.length > 1000);
  assertEquals(own.source, "seedling's held-out text");
});

Deno.test("corpusRows() says what it cannot read, and stops when told to", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () => corpusRows(model, undefined, "count"),
    TypeError,
    "Cannot count as texts must be token ids where the model has no tokenizer",
  );
  await assertRejects(
    () => corpusRows(model, [[96]], "count"),
    RangeError,
    "Cannot count as token ids must be lists of integers from 0 to 95: current value is [ 96 ]",
  );
  await assertRejects(
    () => corpusRows(model, 7 as unknown as string, "count"),
    TypeError,
    "Cannot count as texts must be texts or token ids, one after another: current value is 7",
  );
  const stop = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => corpusRows(model, [[1]], "count", stop), Error, "enough");
});
