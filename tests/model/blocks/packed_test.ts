/** Rows of several lengths in one. */

import type { GivenSite, PackedSegment, Pass, Transformer } from "../../../lib/model/mod.ts";
import { nobody, type Observer } from "../../../lib/model/observer.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { largestGap } from "../../near.ts";
import { fixtureModel, PROMPTS } from "../fixture.ts";
import { watched } from "../watched_pass.ts";

const numbers = (x: tf.Tensor) => x.dataSync<"float32">().slice();

function forward(model: Transformer, pass: Pass, observer: Observer = nobody): tf.Tensor {
  const steps = model.forward(pass, observer);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

for (const family of ["gpt2", "llama", "gpt_neox"]) {
  Deno.test(`${family}: packed rows come out of a block as each length alone, and only what goes on`, async () => {
    const model = await fixtureModel(family), lengths = [5, 3];
    const streams = lengths.map((length) =>
      forward(model, { ids: PROMPTS.map((ids) => ids.slice(0, length)), stop: 1 })
    );
    const segments = lengths.map((columns, i): PackedSegment => ({
      rows: 2,
      columns,
      first: 0,
      leave: i,
    }));
    const packed = tf.concat(streams.map((stream) => stream.reshape([1, -1, stream.shape[2]!])), 1);
    const after = forward(model, {
      ids: [Array(16).fill(0)],
      lengths: [5],
      packed: { segments },
      start: { layer: 1, stream: packed },
      stop: 2,
    });
    const alone = lengths.map((length, i) =>
      forward(model, { ids: PROMPTS.map((ids) => ids.slice(0, length)), stop: 2 })
        .slice([0, i, 0]).reshape([1, -1, packed.shape[2]!])
    );
    const expected = tf.concat(alone, 1);
    assertEquals(after.shape, expected.shape);
    assert(largestGap(numbers(after), numbers(expected)) < 1e-5);
    tf.dispose([...streams, packed, after, ...alone, expected]);
  });

  Deno.test(`${family}: a block that goes on from what its sites hold ends as if it had computed them`, async () => {
    const model = await fixtureModel(family), ids = PROMPTS.map((ids) => ids.slice(0, 4));
    const { gated, mixture } = model.architecture;
    const ways: GivenSite[][] = [["attn.z"], ["attn_out"], ["attn_out", "mlp_out"]];
    if (!mixture) ways.push(["attn_out", "mlp.post"], ["attn.z", "mlp_out"]);
    if (!mixture && !gated) ways.push(["attn_out", "mlp.pre"]);
    tf.tidy(() => {
      const { output, sites } = watched(model, { ids, stop: 2 });
      const stream = sites.get("blocks.1.resid_pre")!;
      for (const way of ways) {
        const given = Object.fromEntries(way.map((name) => [name, sites.get(`blocks.1.${name}`)!]));
        const after = forward(model, { ids, start: { layer: 1, stream, given }, stop: 2 });
        assert(largestGap(numbers(after), numbers(output)) < 1e-6, way.join());
      }
      tf.dispose([...sites.values()]);
    });
  });
}

Deno.test("packed rows must be as many tokens as there are ids", async () => {
  const model = await fixtureModel("gpt2"), { width } = model.architecture;
  const stream = tf.zeros([1, 4, width]);
  const segments = [{ rows: 2, columns: 3, first: 0 }];
  assertThrows(
    () =>
      forward(model, {
        ids: [[0, 0, 0, 0]],
        lengths: [3],
        packed: { segments },
        start: { layer: 0, stream },
        stop: 1,
      }),
    RangeError,
    "Cannot run a pass as packed rows must have as many tokens together as there are ids, 4: current value is 6",
  );
  stream.dispose();
});
