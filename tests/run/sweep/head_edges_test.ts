import { add, headEdges, logit, ofCache, promptPair, run, sweep } from "../../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

const CLEAN = [3, 17, 24, 40], CORRUPT = [3, 9, 24, 40];

Deno.test("headEdges() changes what one head reads by what another wrote, and nothing else", async () => {
  for (const family of ["gpt2", "llama"]) {
    const model = await fixtureModel(family), metric = logit(9), { heads } = model.architecture;
    const pair = promptPair(model, { clean: CLEAN, corrupt: CORRUPT, answer: 1, wrong: 2 });
    const { data } = await sweep(model, pair, headEdges({ to: [[1, 2], [0, 1]] }), metric);
    assertEquals(data.shape, [2 * heads, 2]);
    // A head reads no head of its own layer.
    assert(
      data.values.every((value, i) => Number.isNaN(value) === (i % 2 === 1 || i >= 2 * heads)),
    );
    const capture = ["blocks.0.attn.result"];
    using clean = await run(model, CLEAN, { capture });
    using corrupt = await run(model, CORRUPT, { capture });
    const written = { at: "blocks.0.attn.result", heads: 3 };
    const key = Math.floor(2 * model.architecture.keyValueHeads / heads);
    const edits = (["q", "k", "v"] as const).flatMap((input) => {
      const site = `blocks.1.attn.${input}_input` as const,
        where = { heads: input === "q" ? 2 : key };
      return [
        add(site, ofCache(clean.cache, written), where),
        add(site, ofCache(corrupt.cache, written), { ...where, scale: -1 }),
      ];
    });
    using alone = await run(model, CORRUPT, { edits });
    assert(Math.abs(data.values[6]! - alone.measure(metric)[0]!) < 1e-5);
    // Even an edge that hardly matters is no skipped one.
    assert(data.values[6] !== data.baseline[0]);
    const single = await sweep(
      model,
      CORRUPT,
      headEdges({ from: [[0, 3]], to: [[1, 2]], inputs: ["q"] }),
      metric,
    );
    using without = await run(model, CORRUPT, {
      edits: [
        add("blocks.1.attn.q_input", ofCache(corrupt.cache, written), { heads: 2, scale: -1 }),
      ],
    });
    assert(Math.abs(single.data.values[0]! - without.measure(metric)[0]!) < 1e-5);
  }
});

Deno.test("headEdges() refuses heads that are not there, and norms of what heads write", async () => {
  const model = await fixtureModel("gpt2");
  const refused = async (options: object, message: string, family = "gpt2") =>
    await assertRejects(
      async () => sweep(await fixtureModel(family), CLEAN, headEdges(options), logit(1)),
      RangeError,
      message,
    );
  const { heads } = model.architecture;
  await refused(
    { from: [[0, 99]] },
    `Cannot sweep edges between heads as from must be a list of [layer, head], layers from -2 to 1 and heads from 0 to ${
      heads - 1
    }: one is [0,99]`,
  );
  await refused(
    {},
    "Cannot sweep edges between heads as what heads write must be added to the stream as it is:",
    "gemma2",
  );
  await refused(
    { inputs: ["z"] },
    'Cannot sweep edges between heads as inputs must be some of "q", "k", "v": current value is ["z"]',
  );
});
