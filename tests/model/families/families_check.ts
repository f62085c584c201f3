/**
 * What every family must show against the numbers that transformers computed, stored beside its fixture.
 *
 * @module
 */

import { run } from "../../../lib/run/mod.ts";
import type { Transformer } from "../../../lib/model/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";
import { fixturePath, readTensors } from "../fixture.ts";

/** The outputs beside a fixture, which is that of a family or lies at a path. */
function expectedFile(fixture: string): string {
  const folder = fixture.includes("/") ? fixture : fixturePath(`families/${fixture}`);
  return `${folder}/expected.safetensors`;
}

/** The prompts of a fixture. */
export function expectedPrompts(fixture: string): number[][] {
  const { shape, values } = readTensors(expectedFile(fixture))
    .get("input_ids")!;
  const [batch, length] = shape as [number, number];
  return Array.from(
    { length: batch },
    (_, row) => [...values.slice(row * length, (row + 1) * length)],
  );
}

/**
 * Holds a model against every tensor of a fixture's `expected.safetensors`.
 *
 * @returns How many tensors were compared.
 */
export async function checkExpected(
  model: Transformer,
  name: string,
  tolerance: number,
): Promise<number> {
  const expected = readTensors(expectedFile(name));
  const { layers } = model.architecture;
  using result = await run(model, expectedPrompts(name), { capture: ["*"] });
  const { cache } = result;
  let compared = 0;
  for (const [title, { shape, values }] of expected) {
    if (title === "input_ids") continue;
    const [kind, index] = title.split(".") as [string, string];
    const actual = tf.tidy(() => {
      switch (kind) {
        case "logits":
          return result.logits.clone();
        case "attentions":
          return tf.transpose(cache.get(`blocks.${index}.attn.pattern`), [1, 0, 2, 3]);
        case "hidden_states": {
          if (index !== String(layers)) return cache.get(`blocks.${index}.resid_pre`).clone();
          if (!cache.has("ln_final.normalized")) {
            const last = cache.get(`blocks.${layers - 1}.resid_post`);
            if (model.architecture.embeddingWidth == null) return last.clone();
            // And behind the map to the unembedding's width.
            const { matrix, transposed } = model.weights.linear("unembed.in");
            const [batch, length, width] = last.shape as [number, number, number];
            return tf.matMul(last.reshape([batch * length, width]), matrix, false, transposed)
              .reshape([batch, length, -1]);
          }
          // The last one stands behind the final norm, gain and bias included.
          const { gain, bias } = model.weights.norm("ln_final");
          const scaled = cache.get("ln_final.normalized").mul(gain);
          return bias ? scaled.add(bias) : scaled;
        }
      }
      throw new Error(`${title} is no tensor that this test knows`);
    });
    assertEquals(actual.shape, shape, title);
    near(actual.dataSync(), values, tolerance, title);
    actual.dispose();
    compared++;
  }
  const patterns = expected.has("attentions.0") ? layers : 0;
  assert(compared === patterns + layers + 2, `${compared} tensors were compared`);
  return compared;
}
