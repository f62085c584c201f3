import { add, apply, logit, resample, run, type RunOptions, zero } from "../../lib/run/mod.ts";
import type { Site } from "../../lib/model/mod.ts";
import { display, inspect } from "../../lib/show/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { same } from "../near.ts";

/** Prompts of 11, 6 and 1 tokens. */
const RAGGED = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 6), [40]];

for (const family of FAMILIES) {
  Deno.test(`A-26 C-13 ${family}: writing resid_post at a layer and going on from the next equals the full run`, async () => {
    const model = await fixtureModel(family), { layers } = model.architecture;
    const change = (x: tf.Tensor) => x.mul(0.5).add(0.1);
    using plain = await run(model, PROMPTS, { capture: ["*"] });
    for (let layer = 0; layer < layers; layer++) {
      const at: Site = `blocks.${layer}.resid_post`, edits = [apply(at, change)];
      using full = await run(model, PROMPTS, { edits, capture: ["*"] });
      const written = tf.tidy(() => change(plain.cache.get(at)));
      if (layer + 1 < layers) {
        using rest = await run(model, PROMPTS, {
          start: { layer: layer + 1, stream: written },
          capture: ["*"],
        });
        same(rest.logits.dataSync(), full.logits.dataSync(), `after layer ${layer}`);
        const own = model.match("*").filter((site) => !/embed|^blocks\.0\./.test(site));
        assertEquals(rest.cache.sites, own);
        for (const site of own) {
          same(rest.cache.get(site).dataSync(), full.cache.get(site).dataSync(), site);
        }
      }
      same(full.cache.get(at).dataSync(), written.dataSync());
      assert(!written.isDisposed, "the stream stays the caller's");
      written.dispose();
    }
  });

  for (const padding of ["left", "right"] as const) {
    Deno.test(`${family}: a run begins at any layer with another's stream, and stops before any, padded on the ${padding}`, async () => {
      const model = await fixtureModel(family), { layers } = model.architecture;
      const capture = ["resid_pre", "blocks.1.resid_post"];
      using whole = await run(model, RAGGED, { capture, padding });
      for (let layer = 0; layer < layers; layer++) {
        const stream = whole.cache.get(`blocks.${layer}.resid_pre`);
        using rest = await run(model, RAGGED, { start: { layer, stream }, padding });
        same(rest.logits.dataSync(), whole.logits.dataSync(), `from layer ${layer}`);
        same(rest.loss.flatMap((row) => [...row]), whole.loss.flatMap((row) => [...row]));
      }
      for (let stop = 0; stop <= layers; stop++) {
        using part = await run(model, RAGGED, { stop, padding });
        const name = stop < layers ? `blocks.${stop}.resid_pre` : "blocks.1.resid_post";
        same(part.stream!.dataSync(), whole.cache.get(name).dataSync(), `before layer ${stop}`);
      }
      // Two halves are the whole.
      using first = await run(model, RAGGED, { stop: 1, padding });
      using second = await run(model, RAGGED, {
        start: { layer: 1, stream: first.stream! },
        stop: 2,
        padding,
      });
      same(second.stream!.dataSync(), whole.cache.get("blocks.1.resid_post").dataSync());
    });
  }
}

Deno.test("a run that begins or stops within the model frees what it makes, and leaves the stream", async () => {
  const model = await fixtureModel("gpt2");
  using whole = await run(model, RAGGED, { capture: ["blocks.1.resid_pre"], padding: "left" });
  const stream = whole.cache.get("blocks.1.resid_pre");
  const options: RunOptions[] = [{ start: { layer: 1, stream } }, { stop: 1 }, { stop: 0 }];
  const before = heldTensors();
  for (const option of options) {
    (await run(model, RAGGED, { ...option, padding: "left", capture: ["*"] })).dispose();
    assertEquals(heldTensors(), before);
  }
  assert(!stream.isDisposed);
});

Deno.test("a run that stopped gives its stream, refuses its logits, and draws itself", async () => {
  const model = await seedling(), prompts = ["The capital of France is", "Mary"];
  using stopped = await run(model, prompts, { stop: 2, edits: [zero("blocks.1.attn_out")] });
  assertEquals(stopped.stream!.shape, [2, 6, model.architecture.width]);
  const advice =
    "Cannot read logits as the run must go to its end: it stopped before; its stream is in `stream`";
  for (
    const read of [
      () => stopped.logits,
      () => stopped.loss,
      () => stopped.meanLoss,
      () => stopped.measure(logit(3)),
    ]
  ) {
    assertEquals(assertThrows(read, RangeError).message, advice);
  }
  const drawing = await stopped[display]() as { "text/plain": string; "text/html": string };
  for (const text of ["stopped before its end", "6 × 256", "zero blocks.1.attn_out"]) {
    assert(drawing["text/plain"].includes(text), drawing["text/plain"]);
  }
  assertEquals(
    stopped[inspect](),
    "RunResult of seedling, stopped: stream [2, 6, 256], 0 captured sites, 1 edits",
  );
  using whole = await run(model, prompts);
  assertEquals(whole.stream, null);
});

Deno.test("patterns capture what a part of a model reaches; what is named outside of it is refused", async () => {
  const model = await fixtureModel("llama");
  using whole = await run(model, PROMPTS, { capture: ["blocks.1.resid_pre"] });
  const start = { layer: 1, stream: whole.cache.get("blocks.1.resid_pre") };
  using rest = await run(model, PROMPTS, { start, capture: ["resid_pre", "*scale"] });
  assertEquals(rest.cache.sites, [
    "blocks.1.resid_pre",
    "blocks.1.ln1.scale",
    "blocks.1.ln2.scale",
    "ln_final.scale",
  ]);
  using early = await run(model, PROMPTS, { stop: 1, capture: ["*resid*", "embed"] });
  assertEquals(early.cache.sites, [
    "embed",
    "blocks.0.resid_pre",
    "blocks.0.resid_mid",
    "blocks.0.resid_post",
  ]);
  const other = early.cache;
  other.get("blocks.0.resid_pre"); // on wasm a cache makes its tensors when they are asked for
  const outside: [RunOptions, string][] = [
    [{ stop: 1, capture: ["blocks.1.attn.z"] }, "capture blocks.1.attn.z"],
    // The same site in TransformerLens's spelling.
    [{ stop: 1, capture: ["blocks.1.attn.hook_z"] }, "capture blocks.1.attn.z"],
    [{ stop: 1, capture: ["logits"] }, "capture logits"],
    [{ start, capture: ["embed"] }, "capture embed"],
    [{ start, capture: ["blocks.0.attn.*"] }, "capture blocks.0.attn.*"],
    [{ stop: 2, capture: ["ln_final.*"] }, "capture ln_final.*"],
    [{ start, edits: [zero("blocks.0.attn.z")] }, "zero blocks.0.attn.z"],
    [{ stop: 1, edits: [add("logits", 1)] }, "add logits"],
    [{ stop: 1, edits: [add("blocks.*.attn_out", 1)] }, "add blocks.1.attn_out"],
    [{ start, edits: [resample("blocks.0.resid_pre", other)] }, "resample blocks.0.resid_pre"],
  ];
  const before = heldTensors();
  for (const [options, what] of outside) {
    const error = await assertRejects(() => run(model, PROMPTS, options), RangeError);
    assertEquals(
      error.message,
      `Cannot ${what} as the run must come to it: it begins or ends elsewhere`,
    );
  }
  assertEquals(heldTensors(), before);
});

Deno.test("layers and streams that do not fit are refused", async () => {
  const model = await fixtureModel("gpt2");
  const stream = tf.zeros([2, 11, 32]), small = tf.zeros([2, 11, 31]);
  const cases: [unknown, new (message: string) => Error, string][] = [
    [{ stop: 3 }, RangeError, "stop must be a layer from 0 to 2: current value is 3"],
    [{ stop: -1 }, RangeError, "stop must be a layer from 0 to 2: current value is -1"],
    [{ stop: 0.5 }, RangeError, "stop must be a layer from 0 to 2: current value is 0.5"],
    [{ stop: null }, RangeError, "stop must be a layer from 0 to 2: current value is null"],
    [
      { start: { layer: 2, stream } },
      RangeError,
      "start must be a layer from 0 to 1: current value is 2",
    ],
    [
      { start: { layer: 1, stream }, stop: 0 },
      RangeError,
      "stop must be a layer from 1 to 2: current value is 0",
    ],
    [
      { start: { stream } },
      RangeError,
      "start must be a layer from 0 to 1: current value is undefined",
    ],
    [
      { start: { layer: "1", stream } },
      RangeError,
      "start must be a layer from 0 to 1: current value is 1",
    ],
  ];
  for (const [options, kind, message] of cases) {
    const error = await assertRejects(() => run(model, PROMPTS, options as RunOptions), kind);
    assertEquals(error.message, `Cannot run a part of a model as ${message}`);
  }
  const shapes: [unknown, string][] = [
    [small, "[2, 11, 31]"],
    [undefined, "none"],
    [[1, 2], "none"],
  ];
  for (const [wrong, found] of shapes) {
    const start = { layer: 1, stream: wrong as tf.Tensor };
    const error = await assertRejects(() => run(model, PROMPTS, { start }), TypeError);
    assertEquals(
      error.message,
      "Cannot start a run of gpt2 as the stream must be [batch, position, width], [2, 11, 32]: " +
        `its shape is ${found}`,
    );
  }
  await assertRejects(
    () => run(model, PROMPTS, { start: { layers: 1, layer: 1, stream } as never }),
    TypeError,
    "layer, stream",
  );
  tf.dispose([stream, small]);
});

Deno.test("a stream without a number where a token stands is refused", async () => {
  const model = await fixtureModel("gpt2");
  const stream = tf.tidy(() => tf.fill([1, 3, 32], NaN));
  const error = await assertRejects(
    () => run(model, [1, 2, 3], { start: { layer: 1, stream } }),
    RangeError,
  );
  assertEquals(
    error.message,
    "Cannot start a run of gpt2 as its stream must hold numbers: example 0 has NaN at position 0",
  );
  stream.dispose();
  // A stream of prompts padded on the one side is no stream of prompts padded on the other.
  using left = await run(model, RAGGED, { capture: ["blocks.1.resid_pre"], padding: "left" });
  const start = { layer: 1, stream: left.cache.get("blocks.1.resid_pre") };
  await assertRejects(() => run(model, RAGGED, { start }), RangeError, "NaN at position 0");
});
