import { linearShortcut, logitLens, patchscope } from "../../lib/lens/mod.ts";
import { heldOutTexts } from "../../lib/zoo/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertThrows,
} from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { drawings } from "../run/drawings.ts";
import { KINDS } from "./kinds.ts";

/** Random texts of two lengths. */
function texts(count: number, vocabulary = 96): number[][] {
  const random = new RandomStream(7, "texts");
  return Array.from(
    { length: count },
    (_, i) =>
      Array.from({ length: i % 3 ? 8 : 5 }, () => Math.floor(random.uniform() * vocabulary)),
  );
}

for (const family of KINDS) {
  Deno.test(`F-04 ${family}: a shortcut from a layer to itself is the identity, others explain more than no map`, async () => {
    const model = await fixtureModel(family);
    const same = await linearShortcut(model, texts(40), { from: 1, to: 1 });
    const before = heldTensors(); // weights become tensors at first use
    const identity = Array.from({ length: 32 * 32 }, (_, i) => Number(i % 33 === 0));
    near(same.matrix, identity, 1e-4);
    assertAlmostEquals(same.facts.heldOutR2, 1, 1e-6);
    assertAlmostEquals(same.facts.identityR2, 1, 1e-12);
    const later = await linearShortcut(model, texts(120), { from: 1, to: 2, bias: true });
    assertEquals(heldTensors(), before);
    const { fittedR2, heldOutR2, identityR2, rows, heldOutRows } = later.facts;
    assert(
      fittedR2 > heldOutR2 && heldOutR2 > identityR2,
      `${fittedR2} ${heldOutR2} ${identityR2}`,
    );
    // Every fifth of 120 texts of 5 or 8 tokens is held out.
    assertEquals(rows + heldOutRows, 40 * 5 + 80 * 8);
  });
}

Deno.test("F-04 the normal equations hold for the states themselves, of parts and ahead", async () => {
  const model = await fixtureModel("llama"), data = texts(40).filter(({ length }) => length === 8);
  for (const [to, ahead] of [["blocks.0.mlp_out", 0], [2, 1]] as const) {
    const shortcut = await linearShortcut(model, data, {
      from: 0,
      to,
      ahead,
      heldOut: 0.25,
      ridge: 0.5,
      batch: 3,
    });
    const fitted = data.filter((_, i) => (i + 1) % 4 !== 0);
    const site = typeof to === "number" ? "blocks.1.resid_post" : to;
    using result = await run(model, fitted, { capture: ["blocks.0.resid_pre", site] });
    const gap = tf.tidy(() => {
      const length = 8 - ahead,
        cut = (name: string, from: number) =>
          result.cache.get(name).slice([0, from, 0], [-1, length, -1]).reshape<tf.Tensor2D>([
            -1,
            32,
          ]);
      const x = cut("blocks.0.resid_pre", 0),
        y = cut(site, ahead),
        A = tf.tensor2d(shortcut.matrix, [32, 32]);
      assertEquals(shortcut.facts.rows, x.shape[0]);
      const left = tf.matMul(x, tf.matMul(x, A), true).add(A.mul(0.5)),
        right = tf.matMul(x, y, true);
      return left.sub(right).abs().max().div(right.abs().max()).dataSync()[0]!;
    });
    assert(gap < 1e-4, `${gap}`);
  }
});

Deno.test("F-04 a shortcut is a map for lens and patchscope, and refuses another model", async () => {
  const model = await fixtureModel("mistral"), prompt = PROMPTS[0]!;
  const shortcut = await linearShortcut(model, texts(60), { from: 1, to: 2 }),
    map = await shortcut.on(model);
  const lens = await logitLens(model, prompt, { sites: ["blocks.1.resid_pre"], map });
  const patch = await patchscope(model, { prompt, layer: 1 }, {
    prompt: PROMPTS[1]!,
    layer: 2,
    tokens: 0,
    map,
  });
  assertEquals(patch.patches[0]!.next[0]!.id, lens.at(0, -1).top[0]!.id);
  assertAlmostEquals(patch.patches[0]!.next[0]!.logit, lens.at(0, -1).top[0]!.logit, 1e-4);
  const other = await fixtureModel("gpt2");
  const message = (await assertRejects(() => shortcut.on(other), RangeError)).message;
  assert(
    message.startsWith(
      "Cannot use a shortcut of mistral on gpt2 as it must be the model that it was fitted to",
    ),
  );
  assertEquals(
    assertThrows(() => shortcut.apply(tf.ones([31]))).message,
    "Cannot map states as their last axis must be the width of the stream, 32: their shape is [31]",
  );
});

Deno.test("linearShortcut() on seedling, drawn; and what is wrong", async () => {
  const model = await seedling();
  const data = (await heldOutTexts()).slice(0, 60).map(({ text }) => text);
  const promise = linearShortcut(model, data, { from: 3, to: 4, ridge: 1 });
  assert((await drawings(promise)).plain.includes("held out, without a map"));
  const found = await promise;
  assert(found.facts.heldOutR2 > found.facts.identityR2);
  assertEquals(JSON.parse(JSON.stringify(found)).matrix.length, 256 ** 2);
  const small = await fixtureModel("gpt2");
  const message = async (options: object, given: number[][] = texts(9)) =>
    (await assertRejects(() => linearShortcut(small, given, { from: 0, to: 1, ...options })))
      .message;
  assert((await message({ to: 3 })).includes("must be from -3 to 2"));
  assert((await message({ to: "blocks.0.attn.z" })).includes("must be [batch, position, width]"));
  assertEquals(
    await message({ ridge: -1 }),
    "Cannot fit a linear shortcut as ridge must be 0 or more: current value is -1",
  );
  assertEquals(
    await message({ heldOut: 0 }),
    "Cannot fit a linear shortcut as heldOut must be over 0 and at most 0.5: current value is 0",
  );
  assert(
    (await message({}, texts(2))).includes("there are 13 and 0; every 5th example is held out"),
  );
  const stop = AbortSignal.abort(new Error("enough"));
  assertEquals(await message({ signal: stop }), "enough");
});
