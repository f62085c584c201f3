/** A sweep shown while it is measured. */

import type { ProgressDrawing } from "../../../lib/notebook/mod.ts";
import { headsByLayers, logit, sweep } from "../../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("a sweep shows its numbers in one display, the last state without times", async () => {
  const model = await fixtureModel("gpt2"), shown: [ProgressDrawing, boolean][] = [];
  const stream = {
    show: (drawing: ProgressDrawing, last: boolean) => void shown.push([drawing, last]),
  };
  const options = { stream };
  const result = await sweep(model, [1, 2, 3], headsByLayers(), logit(1), options);
  const { length } = result.data.done;
  const [drawing, last] = shown.at(-1)!;
  assertEquals(drawing["text/plain"], `z by layer and head: ${length} of ${length} variants`);
  assertEquals([last, shown.slice(0, -1).some(([, last]) => last)], [true, false]);
  assert(/<progress max="\d+" value="\d+"/.test(drawing["text/html"]), drawing["text/html"]);
  assert(drawing["text/html"].length > 300, "the picture of the result is part of it");
});

Deno.test("a stream is true, false or something with show()", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () => sweep(model, [1, 2, 3], headsByLayers(), logit(1), { stream: {} } as object),
    TypeError,
    "Cannot sweep as stream must be true, false or an object with show(): current value is {}",
  );
});
