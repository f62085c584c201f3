import { logitLens, readOut } from "../../lib/lens/mod.ts";
import { add, run, scale, zero } from "../../lib/run/mod.ts";
import { withWeights } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertThrows,
} from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import {
  DECODERS,
  fixtureModel,
  fixturePath,
  PROMPTS,
  readTensors,
  seedling,
} from "../model/fixture.ts";
import { near } from "../near.ts";
import { drawings } from "../run/drawings.ts";
import { KINDS, ordered, probabilities } from "./kinds.ts";

const ALL = Array.from({ length: 96 }, (_, id) => id);

for (const family of DECODERS) {
  Deno.test(`F-01 ${family}: logitLens() ends in the model's logits, bit for bit, at no divergence`, async () => {
    const model = await fixtureModel(family), { layers } = model.architecture;
    using result = await run(model, PROMPTS[0]!);
    const before = heldTensors();
    const lens = await logitLens(model, PROMPTS[0]!, { top: 96 });
    assertEquals(heldTensors(), before, "it holds plain numbers");
    assertEquals(lens.entries.length, layers + 1);
    const logits = result.logits.dataSync();
    for (let position = 0; position < 11; position++) {
      const own = logits.slice(position * 96, (position + 1) * 96), last = lens.at(-1, position);
      assertEquals(
        last.top.map(({ id, logit }) => [id, logit]),
        ordered(own).map((id) => [id, own[id]!]),
      );
      assertEquals(last.divergence, 0);
      for (const row of lens.readings) assert(row[position]!.divergence >= 0);
    }
  });
}

for (const family of ["bloom", "gemma2", "gpt2", "gpt_neox", "llama", "opt"]) {
  Deno.test(`F-01 ${family}: logitLens() gives the logits that TransformerLens gives`, async () => {
    const model = await fixtureModel(family);
    const stored = readTensors(fixturePath(`transformerlens/${family}/lens.safetensors`));
    const theirs = stored.get("logit_lens")!.values;
    const mid = stored.get("logit_lens.incl_mid.last_position")?.values;
    let gap = 0;
    const { inputs } = JSON.parse(
      Deno.readTextFileSync(fixturePath(`transformerlens/${family}/golden.json`)),
    );
    for (const [row, prompt] of (inputs.input_ids as number[][]).entries()) {
      const lens = await logitLens(model, prompt, { track: ALL });
      const worst = greatestOf(theirs);
      lens.readings.forEach((entry, layer) =>
        entry.forEach(({ tracked }, position) => {
          const at = ((layer * 2 + row) * 11 + position) * 96;
          tracked.forEach(({ logit }, id) =>
            gap = Math.max(gap, Math.abs(logit - theirs[at + id]!) / worst)
          );
        })
      );
      assertEquals(lens.readings.length * 2 * 11 * 96, theirs.length);
      if (!mid) continue;
      const both = await logitLens(model, prompt, { include: "mid", positions: -1, track: ALL });
      assertEquals(both.entries.map(({ label }) => label), [
        "0.pre",
        "0.mid",
        "1.pre",
        "1.mid",
        "final",
      ]);
      both.readings.forEach(([reading], entry) =>
        near(
          reading!.tracked.map(({ logit }) => logit),
          mid.slice((entry * 2 + row) * 96, (entry * 2 + row + 1) * 96),
          1e-4 * greatestOf(mid),
        )
      );
    }
    assert(gap < 1e-4, `relative gap ${gap}`);
  });
}

const greatestOf = (all: Float32Array) => all.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

for (const family of KINDS) {
  Deno.test(`F-02 ${family}: trajectories, entropy, divergence and depth are those of plain loops`, async () => {
    const model = await fixtureModel(family), prompt = PROMPTS[1]!;
    const lens = await logitLens(model, prompt, { track: ALL, positions: [0, 4, -1] });
    const depths = lens.decidedAt(), final = lens.readings.at(-1)!;
    assertEquals(lens.positions, [0, 4, 10]);
    lens.positions.forEach((position, place) => {
      const logits = lens.readings.map((row) => row[place]!.tracked.map(({ logit }) => logit));
      const p = logits.map(probabilities), best = logits.map((row) => ordered(row)[0]!);
      p.forEach((own, entry) => {
        const { entropy, divergence } = lens.readings[entry]![place]!;
        assertAlmostEquals(entropy, -own.reduce((sum, x) => sum + x * Math.log(x), 0), 1e-9);
        const expected = p.at(-1)!.reduce((sum, x, i) => sum + x * Math.log(x / own[i]!), 0);
        assertAlmostEquals(divergence, expected, 1e-9);
      });
      const depth = best.findIndex((_, i) => best.slice(i).every((id) => id === best.at(-1)));
      assertEquals(depths[place], depth);
      assert(depth <= model.architecture.layers);
      const { ranks, probabilities: found } = lens.trajectory(best.at(-1)!);
      assertEquals(ranks.at(-1)![place], 1);
      assertEquals(
        ranks.map((row) => row[place]),
        logits.map((row) => 1 + row.filter((x) => x > row[best.at(-1)!]!).length),
      );
      near(found.map((row) => row[place]!), p.map((row) => row[best.at(-1)!]!), 1e-9);
      assertEquals(lens.at(-1, position), final[place]);
    });
  });
}

Deno.test("F-02 a model whose blocks write nothing is decided from the start", async () => {
  for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
    const model = await fixtureModel(family);
    const edits = [zero("blocks.*.attn_out"), zero("blocks.*.mlp_out")];
    const lens = await logitLens(model, PROMPTS[0]!, { edits });
    assertEquals(lens.decidedAt(), Array(11).fill(0));
    for (const row of lens.readings) for (const { divergence } of row) assertEquals(divergence, 0);
  }
});

Deno.test("F-02 spelling variants may count as one token", async () => {
  const model = await seedling(),
    mary = model.toSingleToken(" Mary"),
    bare = model.toSingleToken("Mary");
  // The last block turns " Mary" into "Mary": what it writes is replaced by a step from one direction to the other.
  const { rows, change } = tf.tidy(() => {
    const column = (id: number) => model.weights.embed.slice([id, 0], [1, -1]).flatten();
    return {
      rows: [...column(mary).mul(400).dataSync()],
      change: [...column(bare).sub(column(mary)).mul(400).dataSync()],
    };
  });
  const edits = [
    add("blocks.0.resid_pre", rows),
    ...["attn_out", "mlp_out"].flatMap((site) =>
      [0, 1, 2, 3].map((layer) => scale(`blocks.${layer}.${site}` as "blocks.0.attn_out", 0))
    ),
    add("blocks.3.resid_post", change),
  ];
  const lens = await logitLens(model, "Mary and", { edits, positions: -1 });
  const said = lens.readings.map(([reading]) => reading!.top[0]!.token.text);
  assertEquals([said[0], said.at(-1)], [" Mary", "Mary"]);
  assertEquals(lens.decidedAt(), [4]);
  assertEquals(lens.decidedAt({ variants: true }), [0]);
});

Deno.test("F-01 logitLens() reads parts, each head on its own, frozen norms and mapped streams", async () => {
  const model = await fixtureModel("gemma2"), prompt = PROMPTS[0]!;
  const parts = await logitLens(model, prompt, {
    sites: ["attn_out", "attn.result"],
    norm: "frozen",
    positions: -1,
    track: 7,
  });
  assertEquals(parts.entries.map(({ label }) => label).slice(0, 5), [
    "0.result head 0",
    "0.result head 1",
    "0.result head 2",
    "0.result head 3",
    "0.attn_out",
  ]);
  assertEquals(parts.decidedAt(), [parts.entries.length - 1], "parts decide nothing");
  using result = await run(model, prompt, { capture: ["attn.result", "ln_final.scale"] });
  const [vector, own] = tf.tidy(() => [
    result.cache.get("blocks.0.attn.result").slice([2, 0, 10, 0], [1, 1, 1, -1]).reshape([1, -1]),
    result.cache.get("ln_final.scale").slice([0, 10, 0], [1, 1, 1]).reshape([1, 1]),
  ]) as [tf.Tensor, tf.Tensor];
  const { rows: [head2] } = await readOut(model, vector, {
    norm: "frozen",
    scale: own,
    targets: 7,
  });
  tf.dispose([vector, own]);
  assertAlmostEquals(parts.at(2, -1).tracked[0]!.logit, head2!.tracked[0]!.logit, 1e-5);
  const plain = await logitLens(model, prompt),
    mapped = await logitLens(model, prompt, { map: (x) => x.mul(1) });
  assertEquals(mapped.readings, plain.readings);
});

Deno.test("F-01 edits and replaced weights take part", async () => {
  const model = await fixtureModel("mistral"), prompt = PROMPTS[0]!;
  const edits = [scale("blocks.0.attn.z", 3, { heads: 1 })];
  using edited = await run(model, prompt, { edits });
  const lens = await logitLens(model, prompt, { edits, track: ALL });
  near(
    lens.readings.at(-1)!.flatMap(({ tracked }) => tracked.map(({ logit }) => logit)),
    edited.logits.dataSync(),
    1e-6,
  );
  const other = await fixtureModel("gpt2");
  using changed = withWeights(other, { "ln_final.b": tf.zeros([32]) });
  using run2 = await run(changed, prompt);
  const found = await logitLens(changed, prompt, { track: ALL });
  near(
    found.readings.at(-1)!.flatMap(({ tracked }) => tracked.map(({ logit }) => logit)),
    run2.logits.dataSync(),
    1e-6,
  );
});

Deno.test("logitLens() says what is wrong", async () => {
  const model = await fixtureModel("gpt_neox"), words = await seedling(), prompt = PROMPTS[0]!;
  const before = heldTensors();
  const message = async (options: object, given: Parameters<typeof logitLens>[1] = prompt) =>
    (await assertRejects(() => logitLens(model, given, options))).message;
  assertEquals(
    await message({}, PROMPTS),
    "Cannot use a logit lens as there must be one prompt: there are 2",
  );
  assert((await message({ sites: ["blocks.7.resid_pre"] })).includes("blocks.7.resid_pre"));
  assert(
    (await message({ include: "mid" })).includes("resid_mid"),
    "parallel blocks have no middle",
  );
  assertEquals(
    await message({ positions: 11 }),
    "Cannot use a logit lens at position 11 as it must be from -11 to 10, the prompt's tokens",
  );
  assert(
    (await message({ sites: ["attn.pattern"] })).startsWith(
      "Cannot read blocks.0.attn.pattern through a lens as it must hold vectors of the stream",
    ),
  );
  assertEquals(
    await message({ top: 0 }),
    "Cannot use a logit lens as top must be from 1 to 96, the vocabulary: current value is 0",
  );
  assert((await message({ edits: [zero("logits")] })).includes("the run must come to it"));
  assert((await message({ map: () => tf.ones([3]) })).startsWith("Cannot read what a map made"));
  const lens = await logitLens(model, prompt, { track: 3, positions: 2 });
  assertEquals(
    assertThrows(() => lens.trajectory(4)).message,
    'Cannot follow 4 as it must be tracked: tracked are "#3"',
  );
  assertEquals(
    assertThrows(() => lens.at(0, 3)).message,
    "Cannot read position 3 in the lens as it must have been read: positions are 2",
  );
  assertThrows(() => lens.at(9, 2), RangeError);
  const message2 = (await assertRejects(() => logitLens(words, "", {}), RangeError)).message;
  assertEquals(message2, "Cannot run the prompt as it must hold a token: it is empty");
  await assertRejects(
    () => logitLens(words, "Mary", { track: " Mary and" }),
    RangeError,
    "splits into",
  );
  assertEquals(heldTensors(), before, "errors leave nothing behind");
});

Deno.test("logitLens() draws itself, hostile tokens escaped, and so do its trajectories", async () => {
  const model = await seedling();
  const promise = logitLens(model, '</script><img src=x onerror="a()">', { track: " Mary" });
  const { html, plain } = await drawings(promise);
  assert(!/<img src|<\/script><img/.test(html));
  assert(plain.includes("decided at"));
  const lens = await promise;
  assert(Deno.inspect(lens).includes("final"));
  assertEquals(JSON.parse(JSON.stringify(lens)).readings.length, 5);
  const line = lens.trajectory(" Mary");
  assert((await drawings(line)).plain.includes("rank"));
  assertEquals(JSON.parse(JSON.stringify(line)).ranks.length, 5);
});
