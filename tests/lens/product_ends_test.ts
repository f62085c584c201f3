import { productEnds, ROWS_TOGETHER } from "../../lib/lens/product_ends.ts";
import { alongEmbeddings, unembedded } from "../../lib/lens/vocabulary_basis.ts";
import { vocabularyEnds } from "../../lib/lens/vocabulary_ends.ts";
import { inSlices, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel } from "../model/fixture.ts";
import { near } from "../near.ts";

Deno.test("productEnds() finds the ends of whole rows, whether all rows fit together or not", async () => {
  const model = await fixtureModel("gpt2"), { width, vocabulary } = model.architecture;
  for (const count of [1, 5, ROWS_TOGETHER + 3]) {
    const rows = tf.randomNormal([count, width], 0, 1, "float32", 7);
    const whole = unembedded(model, rows), values = whole.dataSync<"float32">();
    const before = heldTensors();
    const ends = await inSlices(productEnds(model, rows, {
      count: 4,
      project: (own, range) => unembedded(model, own, range),
    }));
    assertEquals(heldTensors(), before);
    assertEquals(ends.length, count);
    for (const row of new Set([0, count >> 1, count - 1])) {
      const all = values.subarray(row * vocabulary, (row + 1) * vocabulary);
      const expected = vocabularyEnds(model, all, 4);
      for (const side of ["greatest", "least"] as const) {
        assertEquals(ends[row]![side].map(({ id }) => id), expected[side].map(({ id }) => id));
        near(
          ends[row]![side].map(({ score }) => score),
          expected[side].map(({ score }) => score),
          1e-5,
        );
      }
    }
    tf.dispose([rows, whole]);
  }
});

Deno.test("stretches of the vocabulary are what the whole holds there, however weights are stored", async () => {
  for (const family of ["gpt2", "llama", "bloom", "gemma2", "opt"]) {
    const model = await fixtureModel(family),
      { width, embeddingWidth, vocabulary } = model.architecture;
    const wide = tf.randomNormal([3, width], 0, 1, "float32", 1);
    const own = embeddingWidth == null
      ? wide
      : tf.randomNormal([3, embeddingWidth], 0, 1, "float32", 2);
    const whole = [
      unembedded(model, own),
      ...(["raw", "folded"] as const).map((gains) => alongEmbeddings(model, wide, { gains })),
    ];
    const range = [vocabulary - 9, 9] as const;
    const parts = [
      unembedded(model, own, range),
      ...(["raw", "folded"] as const).map((gains) =>
        alongEmbeddings(model, wide, { gains, range })
      ),
    ];
    parts.forEach((part, i) => {
      assertEquals(part.shape, [3, 9]);
      near(
        part.dataSync(),
        tf.slice(whole[i]!, [0, range[0]], [3, 9]).dataSync(),
        1e-4,
        `${family} ${i}`,
      );
    });
    tf.dispose([wide, own, ...whole, ...parts]);
  }
});
