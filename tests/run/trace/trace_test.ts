import { add, type Edit, freeze, replace, run, scale, trace, zero } from "../../../lib/run/mod.ts";
import { display, inspect } from "../../../lib/show/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near, same } from "../../near.ts";

const [PROMPT] = PROMPTS as [readonly number[]];
const SHORT = PROMPT.slice(0, 6);

for (const family of FAMILIES) {
  Deno.test(`trace() ${family}: reads at every site what a run captures`, async () => {
    const model = await fixtureModel(family);
    using plain = await run(model, PROMPTS, { capture: ["*"] });
    using traced = await trace(model, PROMPTS, function* (at) {
      const values = new Map<string, tf.Tensor>();
      // A copy of the stream for each head makes sums in another order, so these sites are left to another test.
      const sites = model.match("*").filter((site) => !/_input$|result$/.test(site));
      for (const site of sites) values.set(site, yield at(site));
      return values;
    });
    assert(traced.returned.size > 20);
    for (const [site, value] of traced.returned) {
      same(value.dataSync(), plain.cache.get(site).dataSync(), site);
    }
    same(traced.run!.logits.dataSync(), plain.logits.dataSync());
  });

  Deno.test(`trace() ${family}: puts an early value in a late place, as two runs would`, async () => {
    const model = await fixtureModel(family);
    using first = await run(model, PROMPT, { capture: ["blocks.0.resid_pre"] });
    const early = first.cache.get("blocks.0.resid_pre");
    using expected = await run(model, PROMPT, {
      edits: [replace("blocks.1.resid_post", tf.tidy(() => early.mul(3)))],
    });
    using traced = await trace(model, PROMPT, function* (at) {
      const stream = yield at("blocks.0.resid_pre");
      yield at.set("blocks.1.resid_post", stream.mul(3));
    });
    same(traced.run!.logits.dataSync(), expected.logits.dataSync());
  });
}

Deno.test("trace() edits on a condition of the run's own values, and reads what it put", async () => {
  const model = await fixtureModel("gpt2");
  const edit: Edit = zero("blocks.1.attn.z", { heads: 1 });
  using edited = await run(model, PROMPT, { edits: [edit] });
  using plain = await run(model, PROMPT);
  for (const [least, expected] of [[0, edited], [1e9, plain]] as const) {
    using traced = await trace(model, PROMPT, function* (at) {
      const norm = (yield at("blocks.0.mlp.post")).norm().dataSync()[0]!;
      if (norm > least) yield at.edit(edit);
      const after = yield at("blocks.1.attn.z", { heads: 1, positions: -1 });
      return after;
    });
    same(traced.run!.logits.dataSync(), expected.logits.dataSync());
    assertEquals(traced.returned.shape, [1, 1, 1, model.architecture.headWidth]);
    assertEquals([...traced.returned.dataSync()].every((x) => x === 0), least === 0);
  }
});

Deno.test("trace() goes on from edits of its options, and captures beside", async () => {
  const model = await fixtureModel("llama");
  const edits = [scale("blocks.0.mlp_out", 2)];
  using plain = await run(model, PROMPT, { edits, capture: ["blocks.1.resid_pre"] });
  using traced = await trace(model, PROMPT, function* (at) {
    return (yield at("blocks.0.mlp_out")).sum().dataSync()[0];
  }, { edits, capture: ["blocks.1.resid_pre"] });
  const captured = traced.run!.cache.get("blocks.1.resid_pre");
  same(captured.dataSync(), plain.cache.get("blocks.1.resid_pre").dataSync());
  using unedited = await run(model, PROMPT, { capture: ["blocks.0.mlp_out"] });
  const sum = unedited.cache.get("blocks.0.mlp_out").sum().dataSync()[0]!;
  near([traced.returned!], [2 * sum], 1e-4);
});

for (const padding of ["left", "right"] as const) {
  Deno.test(`trace() gives each body its own prompt alone, padded on the ${padding} or not`, async () => {
    const model = await fixtureModel("gpt_neox");
    const streams: tf.Tensor[] = [];
    let shared: tf.Tensor | undefined;
    using traced = await trace(model, [SHORT, PROMPT], [
      function* (at) {
        streams[0] = yield at("blocks.0.resid_post");
        shared = yield at("blocks.1.attn_out", { positions: -1 });
        return streams[0];
      },
      function* (at) {
        streams[1] = yield at("blocks.0.resid_post");
        // The first body is served first, so once this one is there too, the value is.
        yield at("blocks.1.attn_out");
        yield at.set("blocks.1.attn_out", shared!, { positions: -1 });
        return streams[1];
      },
    ], { padding });
    using short = await run(model, SHORT, {
      capture: ["blocks.0.resid_post", "blocks.1.attn_out"],
    });
    assertEquals(traced.returned.map(({ shape }) => shape[1]), [SHORT.length, PROMPT.length]);
    near(traced.returned[0]!.dataSync(), short.cache.get("blocks.0.resid_post").dataSync(), 1e-5);
    const last = tf.tidy(() =>
      short.cache.get("blocks.1.attn_out").slice([0, SHORT.length - 1, 0])
    );
    using long = await run(model, PROMPT, {
      edits: [replace("blocks.1.attn_out", last, { positions: -1 })],
    });
    const [, columns, vocabulary] = traced.run!.logits.shape;
    const logits = traced.run!.logits.dataSync().slice(columns * vocabulary);
    near(logits, long.logits.dataSync(), 1e-5);
  });
}

Deno.test("trace() stops where a body says so, and returns what it read", async () => {
  const model = await fixtureModel("gpt2");
  using plain = await run(model, PROMPT, { capture: ["blocks.0.attn_out"] });
  const expected = plain.cache.get("blocks.0.attn_out").dataSync();
  const before = heldTensors();
  const traced = await trace(model, PROMPT, function* (at) {
    const value = yield at("blocks.0.attn_out");
    yield at.stop();
    return value;
  });
  assertEquals(traced.run, null);
  same(traced.returned.dataSync(), expected);
  traced.dispose();
  assertEquals(heldTensors(), before, "nothing is left");
});

Deno.test("trace() frees what bodies read and made, but for what they return", async () => {
  const model = await fixtureModel("gpt2");
  (await run(model, PROMPT)).dispose(); // weights become tensors
  const before = heldTensors();
  const traced = await trace(model, PROMPT, function* (at) {
    const early = yield at("blocks.0.resid_pre"), doubled = early.mul(2);
    const late = yield at("blocks.1.resid_post");
    // Made in an earlier step of the pass, and still there.
    return { sum: doubled.add(late), list: [early] };
  });
  assertEquals(heldTensors(), before + 3, "logits, sum and stream");
  traced.dispose();
  assertEquals(heldTensors(), before);
});

Deno.test("trace() refuses a site that was left behind where it is asked for, and one that never comes", async () => {
  const model = await fixtureModel("gpt2");
  const late = await assertRejects(() =>
    trace(model, PROMPT, function* (at) {
      yield at("blocks.1.resid_pre");
      yield at("blocks.0.attn.z");
    }), RangeError);
  assertEquals(
    late.message,
    "Cannot trace blocks.0.attn.z as the pass must not have left it behind: blocks.1.resid_pre comes after it",
  );
  const never = await assertRejects(() =>
    trace(model, PROMPT, function* (at) {
      yield at("blocks.1.resid_post");
    }, { stop: 1 }), RangeError);
  assertStringIncludes(never.message, "it ended, and the body still waits for it");
  const strange = await assertRejects(() =>
    trace(model, PROMPT, function* (at) {
      yield at("blocks.1.resid_pst" as "blocks.1.resid_post");
    }), RangeError);
  assertStringIncludes(strange.message, "blocks.1.resid_post");
  await assertRejects(
    () =>
      trace(model, PROMPT, function* () {
        yield 3 as never;
      }),
    TypeError,
    "at.stop()",
  );
  await assertRejects(() => trace(model, PROMPT, (() => {}) as never), TypeError, "a generator");
  await assertRejects(() => trace(model, PROMPT, []), TypeError, "one for each of the 1 prompts");
});

Deno.test("trace() lets a body catch a refusal and go on", async () => {
  const model = await fixtureModel("gpt2");
  using traced = await trace(model, PROMPT, function* (at) {
    yield at("blocks.1.resid_pre");
    try {
      yield at("embed");
    } catch {
      const other = yield at("blocks.1.mlp.post");
      return other;
    }
    return null;
  });
  assertEquals(traced.returned!.shape, [1, PROMPT.length, model.architecture.neurons]);
});

Deno.test("trace() changes the inputs of heads, and the norms of each of their copies", async () => {
  const model = await fixtureModel("llama");
  const edits: Edit[] = [
    add("blocks.1.attn.q_input", 0.5, { heads: 1 }),
    scale("blocks.1.ln1.scale", 2),
  ];
  using expected = await run(model, PROMPT, { edits });
  using traced = await trace(model, PROMPT, function* (at) {
    for (const edit of edits) yield at.edit(edit);
  });
  same(traced.run!.logits.dataSync(), expected.logits.dataSync());
});

Deno.test("trace() draws its run, and what was returned where it stopped", async () => {
  const model = await fixtureModel("gpt2");
  using traced = await trace(model, PROMPT, function* (at) {
    const value = yield at("embed");
    yield at.stop();
    return { value };
  });
  assertStringIncludes((traced[display]() as { "text/plain": string })["text/plain"], "1 × 11");
  assertStringIncludes(
    traced[inspect](),
    "value  1 × 11 × 32",
  );
});

Deno.test("trace() refuses what a body asks for and does not yield, at its line", async () => {
  const model = await fixtureModel("gpt2");
  const idle = await assertRejects(() =>
    trace(model, PROMPT, function* (at) {
      yield at("embed");
      at.edit(zero("blocks.1.attn.z"));
    }), RangeError);
  assertStringIncludes(idle.message, "at.edit() of zero blocks.1.attn.z was not");
  assertStringIncludes(idle.stack!, "trace_test.ts");
  const late = await assertRejects(() =>
    trace(model, PROMPT, function* (at) {
      yield at("blocks.1.resid_pre");
      yield at("embed");
    }), RangeError);
  assertStringIncludes(late.stack!, "trace_test.ts");
});

Deno.test("trace() says what a body must give that edits of a run need not", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () =>
      trace(model, PROMPT, function* (at) {
        yield at.edit(freeze("blocks.1.attn.pattern"));
      }),
    RangeError,
    "{ source: cache }",
  );
  await assertRejects(
    () =>
      trace(model, PROMPT, function* (at) {
        yield at.edit(zero("blocks.*.attn.z"));
      }),
    RangeError,
    "one site at a time",
  );
});

Deno.test("trace() says that another body stopped the pass", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () =>
      trace(model, PROMPTS, [
        function* (at) {
          yield at("embed");
          yield at.stop();
        },
        function* (at) {
          yield at("blocks.1.resid_pre");
        },
      ]),
    RangeError,
    "another body stopped it",
  );
});

Deno.test("trace() gives each body the type of its own result, and draws values by name", async () => {
  const model = await fixtureModel("gpt2");
  using traced = await trace(model, PROMPTS, [
    function* (at) {
      const value = yield at("embed");
      return { norm: value.norm(), size: 3 };
    },
    function* (at) {
      yield at("embed");
      return "nothing read";
    },
  ]);
  const [first, second] = traced.returned;
  const size: number = first.size, text: string = second;
  assertEquals([size, text], [3, "nothing read"]);
  const shown = traced[inspect]();
  for (const part of ["0.norm", "a number", "0.size", "nothing read"]) {
    assertStringIncludes(shown, part);
  }
});
