import { add, ofRun, run, trace, type TraceBody } from "../../../lib/run/mod.ts";
import type { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near, same } from "../../near.ts";
import { ownPart } from "../own_part.ts";

/** Prompts of 3, 5, 3 and 11 tokens: the first and the third end in the same column, whatever side is padded. */
const RAGGED = [
  PROMPTS[0]!.slice(0, 3),
  PROMPTS[1]!.slice(0, 5),
  PROMPTS[0]!.slice(4, 7),
  PROMPTS[0]!,
];

for (const family of FAMILIES) {
  Deno.test(`A-26 trace() ${family}: reads every site, the inputs of heads too, in the order of the pass`, async () => {
    const model = await fixtureModel(family);
    using plain = await run(model, PROMPTS, { capture: ["*"] });
    using traced = await trace(model, PROMPTS, function* (at) {
      const values = new Map<string, tf.Tensor>();
      for (const site of model.match("*")) values.set(site, yield at(site));
      return values;
    });
    assertEquals([...traced.returned.keys()], model.match("*"));
    for (const [site, value] of traced.returned) {
      near(value.dataSync(), plain.cache.get(site).dataSync(), 1e-6, site);
    }
    near(traced.run!.logits.dataSync(), plain.logits.dataSync(), 1e-6);
  });

  for (const padding of ["left", "right"] as const) {
    Deno.test(`trace() ${family}: a body each reads at every site what its prompt alone shows, padded on the ${padding}`, async () => {
      const model = await fixtureModel(family);
      const sites = model.match("*").filter((site) => /blocks\.1|embed|logits/.test(site));
      const body: TraceBody<tf.Tensor[]> = function* (at) {
        const values: tf.Tensor[] = [];
        for (const site of sites) values.push(yield at(site));
        return values;
      };
      using traced = await trace(model, RAGGED, RAGGED.map(() => body), { padding });
      for (const [row, prompt] of RAGGED.entries()) {
        using alone = await run(model, prompt, { capture: sites });
        sites.forEach((site, i) => {
          const [own, expected] = [traced.returned[row]![i]!, alone.cache.get(site)];
          assertEquals(own.shape, expected.shape, site);
          near(own.dataSync(), expected.dataSync(), 1e-5, `${site} of ${row}`);
        });
      }
    });
  }
}

for (const padding of ["left", "right"] as const) {
  Deno.test(`trace() reads parts of a batch padded on the ${padding} in the order of its examples`, async () => {
    const model = await fixtureModel("llama"), site = "blocks.1.attn_out", width = 32;
    using plain = await run(model, RAGGED, { capture: [site], padding });
    const rows = RAGGED.map((_, row) => {
      const { from, to } = plain.cache.columnsOf(row);
      return ownPart(plain.cache.get(site), model.axesOf(site), row, { from, to }).slice(-width);
    });
    using traced = await trace(model, RAGGED, function* (at) {
      const all = yield at(site, { positions: -1 });
      const some = yield at(site, { positions: -1, examples: [2, 1, 0] });
      const one = yield at(site, { positions: -1, examples: 3 });
      return [all, some, one];
    }, { padding });
    const [all, some, one] = traced.returned as [tf.Tensor, tf.Tensor, tf.Tensor];
    assertEquals([all.shape, some.shape, one.shape], [[4, 1, width], [3, 1, width], [1, 1, width]]);
    near(all.dataSync(), rows.flatMap((row) => [...row]), 1e-6);
    near(some.dataSync(), [2, 1, 0].flatMap((row) => [...rows[row]!]), 1e-6);
    near(one.dataSync(), rows[3]!, 1e-6);
  });
}

Deno.test("trace() edits a batch of one length in the order of the examples that it names", async () => {
  const model = await fixtureModel("gpt2"), site = "blocks.0.attn_out";
  using plain = await run(model, PROMPTS, { capture: [site] });
  using traced = await trace(model, PROMPTS, function* (at) {
    const value = yield at(site, { examples: [1, 0], positions: 4 });
    return value;
  });
  const expected = [1, 0].flatMap((
    row,
  ) => [...ownPart(plain.cache.get(site), model.axesOf(site), row, { from: 4, to: 5 })]);
  same(traced.returned.dataSync(), expected);
});

Deno.test("trace() refuses what would be read of examples of different shapes, and examples in a body of one", async () => {
  const model = await fixtureModel("gpt2"), before = heldTensors();
  const shapes = await assertRejects(() =>
    trace(model, RAGGED, function* (at) {
      yield at("embed", { positions: { from: 1 } });
    }), RangeError);
  assertEquals(
    shapes.message,
    "Cannot read embed of several examples as what is read must be of one shape: they are 2 × 32 and 4 × 32 and 2 × 32 and 10 × 32; read them one by one, by examples",
  );
  for (const request of ["read", "edit"]) {
    const body: TraceBody<void> = function* (at) {
      if (request === "read") yield at("embed", { examples: 1 });
      else yield at.edit(add("embed", 1, { examples: [0] }));
    };
    const other = await assertRejects(() => trace(model, PROMPTS, [body, body]), RangeError);
    assertEquals(
      other.message,
      `Cannot trace example 0 as a body of its own must say no examples: current value is ${
        request === "read" ? "1" : "[0]"
      }`,
    );
  }
  assertEquals(heldTensors(), before);
});

Deno.test("trace() refuses to stop while another body waits, and to go on after a stop", async () => {
  const model = await fixtureModel("gpt2");
  const waiting = await assertRejects(() =>
    trace(model, PROMPTS, [
      function* (at) {
        yield at("blocks.0.attn_out");
        yield at.stop();
      },
      function* (at) {
        yield at("blocks.1.attn_out");
      },
    ]), RangeError);
  assertEquals(
    waiting.message,
    "Cannot trace blocks.1.attn_out as the pass must come to it: another body stopped it, and the body still waits for it",
  );
  const after = await assertRejects(() =>
    trace(model, PROMPTS, function* (at) {
      yield at.stop();
      yield at("embed");
    }), RangeError);
  assertEquals(
    after.message,
    "Cannot trace further as at.stop() ends the pass: after it a body may only return",
  );
  // The second stops after the first has been served.
  const body = (last: boolean): TraceBody<number[]> =>
    function* (at) {
      const value = yield at("blocks.0.attn_out");
      if (last) yield at.stop();
      return value.shape;
    };
  using both = await trace(model, PROMPTS, [body(false), body(true)]);
  assertEquals([both.run, both.returned], [null, [[1, 11, 32], [1, 11, 32]]]);
});

Deno.test("trace() lets an edit of a body take its value of its own site, and of no other", async () => {
  const model = await fixtureModel("gpt2"), site = "blocks.1.resid_pre";
  const edit = add(site, ofRun({ examples: 0 }), { examples: 1, positions: -1 });
  using expected = await run(model, PROMPTS, { edits: [edit] });
  using traced = await trace(model, PROMPTS, function* (at) {
    yield at.edit(edit);
  });
  same(traced.run!.logits.dataSync(), expected.logits.dataSync());
  const error = await assertRejects(() =>
    trace(model, PROMPTS, function* (at) {
      yield at.edit(add(site, ofRun({ at: "blocks.0.attn_out" })));
    }), RangeError);
  assertEquals(
    error.message,
    'Cannot trace add blocks.1.resid_pre as a body must read the value of blocks.0.attn_out itself, by yield at("blocks.0.attn_out"), and set what it has read: it asked the run for it',
  );
});
