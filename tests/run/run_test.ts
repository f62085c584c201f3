import { add, apply, type Edit, replace, resample, run, scale, zero } from "../../lib/run/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertNotEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near, same } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

const EDITS: readonly Edit[] = [
  zero("blocks.0.attn.z", { heads: [1], positions: -1 }),
  add("blocks.1.resid_pre", [...Array(32).keys()], { scale: 0.1 }),
  apply("blocks.1.mlp.post", (x) => x.relu().add(1).log(), { neurons: [0, 5] }),
  resample("blocks.1.attn.result", { seed: 1 }),
  scale("blocks.1.attn.q_input", 1.5, { heads: [0] }),
];

/** A stretch of computing that takes longer than a run's slice, so that it gives way to other tasks. */
const slow = () =>
  apply("blocks.0.attn_out", (x) => {
    for (const end = performance.now() + 55; performance.now() < end;);
    return x;
  });

Deno.test("run() frees what it makes", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    // Weights become tensors at their first use and stay.
    (await run(model, PROMPTS, { capture: ["*"], edits: EDITS })).dispose();
    const before = heldTensors();
    for (
      const options of [{}, { capture: ["*"] }, { edits: EDITS }, { capture: ["*"], edits: EDITS }]
    ) {
      const result = await run(model, PROMPTS, options);
      result.cache.sites.forEach((site) => result.cache.get(site));
      assert(heldTensors() > before, `${family}: the result holds its logits`);
      result.dispose();
      assertEquals(heldTensors(), before, `${family}: ${Object.keys(options)}`);
    }
    {
      using result = await run(model, PROMPTS, { capture: ["*"] });
      assert(!result.logits.isDisposed);
    }
    assertEquals(heldTensors(), before, `${family}: using`);
  }
});

Deno.test("run() frees what it made when an edit fails, wherever that is", async () => {
  const model = await fixtureModel("llama");
  (await run(model, PROMPTS, { capture: ["*"] })).dispose();
  const before = heldTensors();
  const fails: [Edit, new (message: string) => Error][] = [
    [
      apply("blocks.1.mlp.post", () => {
        throw new SyntaxError("mine");
      }),
      SyntaxError,
    ],
    [apply("blocks.1.attn.z", (x) => x.div(0).mul(0)), RangeError],
    [apply("logits", (x) => x.slice([0], [1])), TypeError],
    [replace("blocks.1.attn.scores", [[NaN]]), RangeError],
    [replace("blocks.0.attn.k_input", [1, 2]), TypeError],
    [scale("blocks.0.attn.q", 3e38), RangeError],
    [apply("blocks.0.attn.result", () => Promise.resolve() as unknown as tf.Tensor), TypeError],
  ];
  for (const [edit, kind] of fails) {
    await assertRejects(() => run(model, PROMPTS, { edits: [edit], capture: ["*"] }), kind);
    assertEquals(heldTensors(), before, edit.at);
  }
});

Deno.test("run() heeds a signal before and while it runs, and frees what it made", async () => {
  const model = await fixtureModel("gpt2");
  (await run(model, PROMPTS)).dispose();
  const before = heldTensors();
  let error = await assertRejects(
    () => run(model, PROMPTS, { signal: AbortSignal.abort(new Error("no more")) }),
    Error,
  );
  assertEquals(error.message, "no more");

  // Raised by a task of its own, which a run lets in after every slice.
  const outer = new AbortController();
  setTimeout(() => outer.abort(new Error("from outside")), 0);
  let reached = false;
  const edits = [
    slow(),
    apply("blocks.1.resid_pre", (x) => {
      reached = true;
      return x;
    }),
  ];
  error = await assertRejects(
    () => run(model, PROMPTS, { edits, capture: ["*"], signal: outer.signal }),
    Error,
  );
  assertEquals([error.message, reached], ["from outside", false]);

  // Raised by an edit in the middle of a slice.
  const inner = new AbortController();
  error = await assertRejects(() =>
    run(model, PROMPTS, {
      edits: [
        apply("blocks.0.attn.z", (x) => {
          inner.abort(new Error("from inside"));
          return x;
        }),
        ...edits.slice(1),
      ],
      capture: ["*"],
      signal: inner.signal,
    }), Error);
  assertEquals([error.message, reached], ["from inside", false]);
  assertEquals(heldTensors(), before);
});

Deno.test("run() in a loop lets other tasks in, though each run is short", async () => {
  const model = await fixtureModel("gpt2");
  const signal = AbortSignal.timeout(100);
  let count = 0;
  for (const end = performance.now() + 5000; !signal.aborted && performance.now() < end; count++) {
    (await run(model, [1, 2, 3])).dispose();
  }
  assert(signal.aborted, `${count} runs kept a timer waiting`);
});

Deno.test("run() twice gives the same bits, and two runs at once do not disturb each other", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), other = PROMPTS.map((ids) => ids.toReversed());
    using a = await run(model, PROMPTS);
    using b = await run(model, other);
    using again = await run(model, PROMPTS);
    same(again.logits.dataSync(), a.logits.dataSync());
    const capture = ["blocks.1.resid_pre", "attn.pattern"];
    // The slow edits make each run give way between its blocks, so that they take turns.
    const [x, y, z] = await Promise.all([
      run(model, PROMPTS, { edits: [slow()], capture }),
      run(model, other, { edits: [slow()], capture }),
      run(model, PROMPTS),
    ]);
    same(x.logits.dataSync(), a.logits.dataSync());
    same(y.logits.dataSync(), b.logits.dataSync());
    same(z.logits.dataSync(), a.logits.dataSync());
    assertNotEquals(x.cache.get(capture[0]!).dataSync(), y.cache.get(capture[0]!).dataSync());
    for (const result of [x, y, z]) result.dispose();
  }
});

Deno.test("run() of two prompts gives what each gives alone", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    using both = await run(model, PROMPTS, { capture: ["*"] });
    for (const [row, prompt] of PROMPTS.entries()) {
      using alone = await run(model, prompt, { capture: ["*"] });
      assertEquals(alone.logits.shape, [1, 11, 96]);
      // Sums of other sizes are taken in another order by a BLAS, which costs a few times 1e-7.
      near(both.logits.slice([row, 0, 0], [1, 11, 96]).dataSync(), alone.logits.dataSync(), 1e-5);
      for (const site of alone.cache.sites) {
        const axis = model.axesOf(site).indexOf("batch"), whole = both.cache.get(site);
        const own = tf.gather(whole, tf.tensor1d([row], "int32"), axis);
        near(own.dataSync(), alone.cache.get(site).dataSync(), 1e-5, `${family} ${site}`);
      }
    }
  }
});

Deno.test("run() takes text, ids and lists of either, and says what it read", async () => {
  const model = await seedling();
  const text = "The capital of Poland is";
  using one = await run(model, text);
  const { ids, beginning, text: read } = one.tokens[0]!;
  assertEquals([beginning, read, ids[0]], [true, text, 0]);
  using byIds = await run(model, ids);
  assertEquals(byIds.tokens[0]!.beginning, true);
  same(byIds.logits.dataSync(), one.logits.dataSync());
  using mixed = await run(model, [text, [...ids]]);
  assertEquals(mixed.logits.shape, [2, ids.length, 3256]);
  assertEquals(mixed.tokens.map(({ ids }) => ids), [ids, ids]);
  assertEquals(mixed.model, "seedling");
});

Deno.test("run() draws itself, edits and a beginning-of-text token included", async () => {
  const model = await seedling();
  const prompt = "<script>alert(1)</script> & <img onerror=x>\u2028 Mary";
  using result = await run(model, prompt, { edits: [zero("blocks.3.attn.z", { heads: [5] })] });
  const { html, plain } = await drawings(result);
  assert(!/<script>alert|<img onerror/.test(html));
  assert(html.includes("zero blocks.3.attn.z heads 5"));
  assert(/beginning-of-text token was prepended/.test(html));
  assert(plain.length > 0);
  assert(Deno.inspect(result).startsWith("RunResult of seedling: logits [1, "));
});
