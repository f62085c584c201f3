/** Prompts of different lengths in one batch: each is edited as it is alone, on either padding side. */

import {
  add,
  apply,
  type Edit,
  freeze,
  knockout,
  noise,
  ofCache,
  ofRun,
  project,
  replace,
  resample,
  run,
  scale,
  splice,
  swapSubspace,
  zero,
} from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

/** Three prompts of 11, 6 and 3 tokens. */
const RAGGED = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 6), PROMPTS[1]!.slice(4, 7)];

const row = (label: string) => [...new RandomStream(7, label).normals(32)];

/** Edits without values of other rows, each at a site that all families have. */
const EDITS: Readonly<Record<string, readonly Edit[]>> = {
  "zero, whole": [zero("blocks.0.attn.z", { heads: 1 })],
  "zero, last token": [zero("blocks.1.mlp.post", { neurons: [0, 5], positions: -1 })],
  "scale, from the end": [scale("blocks.1.resid_pre", 2, { positions: { from: -3, to: -1 } })],
  "add, several layers": [add("blocks.*.attn_out", row("add"), { positions: [-2, 0] })],
  "replace, a row for each position": [
    replace("blocks.1.resid_pre", [row("a"), row("b")], { positions: [1, -1] }),
  ],
  "knockout, the last sees the first no more": [knockout("blocks.*", { positions: -1, keys: 0 })],
  "knockout of pairs": [knockout("blocks.1.attn.pattern", { pairs: [[-1, 1], [-1, 0], [1, 0]] })],
  "scale of scores": [scale("blocks.0.attn.scores", 0, { keys: [0, -2] })],
  "scale of a whole pattern": [scale("blocks.0.attn.pattern", 0.5)],
  "project": [project("blocks.0.resid_post", [row("p"), row("q")])],
  "swapSubspace": [swapSubspace("blocks.0.resid_post", row("p"), row("v"), { positions: -1 })],
  "splice": [
    splice("blocks.0.resid_post", {
      encode: (x) => x.matMul(tf.tensor2d(row("e"), [32, 1]).mul(0.1)),
      decode: (f) => f.matMul(tf.tensor2d(row("d"), [1, 32]).mul(0.1)),
    }, { error: true, edits: [scale("features", 3, { features: 0 })] }),
  ],
  "apply": [apply("blocks.1.ln2.normalized", (x) => x.abs())],
  "noise": [noise("embed", { deviation: 0.3, seed: 2, examples: 0 })],
  "freeze": [
    zero("blocks.0.attn_out"),
    freeze("blocks.1.attn.pattern"),
    freeze("blocks.*.ln2.scale"),
  ],
  "an earlier site": [
    add("blocks.1.resid_pre", ofRun({ at: "blocks.0.attn.result", heads: 2 }), { positions: -1 }),
    replace("blocks.1.attn_out", ofRun({ at: "blocks.0.attn_out", positions: 0 }), {
      positions: [1, 2],
    }),
  ],
};

for (const family of FAMILIES) {
  Deno.test(`${family}: each prompt of a ragged batch is edited and captured as it is alone`, async () => {
    const model = await fixtureModel(family);
    const sites = ["blocks.1.resid_post", "blocks.1.attn.pattern"];
    for (const [name, edits] of Object.entries({ none: [], ...EDITS })) {
      for (const padding of ["left", "right"] as const) {
        using both = await run(model, RAGGED, { edits, padding, capture: sites });
        const stream = both.cache.get(sites[0]!), pattern = both.cache.get(sites[1]!);
        for (const [example, prompt] of RAGGED.entries()) {
          const own = edits.filter(({ examples }) =>
            examples === undefined || examples === example
          );
          using alone = await run(model, prompt, { edits: own, capture: sites });
          const { from, to } = both.cache.columnsOf(example), length = to - from;
          const what = `${name}, ${padding}, example ${example}`;
          const part = (x: tf.Tensor, width: number) =>
            tf.tidy(() => x.slice([example, from, 0], [1, length, width]).dataSync());
          // float32 sums of other batch sizes
          near(part(both.logits, 96), alone.logits.dataSync(), 1e-5, what);
          near(part(stream, 32), alone.cache.get(sites[0]!).dataSync(), 1e-5, what);
          const seen = tf.tidy(() =>
            pattern.slice([0, example, from, from], [4, 1, length, length]).dataSync()
          );
          near(seen, alone.cache.get(sites[1]!).dataSync(), 1e-5, what);
          const padded = tf.tidy(() =>
            tf.concat([
              stream.slice([example, 0, 0], [1, from, 32]),
              stream.slice([example, to, 0], [1, -1, 32]),
            ], 1).dataSync()
          );
          assertEquals(padded.length, (11 - length) * 32);
          assert(padded.every(Number.isNaN), `${what}: padding holds NaN`);
        }
      }
    }
  });
}

Deno.test("values of other prompts are found by each prompt's own positions", async () => {
  const model = await fixtureModel("llama"), site = "blocks.0.resid_post";
  for (const padding of ["left", "right"] as const) {
    using other = await run(model, RAGGED.toReversed(), { padding, capture: [site] });
    const lasts = await Promise.all(
      RAGGED.toReversed().map(async (prompt) => {
        using alone = await run(model, prompt, { capture: [site] });
        return alone.cache.get(site).slice([0, prompt.length - 1, 0], [1, 1, 32]).dataSync();
      }),
    );
    for (const here of ["left", "right"] as const) {
      const cases: Edit[] = [
        replace(site, ofCache(other.cache), { positions: -1 }),
        resample(site, other.cache, { positions: -1 }),
        resample(site, ofCache(other.cache, { positions: -1 }), { positions: [-1] }),
      ];
      for (const edit of cases) {
        using result = await run(model, RAGGED, { edits: [edit], padding: here, capture: [site] });
        for (const example of RAGGED.keys()) {
          const { to } = result.cache.columnsOf(example);
          const found = result.cache.get(site).slice([example, to - 1, 0], [1, 1, 32]).dataSync();
          near(found, lasts[example]!, 1e-5, `${edit.kind} ${padding} ${here} ${example}`);
        }
      }
      // A row of the same batch, where the end of the one is not the end of the other.
      const own = replace(site, ofRun({ examples: 1 }), { examples: [0, 2], positions: -1 });
      using result = await run(model, RAGGED, { edits: [own], padding: here, capture: [site] });
      const at = (example: number) => {
        const { to } = result.cache.columnsOf(example);
        return result.cache.get(site).slice([example, to - 1, 0], [1, 1, 32]).dataSync();
      };
      near(at(0), at(1), 0, "the row's own last token");
      near(at(2), at(1), 0, "the row's own last token");
    }
  }
});

Deno.test("a ragged batch put back from its own cache changes nothing, though padding holds NaN", async () => {
  const model = await fixtureModel("gpt2");
  for (const padding of ["left", "right"] as const) {
    using plain = await run(model, RAGGED, { padding, capture: ["*"] });
    for (
      const site of ["embed", "blocks.0.attn.k", "blocks.1.attn.scores", "blocks.1.resid_post"]
    ) {
      for (
        const edit of [
          resample(site as "embed", plain.cache),
          replace(site as "embed", plain.cache.get(site)),
        ]
      ) {
        using again = await run(model, RAGGED, { padding, edits: [edit] });
        near(
          again.logits.dataSync(),
          plain.logits.dataSync(),
          0,
          `${edit.kind} ${site} ${padding}`,
        );
      }
    }
  }
});

Deno.test("a value that cannot be shared out among prompts of different lengths is refused", async () => {
  const model = await fixtureModel("gpt2");
  using other = await run(model, RAGGED[1]!, { capture: ["embed"] });
  const cases: [Edit, string][] = [
    [
      resample("embed", other.cache),
      "Cannot resample embed as there must be as many positions where its value comes from, 11 in example 0, or one for all: " +
      "embed gives 6 of row 0; say which by the value's own positions",
    ],
    [
      replace("embed", [row("a"), row("b")], { positions: { from: 1 } }),
      "Cannot replace embed positions 1 to the end as the value must fit [batch 3, position 1, width 32]: its shape is [2, 32]",
    ],
    [
      zero("embed", { positions: 3 }),
      "Cannot zero embed positions 3 as positions must be from -3 to 2 in example 2: current value is 3",
    ],
    [
      resample("embed", { seed: 1 }),
      "Cannot resample embed as there must be as many positions where its value comes from, 11 in example 0, or one for all: " +
      "embed gives 6 of row 1; say which by the value's own positions",
    ],
  ];
  for (const [edit, message] of cases) {
    const error = await assertRejects(() => run(model, RAGGED, { edits: [edit] }), Error);
    assertEquals(error.message, message);
  }
});
