import { readOut } from "../../lib/lens/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { drawings } from "../run/drawings.ts";
import { KINDS, ordered, probabilities } from "./kinds.ts";

for (const family of KINDS) {
  Deno.test(`F-01 ${family}: readOut() of the last stream says what sorting the model's logits says`, async () => {
    const model = await fixtureModel(family), { layers } = model.architecture;
    const site = `blocks.${layers - 1}.resid_post`;
    using result = await run(model, PROMPTS, { capture: [site] });
    const each = [...PROMPTS[0]!, ...PROMPTS[1]!], before = heldTensors();
    const found = await readOut(model, result.cache.get(site), {
      top: 96,
      targets: [3, 80],
      each,
      vocabulary: [5, 90],
    });
    assertEquals(heldTensors(), before);
    assertEquals([found.shape, found.rows.length], [[2, 11], 22]);
    const logits = result.logits.dataSync();
    found.rows.forEach((row, i) => {
      const own = logits.slice(i * 96, (i + 1) * 96), p = probabilities(own);
      assertEquals(row.top.map(({ id }) => id), ordered(own));
      assertEquals(row.top.map(({ logit }) => logit), ordered(own).map((id) => own[id]!));
      const entropy = -p.reduce((sum, x) => sum + x * Math.log(x), 0);
      assertAlmostEquals(row.entropy, entropy, 1e-9);
      for (
        const [token, id] of [
          ...row.tracked.map((token, k) => [token, [3, 80][k]!] as const),
          [row.each!, each[i]!] as const,
        ]
      ) {
        assertEquals([token.id, token.logit], [id, own[id]!]);
        assertEquals(token.rank, 1 + own.filter((x) => x > own[id]!).length);
        assertAlmostEquals(token.logProbability, Math.log(p[id]!), 1e-9);
      }
      assertEquals([...found.logits[i]!], [own[5]!, own[90]!]);
    });
  });
}

Deno.test("readOut() reads any vector: no axes but the width, and more of them than one chunk has rows", async () => {
  const model = await seedling();
  const direction = tf.randomNormal([256], 0, 1, "float32", 5);
  const { rows, shape } = await readOut(model, direction, { norm: "none", top: 3 });
  assertEquals([rows.length, shape, rows[0]!.top.length], [1, [], 3]);
  const many = tf.tile(direction.expandDims(0), [1500, 1]);
  const all = await readOut(model, many, { norm: "none", top: 1 });
  assertEquals(all.rows.length, 1500);
  for (const row of all.rows) assertEquals(row.top[0]!.id, rows[0]!.top[0]!.id);
  tf.dispose([direction, many]);
});

Deno.test("readOut() hears a signal, and says what is wrong", async () => {
  const model = await fixtureModel("gpt2"), vectors = tf.ones([3, 32]), before = heldTensors();
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  const message = async (options: object, given: tf.Tensor = vectors) =>
    (await assertRejects(() => readOut(model, given, options))).message;
  assertEquals(await message({ signal: stop.signal }), "enough");
  assertEquals(
    await message({}, tf.tidy(() => tf.keep(tf.scalar(1)))),
    "Cannot read vectors out as they must be a tensor [..., width] with the width of the stream, 32: current value is of shape []",
  );
  assertEquals(
    await message({ top: 97 }),
    "Cannot read vectors out as top must be from 0 to 96, the vocabulary: current value is 97",
  );
  assertEquals(
    await message({ targets: 96 }),
    "Cannot read vectors out as a token id must be an integer from 0 to 95: current value is 96",
  );
  assertEquals(
    await message({ each: [1] }),
    "Cannot read vectors out as each must hold a token for each of the 3 vectors: it holds 1",
  );
  assert((await message({ target: 1 })).includes('perhaps "targets" is meant'));
  assertEquals(heldTensors(), before + 1);
  const small = await seedling();
  assert(
    (await assertRejects(() => readOut(small, tf.ones([256]), { targets: " Maryland of" }))).message
      .includes("splits into"),
  );
});

Deno.test("readOut() draws itself, its tokens escaped", async () => {
  const model = await seedling(), vectors = tf.randomNormal([2, 256], 0, 1, "float32", 1);
  const { html, plain } = await drawings(
    readOut(model, vectors, { targets: [" Mary"], each: [1, 2] }),
  );
  assert(html.includes("rank of Mary") && plain.includes("entropy (nats)"));
  const found = await readOut(model, vectors, { vocabulary: [4] });
  assert(Deno.inspect(found).includes("2 vectors read off"));
  assertEquals(JSON.parse(JSON.stringify(found)).logits.length, 2);
  vectors.dispose();
});
