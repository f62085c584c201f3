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

/** The prompts of a fixture. */
export function expectedPrompts(name: string): number[][] {
  const { shape, values } = readTensors(fixturePath(`families/${name}/expected.safetensors`))
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
  const expected = readTensors(fixturePath(`families/${name}/expected.safetensors`));
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
            return cache.get(`blocks.${layers - 1}.resid_post`).clone();
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
  assert(compared === 2 * layers + 2, `${compared} tensors were compared`);
  return compared;
}
