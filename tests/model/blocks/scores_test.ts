import { replace, run } from "../../../lib/run/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";
import { fixtureModel } from "../fixture.ts";

const PROMPT = [3, 30, 17, 8, 9, 22, 30, 1, 2];

Deno.test("an edit of scores never lets a query see a later key, or one out of its window", async () => {
  const model = await fixtureModel("mistral"), window = model.architecture.windows![0]!;
  using result = await run(model, PROMPT, {
    capture: ["blocks.0.attn.pattern"],
    edits: [replace("blocks.0.attn.scores", 0)],
  });
  const pattern = result.cache.get("blocks.0.attn.pattern").dataSync(), size = PROMPT.length;
  assert(window < size, "some keys are out of the window");
  pattern.forEach((weight, cell) => {
    const key = cell % size, query = Math.floor(cell / size) % size;
    const seen = key <= query && query - key < window;
    near([weight], [seen ? 1 / Math.min(query + 1, window) : 0], 1e-6, `${query} ${key}`);
  });
});

Deno.test("scores under a soft cap stay below it, and masked ones are −∞", async () => {
  const model = await fixtureModel("gemma2"), cap = model.architecture.scoreCap!;
  using result = await run(model, PROMPT, { capture: ["blocks.1.attn.scores"] });
  const scores = result.cache.get("blocks.1.attn.scores").dataSync(), size = PROMPT.length;
  scores.forEach((score, cell) => {
    const later = cell % size > Math.floor(cell / size) % size;
    assert(later ? score === -Infinity : Math.abs(score) < cap);
  });
});

Deno.test("a sink without limit takes all attention, one of −∞ takes none", async () => {
  const model = await fixtureModel("gpt_oss"),
    capture = ["blocks.0.attn.pattern", "blocks.0.attn.z"];
  const sums = async (sink: number) => {
    using result = await run(model, PROMPT, {
      capture,
      edits: [replace("blocks.0.attn.sinks", sink)],
    });
    return [...result.cache.get("blocks.0.attn.pattern").sum(3).dataSync()];
  };
  near(await sums(-1e30), Array(4 * PROMPT.length).fill(1), 1e-6);
  near(await sums(1e30), Array(4 * PROMPT.length).fill(0), 1e-6);
  using plain = await run(model, PROMPT, { capture: [...capture, "blocks.0.attn.sinks"] });
  assertEquals(plain.cache.get("blocks.0.attn.sinks").shape, [4, 1, PROMPT.length]);
});
