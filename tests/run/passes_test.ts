/** Edits and captures in a run of several passes are those of one pass over all columns. */

import {
  add,
  apply,
  type Edit,
  freeze,
  knockout,
  mean,
  meanOver,
  noise,
  ofCache,
  ofRun,
  project,
  replace,
  resample,
  run,
  scale,
  type Window,
  zero,
} from "../../lib/run/mod.ts";
import { Instrument } from "../../lib/run/instrument.ts";
import { givePlainValues } from "../../lib/run/plain_run.ts";
import { KeyValueCache, type Site, type Transformer } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

/** Prompts of 6 and 4 tokens with five generated tokens each, the shorter one padded on the left. */
const IDS = [PROMPTS[0]!.slice(0, 11), [0, 0, ...PROMPTS[1]!.slice(0, 9)]], STARTS = [0, 2];
const WINDOW: Window = {
  rows: [{ start: 0, length: 6 }, { start: 2, length: 4 }],
  from: 0,
  to: 6,
  spans: { subject: [[2, 3], [1]] },
};
const generates = { generates: true };

function drain<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

interface Found {
  readonly logits: tf.Tensor;
  readonly instrument: Instrument;
}

/** Runs columns that end at the given ones, a pass each, and returns the logits of the last column. */
async function inPasses(
  model: Transformer,
  edits: readonly Edit[],
  ends: readonly number[],
): Promise<Found> {
  using past = new KeyValueCache();
  const captured = new Set<Site>(model.match("*"));
  const instrument = new Instrument(
    model,
    captured,
    edits,
    { ...WINDOW, to: ends[0]! },
    generates,
  );
  let logits: tf.Tensor | null = null, from = 0;
  for (const to of ends) {
    if (from > 0) instrument.move(from, to);
    const pass = { ids: IDS.map((row) => row.slice(from, to)), starts: STARTS, past };
    if (from === 0) {
      const window = { ...WINDOW, to };
      await givePlainValues({ model, pass, edits, window, mode: generates, instrument });
    }
    logits?.dispose();
    const all = drain(model.forward(pass, instrument));
    logits = tf.tidy(() => all.slice([0, to - from - 1, 0], [2, 1, -1]));
    all.dispose();
    from = to;
  }
  instrument.dispose();
  return { logits: logits!, instrument };
}

/** Edits of every kind at prompt tokens, generated ones, or both. */
async function lists(model: Transformer): Promise<Readonly<Record<string, readonly Edit[]>>> {
  const { cache } = await run(model, PROMPTS.map((ids) => ids.toReversed()), { capture: ["*"] });
  const means = await meanOver(model, PROMPTS.map((ids) => [...ids]), {
    sites: ["blocks.1.attn_out"],
  });
  return {
    none: [],
    "zero everywhere": [zero("blocks.0.attn.z", { heads: 1 })],
    "last token of the prompt": [scale("blocks.0.resid_post", 2, { positions: -1 })],
    "a span": [zero("blocks.0.mlp_out", { positions: "subject" })],
    "generated tokens": [add("blocks.0.resid_pre", 0.5, { steps: "generated" })],
    "some generated tokens": [add("blocks.0.resid_pre", 0.5, { steps: [0, 3] })],
    "a range of generated tokens": [scale("blocks.0.attn_out", 2, { steps: { from: 1, to: 4 } })],
    "the prompt": [scale("embed", 1.5, { steps: "prompt" })],
    "scores of later tokens": [
      add("blocks.0.attn.scores", 2, { keys: [1, -1], steps: "generated" }),
    ],
    "knockout of prompt keys": [knockout("blocks.*", { keys: "subject", steps: "generated" })],
    "knockout of a key for all later tokens": [
      knockout("blocks.0.attn.pattern", { keys: 0, positions: { from: 1 } }),
    ],
    noise: [noise("embed", { deviation: 0.5, seed: 1 })],
    project: [project("blocks.0.resid_post", Array.from({ length: 32 }, (_, i) => i % 3))],
    mean: [mean("blocks.1.attn_out", means, { steps: "generated" })],
    resample: [resample("blocks.0.attn_out", cache, { positions: [0, -1] })],
    freeze: [zero("blocks.0.attn_out"), freeze("blocks.1.attn.pattern", { steps: "prompt" })],
    apply: [apply("blocks.1.mlp.post", (x) => x.square())],
    "another row": [
      replace("blocks.0.resid_post", ofRun({ examples: 1 }), { examples: 0, steps: "generated" }),
    ],
    "an earlier site, at an earlier token": [
      add("blocks.1.resid_pre", ofRun({ at: "blocks.0.attn_out", positions: 1 }), {
        steps: "generated",
      }),
      add("blocks.1.attn.q", ofRun({ at: "blocks.1.attn.q", positions: -1 }), { steps: [1] }),
    ],
    "a token of another prompt": [
      replace("blocks.0.resid_post", ofCache(cache, { positions: 3, examples: 0 }), { steps: [2] }),
    ],
  };
}

for (const family of FAMILIES) {
  Deno.test(`${family}: passes of some columns each edit and capture what one pass does`, async () => {
    const model = await fixtureModel(family);
    for (const [name, edits] of Object.entries(await lists(model))) {
      const whole = await inPasses(model, edits, [11]);
      for (const ends of [[6, 7, 8, 9, 10, 11], [6, 8, 11]]) {
        const parts = await inPasses(model, edits, ends), what = `${name}, passes to ${ends}`;
        near(parts.logits.dataSync(), whole.logits.dataSync(), 1e-5, what);
        const { cache } = whole.instrument, found = parts.instrument.cache;
        assertEquals(found.sites, cache.sites);
        for (const site of cache.sites) {
          assertEquals(found.get(site).shape, cache.get(site).shape, site);
          near(found.get(site).dataSync(), cache.get(site).dataSync(), 1e-4, `${what}: ${site}`);
        }
        assertEquals(found.columnsOf(1), { from: 2, to: 11 });
        assertEquals(parts.instrument.untouched, []);
        found.dispose();
        parts.logits.dispose();
      }
      // An edit must do something, and nothing before the first token that it touches.
      if (name !== "none") {
        const plain = await inPasses(model, [], [11]);
        assert(
          whole.logits.dataSync().some((x, i) => x !== plain.logits.dataSync()[i]),
          `${name} does nothing`,
        );
      }
    }
  });
}

Deno.test("an instrument frees what it held of earlier sites", async () => {
  const model = await fixtureModel("gpt2");
  const edits = [
    add("blocks.1.resid_pre", ofRun({ at: "blocks.0.attn_out", positions: 1 }), { steps: [1] }),
    freeze("blocks.1.attn.pattern", { steps: "prompt" }),
  ];
  const once = async () => {
    const { logits, instrument } = await inPasses(model, edits, [6, 7, 8]);
    logits.dispose();
    instrument.cache.dispose();
  };
  await once();
  const before = heldTensors();
  await once();
  assertEquals(heldTensors(), before);
});

Deno.test("an instrument names the edits that touched nothing, and refuses those that cannot", async () => {
  const model = await fixtureModel("gpt2");
  const late = zero("embed", { steps: 9 });
  const { instrument } = await inPasses(model, [late, zero("embed", { steps: 0 })], [6, 7, 8]);
  assertEquals(instrument.untouched, [late]);
  const cases: [Edit, string][] = [
    [
      freeze("blocks.1.attn.pattern"),
      'Cannot freeze blocks.1.attn.pattern as generated tokens have no unedited run: say positions, steps "prompt", or a source',
    ],
    [
      add("embed", [[1], [2]]),
      "Cannot add embed as the value must fit [batch 2, position 1, width 32]: its shape is [2, 1]",
    ],
    [
      zero("embed", { steps: -1 }),
      "Cannot zero embed steps -1 as steps must be from 0 on: current value is -1",
    ],
  ];
  for (const [edit, message] of cases) {
    const error = assertThrows(
      () => new Instrument(model, new Set(), [edit], WINDOW, generates),
      Error,
    );
    assertEquals(error.message, message);
  }
});
