import { weightNames } from "../../lib/model/mod.ts";
import { findWeightPlace, weightPlace } from "../../lib/model/weight_places.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { same } from "../near.ts";
import { FAMILIES, fixtureModel } from "./fixture.ts";

Deno.test("weightNames() lists what each family has, and every name has its place", async () => {
  const counts: number[] = [];
  for (const family of FAMILIES) {
    const { weights } = await fixtureModel(family), names = weightNames(weights);
    assertEquals(new Set(names).size, names.length);
    for (const name of names) assertEquals(weightPlace(weights, name)?.name, name);
    counts.push(names.length);
  }
  // Outside blocks 6, 4 (one norm parameter, no W_pos) and 5; in a block 16, 16 (two less, two more) and 16.
  assertEquals(counts, [38, 36, 37]);
});

Deno.test("the place of a weight reads what was put there, and leaves all else in its slot as it was", async () => {
  for (const family of FAMILIES) {
    const { weights } = await fixtureModel(family);
    for (const name of weightNames(weights)) {
      const place = weightPlace(weights, name)!;
      tf.tidy(() => {
        const size = place.whole.reduce((product, n) => product * n, 1);
        const whole = tf.range(0, size).reshape([...place.whole]);
        const part = place.cut(whole);
        assertEquals(part.shape, place.shape, name);
        if (weights.has(place.slot)) {
          assertEquals(weights.copy(place.slot).shape, whole.shape, name);
        }
        const marked = part.mul(-1).sub(1), put = place.put(whole, marked);
        same(place.cut(put).dataSync(), marked.dataSync(), `${family} ${name}`);
        const own = new Set(part.dataSync());
        assertEquals(own.size, part.size, "a place reads each number once");
        const expected = whole.dataSync().map((x) => own.has(x) ? -x - 1 : x);
        same(put.dataSync(), expected, `${family} ${name}: the whole`);
      });
    }
  }
});

Deno.test("queries, keys and values lie side by side where they share a slot", async () => {
  for (const family of ["gpt2", "gpt_neox"] as const) {
    const { weights } = await fixtureModel(family), all = new Set<number>();
    for (const letter of ["Q", "K", "V"]) {
      const { cut, whole, slot } = weightPlace(weights, `blocks.1.attn.W_${letter}`)!;
      assertEquals([slot, whole], ["blocks.1.attn.fused.matrix", [32, 96]]);
      const own = tf.tidy(() => cut(tf.range(0, 32 * 96).reshape([32, 96])).dataSync().slice());
      own.forEach((x) => all.add(x));
    }
    assertEquals(all.size, 32 * 96);
  }
});

Deno.test("findWeightPlace() takes TransformerLens's names, and gives the nearest of a misspelt one", async () => {
  const { weights } = await fixtureModel("llama");
  assertEquals(findWeightPlace(weights, "embed.W_E", "edit").name, "W_E");
  assertEquals(findWeightPlace(weights, "unembed.b_U", "edit").name, "b_U");
  const message = (name: string) =>
    assertThrows(() => findWeightPlace(weights, name, "edit"), RangeError).message;
  for (
    const [name, nearest] of [
      ["blocks.1.attn.W_q", "blocks.1.attn.W_Q"],
      ["blocks.0.mpl.W_gate", "blocks.0.mlp.W_gate"],
      ["blocks.2.attn.W_Q", "blocks.0.attn.W_Q"],
      ["blocks.01.attn.W_Q", "blocks.0.attn.W_Q"],
      ["W_pos", "W_E"],
      ["blocks.0.ln1.b", "blocks.0.ln1.w"],
      ["ln_final.bias", "ln_final.w"],
      ["attn.W_E", "W_E"],
      ["W_q", "blocks.0.attn.W_Q"],
    ] as const
  ) {
    const end = `: the nearest is ${JSON.stringify(nearest)}`;
    const start = `Cannot edit ${
      JSON.stringify(name)
    } as the model must have a weight of that name`;
    assert(message(name).startsWith(start), message(name));
    if (!/^(W_pos|attn)/.test(name)) assertEquals(message(name), start + end);
  }
  const gpt2 = (await fixtureModel("gpt2")).weights;
  assertThrows(() => findWeightPlace(gpt2, "blocks.0.mlp.W_gate", "edit"), RangeError);
});
