/** Generation with edits and captures, its keys and values kept or everything computed again. */

import { add, apply, type Edit, freeze, generate, noise, run, zero } from "../../../lib/run/mod.ts";
import { display } from "../../../lib/show/mod.ts";
import { rateTexts } from "../../../lib/run/generation/rate_texts.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixturePath, readTensors, seedling } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { transformerLens } from "./golden.ts";
import { idsOf } from "./written.ts";

Deno.test("generate() writes what TransformerLens writes, with and without hooks, with and without a cache", async () => {
  const model = await seedling(), prompt = transformerLens.inputs.generate.ids;
  const golden = readTensors(fixturePath("transformerlens/seedling/golden.safetensors"));
  const vector = golden.get("generate/vector")!.values;
  const runs: Record<string, readonly Edit[]> = {
    plain: [],
    zero_head: [zero("blocks.3.attn.hook_z", { heads: [2] })],
    add_vector: [add("blocks.2.hook_resid_pre", vector)],
  };
  for (const [name, { "with cache": ids, text }] of Object.entries(transformerLens.generate.runs)) {
    for (const useCache of [true, false]) {
      using written = await generate(model, prompt, {
        tokens: 16,
        stopTokens: [],
        edits: runs[name]!,
        useCache,
        capture: ["logits"],
      });
      assertEquals([...prompt, ...idsOf(written)[0]!], ids, `${name}, cache ${useCache}`);
      assertEquals(written.prompts[0]!.text + written.text, text);
      const after = prompt.length - 1, vocabulary = model.architecture.vocabulary;
      near(
        (await written.cache.get("logits").data()).slice(
          after * vocabulary,
          (after + 1) * vocabulary,
        ),
        golden.get(`generate/${name}.prompt_logits`)!.values,
        1e-4, // the design's tolerance on logits in float32
        `${name}, cache ${useCache}`,
      );
    }
  }
});

Deno.test("generate() captures what one pass over prompt and text holds, and NaN where a text has ended", async () => {
  const model = await seedling();
  const prompts = [
    "When Mary and John went to the store, John gave a key to",
    "The capital of Poland is",
  ];
  const capture = ["blocks.2.attn.pattern", "resid_post", "logits"];
  using written = await generate(model, prompts, { tokens: 9, stopTokens: [14], capture });
  const lengths = written.texts.map(({ tokens }) => tokens.length);
  assert(lengths[0] !== 9 || lengths[1] !== 9, `a text ends early: ${lengths}`);
  const columns = written.cache.get("logits").shape[1]!;
  for (const [row, { tokens }] of written.texts.entries()) {
    const ids = [...written.prompts[row]!.ids, ...tokens.map(({ id }) => id)];
    const longest = Math.max(...written.prompts.map(({ ids }) => ids.length));
    const start = longest - written.prompts[row]!.ids.length;
    using whole = await run(model, ids, { capture });
    for (const site of written.cache.sites) {
      const axes = written.cache.axes(site), value = written.cache.get(site);
      const own = tf.slice(
        value,
        axes.map((axis) => axis === "batch" ? row : isColumn(axis) ? start : 0),
        axes.map((axis, i) => axis === "batch" ? 1 : isColumn(axis) ? ids.length : value.shape[i]!),
      );
      // the design's tolerance on logits in float32
      near(await own.data(), await whole.cache.get(site).data(), 1e-4, `${site} of row ${row}`);
      own.dispose();
      if (!axes.includes("position")) continue;
      const size = value.size / value.shape[0]! / columns;
      const values = (await value.data()).subarray(
        row * columns * size,
        (row + 1) * columns * size,
      );
      const outside = [...Array(columns).keys()].filter((i) =>
        i < start || i >= start + ids.length
      );
      assert(
        outside.every((i) => values.subarray(i * size, (i + 1) * size).every(Number.isNaN)),
        `${site} of row ${row} is NaN where there is no token`,
      );
    }
  }
});

const isColumn = (axis: string) => ["position", "query", "key"].includes(axis);

Deno.test("generate() captures what one pass over a text that was searched for holds", async () => {
  const model = await seedling(), prompts = ["The order is", "The capital of Poland is"];
  const capture = ["blocks.3.resid_post"], edits = [zero("blocks.1.attn.z", { heads: [0] })];
  using found = await generate(model, prompts, {
    tokens: 7,
    beams: 3,
    samples: 2,
    stopTokens: [14],
    capture,
    edits,
  });
  const value = found.cache.get("blocks.3.resid_post"), [rows, columns, width] = value.shape;
  assertEquals(rows, 4);
  const longest = Math.max(...found.prompts.map(({ ids }) => ids.length));
  for (const [row, { prompt, tokens }] of found.texts.entries()) {
    const { ids } = found.prompts[prompt]!, all = [...ids, ...tokens.map(({ id }) => id)];
    using whole = await run(model, all, { capture, edits });
    const values = (await value.data()).slice(
      row * columns! * width!,
      (row + 1) * columns! * width!,
    );
    const start = longest - ids.length, end = start + all.length;
    near(
      values.slice(start * width!, end * width!),
      await whole.cache.get("blocks.3.resid_post").data(),
      1e-4, // the design's tolerance in float32
    );
    assert(values.slice(end * width!).every(Number.isNaN), "NaN where the text has ended");
  }
});

Deno.test("generate() says which edits were never reached, and edits what spans name", async () => {
  const model = await seedling(),
    prompt = "When Mary and John went to the store, John gave a key to";
  const edits = [
    zero("blocks.3.attn.z", { heads: [2], positions: "end" }),
    zero("blocks.3.attn.z", { heads: [2], steps: 9 }),
  ];
  const written = await generate(model, prompt, { tokens: 12, edits, spans: { end: [[14]] } });
  assertEquals(written.text, " Nancy.");
  assertEquals(written.untouched, [edits[1]!]);
  const drawing = await written[display]();
  assert(/steps 9 \(never reached\)/.test(drawing["text/plain"]));
  assertEquals(
    Deno.inspect(written).split("\n").at(-1),
    "edited by zero blocks.3.attn.z heads 2; positions end; zero blocks.3.attn.z heads 2; steps 9 (never reached)",
  );
});

Deno.test("generate() freezes what the prompt held without edits, and searches with edits", async () => {
  const model = await seedling(),
    prompt = "When Mary and John went to the store, John gave a key to";
  const options = { tokens: 6, stopTokens: [] };
  const edits = [zero("blocks.3.attn.z", { heads: [2] })];
  const thawed = [...edits, freeze("blocks.3.attn.z", { positions: { from: 0 } })];
  const [plain, edited] = [
    await generate(model, prompt, options),
    await generate(model, prompt, { ...options, edits }),
  ];
  assert(plain.text !== edited.text);
  const frozen = await generate(model, prompt, { ...options, edits: thawed });
  assertEquals(frozen.texts[0]!.tokens[0]!.id, plain.texts[0]!.tokens[0]!.id);
  for (const beams of [2, 3]) {
    const kept = await generate(model, [prompt, "The order is"], { ...options, beams, edits });
    const anew = await generate(model, [prompt, "The order is"], {
      ...options,
      beams,
      edits,
      useCache: false,
    });
    assertEquals(idsOf(kept), idsOf(anew));
    // Sums of six float32 log-probabilities.
    near(kept.texts.map(({ score }) => score!), anew.texts.map(({ score }) => score!), 1e-4);
    const alone = await generate(model, "The order is", { ...options, beams, edits });
    assertEquals(idsOf(kept)[1], idsOf(alone)[0]);
  }
});

Deno.test("generate() lets edits name prompts where each prompt has several texts", async () => {
  const model = await seedling();
  const prompts = ["The capital of Poland is", "The capital of France is"];
  const options = { tokens: 4, temperature: 0.001, samples: 2, stopTokens: [] };
  const edits = [zero("blocks.3.resid_post", { examples: [1] })];
  const plain = idsOf(await generate(model, prompts, options));
  const edited = idsOf(await generate(model, prompts, { ...options, edits }));
  assertEquals(edited.slice(0, 2), plain.slice(0, 2));
  assert(edited[2]!.join() !== plain[2]!.join() && edited[3]!.join() !== plain[3]!.join());
});

Deno.test("generate() gives all texts of a prompt the noise that run() gives the prompt", async () => {
  const model = await seedling();
  const prompts = ["The capital of Poland is", "When Mary went to the store, she"];
  const edits = [noise("embed", { deviation: 0.6, seed: 2, steps: "prompt" })];
  const capture = ["embed"], options = { tokens: 4, stopTokens: [], edits, capture };
  using alone = await run(model, prompts, { edits, capture, padding: "left" });
  using sampled = await generate(model, prompts, { ...options, temperature: 1, samples: 2 });
  using searched = await generate(model, prompts, { ...options, beams: 3, samples: 2 });
  const columns = alone.cache.get("embed").shape[1]!;
  for (const { texts, cache } of [sampled, searched]) {
    for (const [row, { prompt }] of texts.entries()) {
      near(
        await cache.get("embed").slice([row, 0, 0], [1, columns, -1]).data(),
        await alone.cache.get("embed").slice([prompt, 0, 0], [1, columns, -1]).data(),
        0,
        `text ${row}`,
      );
    }
  }
});

Deno.test("generate() searches under one noise: with and without a cache, as one pass rates what it found", async () => {
  const model = await seedling();
  const prompts = ["The capital of Poland is", "When Mary went to the store, she"];
  const edits = [noise("embed", { deviation: 0.6, seed: 2, steps: "prompt" })];
  const options = { tokens: 4, beams: 3, edits, stopTokens: [] };
  const kept = await generate(model, prompts, options);
  assertEquals(idsOf(kept), idsOf(await generate(model, prompts, { ...options, useCache: false })));
  const rated = await rateTexts(
    model,
    idsOf(kept).map((text, row) => ({ prompt: kept.prompts[row]!.ids, text })),
    { edits },
  );
  near(
    kept.texts.map(({ logProbability }) => logProbability),
    rated.map((text) => text.reduce((sum, probability) => sum + Math.log(probability), 0)),
    1e-4, // sums of four float32 log-probabilities
  );
});

Deno.test("generate() draws the first text of a prompt alike under noise, however many texts it draws", async () => {
  const model = await seedling(), prompts = ["The order is", "The capital of Poland is"];
  const edits = [noise("embed", { deviation: 0.6, seed: 2 })];
  const options = { tokens: 5, temperature: 1, seed: 4, stopTokens: [], edits };
  const one = idsOf(await generate(model, prompts, options));
  const two = idsOf(await generate(model, prompts, { ...options, samples: 2 }));
  assertEquals([two[0], two[2]], one);
});

Deno.test("generate() gives a value's row of each prompt to all texts of the prompt, and frees its copies", async () => {
  const model = await seedling(),
    prompts = ["The capital of Poland is", "The capital of France is"];
  const value = tf.randomNormal([2, 1, model.architecture.width], 0, 1, "float32", 3);
  const edits = [add("blocks.1.resid_pre", value, { positions: -1 })];
  for (const how of [{ beams: 3, samples: 2 }, { temperature: 1, samples: 2, seed: 1 }]) {
    const options = { tokens: 3, stopTokens: [], ...how };
    const before = heldTensors();
    const together = await generate(model, prompts, { ...options, edits });
    assertEquals(heldTensors(), before);
    for (const [row, prompt] of prompts.entries()) {
      const own = value.slice([row, 0, 0], [1, 1, -1]);
      const alone = await generate(model, prompt, {
        ...options,
        edits: [add("blocks.1.resid_pre", own, { positions: -1 })],
      });
      assertEquals(idsOf(together).slice(2 * row, 2 * row + 2), idsOf(alone));
      own.dispose();
    }
    const refusing = heldTensors();
    const wrong = [...edits, zero("embed", { steps: 3 })];
    await assertRejects(() => generate(model, prompts, { ...options, edits: wrong }), RangeError);
    assertEquals(heldTensors(), refusing, "what was refused leaves nothing");
  }
  value.dispose();
});

Deno.test("generate() refuses steps that never come before anything is computed", async () => {
  const model = await seedling();
  let computed = 0;
  const prompt = "The order is", watch = apply("embed", (x) => (computed++, x));
  for (const steps of [4, [0, 4], { from: 4 }, { from: 0, to: 5 }]) {
    const edits = [watch, zero("blocks.1.resid_post", { steps })];
    const { message } = await assertRejects(
      () => generate(model, prompt, { tokens: 4, edits }),
      RangeError,
    );
    assertStringIncludes(
      message,
      "as steps must be below 4, the number of tokens that are generated at most: step 4 never comes",
    );
  }
  assertEquals(computed, 0);
  for (const steps of [3, [0, 3], { from: 0 }, { from: 0, to: 4 }]) {
    await generate(model, prompt, { tokens: 4, edits: [zero("embed", { steps })] });
  }
});

Deno.test("generate() changes the second generated token first where step 0 is edited", async () => {
  const model = await seedling(), prompt = "The capital of Poland is";
  const options = { tokens: 3, stopTokens: [] };
  const probabilities = async (edits: readonly Edit[]) =>
    (await generate(model, prompt, { ...options, edits })).texts[0]!.tokens
      .map(({ probability }) => probability);
  const plain = await probabilities([]);
  const edited = await probabilities([zero("blocks.2.resid_post", { steps: 0 })]);
  assertEquals(edited[0], plain[0]);
  assert(edited[1] !== plain[1]);
});
