/** Packed rows whose scores are more than scaled products under the causal mask. */

import { attendPackedInSteps, mayPackInOne } from "../../../lib/model/blocks/packed_steps.ts";
import type { PackedSegment } from "../../../lib/model/mod.ts";
import { inSlices, tf } from "../../../lib/tensor/mod.ts";
import { nobody } from "../../../lib/model/observer.ts";
import { assert, assertEquals } from "../../assert.ts";
import { largestGap } from "../../near.ts";
import { blockContext } from "../block_context.ts";
import { fixtureModel } from "../fixture.ts";

Deno.test("mayPackInOne() is for scores that are nothing but scaled products under the causal mask", async () => {
  const one = async (family: string, columns: number) => {
    const context = blockContext(await fixtureModel(family), 0, 1);
    return mayPackInOne({ segments: [{ rows: 1, columns, first: 0 }] }, context);
  };
  const families = ["gpt2", "llama", "mistral", "gemma2", "bloom", "mpt", "gpt_oss"];
  const found = await Promise.all(families.map((family) => one(family, 6)));
  assertEquals(found, [true, true, true, false, false, false, false]);
  assertEquals(await one("mistral", 7), false);
});

for (const family of ["bloom", "mpt", "gemma2", "gpt_oss", "mistral"]) {
  Deno.test(`${family}: packed rows come out of a block as each length alone, keys before them read again`, async () => {
    const model = await fixtureModel(family);
    const ids = [[3, 17, 24, 40, 9, 61, 12, 33, 7], [52, 9, 61, 70, 5, 6, 8, 1, 2]];
    const stop = (layer: number) => inSlices(model.forward({ ids, stop: layer }, nobody));
    const [before, after] = [await stop(1), await stop(2)], width = before.shape[2];
    const kept = new Map<string, tf.Tensor>(),
      names = ["rot_k", "k_clipped", "k", "v_clipped", "v"];
    (await inSlices(model.forward({ ids, stop: 2 }, {
      ...nobody,
      watches: (site) => site.startsWith("blocks.1.attn."),
      keep: (site, value) =>
        void kept.set(site.slice("blocks.1.attn.".length), tf.keep(value.clone())),
    }))).dispose();
    const first = (...wanted: string[]) => kept.get(wanted.find((name) => kept.has(name))!)!;
    const past = (column: number) => () => ({
      key: first(...names.slice(0, 3)).slice([0, 0, 0, 0], [-1, 2, column, -1]),
      value: first(...names.slice(3)).slice([0, 0, 0, 0], [-1, 2, column, -1]),
    });
    const segments = [0, 4, 8].map((column): PackedSegment => ({
      rows: 4,
      columns: 9 - column,
      first: column,
      ...column > 0 ? { past: past(column) } : {},
      leave: column === 4 ? 2 : 0,
    }));
    const rows = (x: tf.Tensor, from: number) =>
      tf.tile(x.slice([0, from, 0]), [2, 1, 1]).reshape([1, -1, width]);
    const stream = tf.concat([0, 4, 8].map((column) => rows(before, column)), 1);
    const packed = await inSlices(model.forward({
      ids: [Array<number>(stream.shape[1]!).fill(0)],
      lengths: [9],
      packed: { segments },
      start: { layer: 1, stream },
      stop: 2,
    }, nobody));
    const expected = tf.concat([0, 6, 8].map((column) => rows(after, column)), 1);
    assertEquals(packed.shape, expected.shape);
    assert(largestGap(packed.dataSync(), expected.dataSync()) < 1e-5);
  });
}

Deno.test("attendPackedInSteps() holds some rows' scores at a time", async () => {
  const model = await fixtureModel("bloom"), { heads, headWidth } = model.architecture;
  const context = blockContext(model, 0, 1), rows = 4000, columns = 12, first = 12;
  const random = (count: number, columns: number) =>
    tf.randomUniform([heads, count, columns, headWidth]);
  const before = { key: random(2, first), value: random(2, first) };
  const parts = { q: random(rows, columns), k: random(rows, columns), v: random(rows, columns) };
  const mixed = (from: number, count: number) => {
    const own = (x: tf.Tensor) =>
      x.slice([0, from, 0, 0], [-1, count, -1, -1]).reshape([heads, 1, -1, headWidth]);
    const segment = { rows: count, columns, first, past: () => before };
    const some = { q: own(parts.q), k: own(parts.k), v: own(parts.v) };
    return attendPackedInSteps(some, { segments: [segment] }, context).reshape([count, -1]);
  };
  const all = mixed(0, rows);
  for (const row of [0, 3640, 3998]) {
    const own = all.slice([row, 0], [2, -1]);
    assert(largestGap(own.dataSync(), mixed(row, 2).dataSync()) < 1e-6, `row ${row}`);
  }
});
