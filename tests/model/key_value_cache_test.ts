import { KeyValueCache, type Pass, type Site, type Transformer } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "./fixture.ts";
import { forget, joinedAt, type Watched, watched } from "./watched_pass.ts";

/** Products of matrices of other sizes are summed in another order, which costs a few times 1e-7. */
const TOLERANCE = 1e-5;

/** Three texts of 11, 6 and 1 tokens, padded on the left. */
const RAGGED: Required<Pick<Pass, "ids" | "starts">> = {
  ids: [PROMPTS[0]!, [0, 0, 0, 0, 0, ...PROMPTS[1]!.slice(0, 6)], [...Array(10).fill(9), 40]],
  starts: [0, 5, 10],
};

/** Where eleven columns are cut. */
const CUTS: Readonly<Record<string, readonly number[]>> = {
  "one, then the rest": [1],
  "in halves": [5],
  "all but one, then one": [10],
  "in three, unevenly": [2, 7],
  "column by column": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
};

/** A pass over all columns, cut. */
function inParts(model: Transformer, pass: Pass, cuts: readonly number[]): Watched[] {
  using past = new KeyValueCache();
  const columns = pass.ids[0]!.length;
  return [0, ...cuts].map((from, i) => {
    const to = cuts[i] ?? columns;
    return watched(model, { ...pass, ids: pass.ids.map((row) => row.slice(from, to)), past });
  });
}

for (const family of FAMILIES) {
  for (const [what, pass] of Object.entries({ "a batch": { ids: PROMPTS }, padded: RAGGED })) {
    Deno.test(`KeyValueCache ${family}, ${what}: passes over parts show what one pass over all shows`, async () => {
      const model = await fixtureModel(family), whole = watched(model, pass);
      assert(whole.sites.size >= 45, "all sites are reached");
      for (const [how, cuts] of Object.entries(CUTS)) {
        const parts = inParts(model, pass, cuts);
        tf.tidy(() => {
          const logits = tf.concat(parts.map(({ output }) => output), 1);
          near(logits.dataSync(), whole.output.dataSync(), TOLERANCE, `logits, ${how}`);
          for (const [site, expected] of whole.sites) {
            const found = joinedAt(model, site, parts.map(({ sites }) => sites.get(site)!));
            assertEquals(found.shape, expected.shape, site);
            near(found.dataSync(), expected.dataSync(), TOLERANCE, `${site}, ${how}`);
          }
        });
        parts.forEach(forget);
      }
      forget(whole);
    });
  }

  Deno.test(`KeyValueCache ${family}: rows that are picked go on as texts of their own`, async () => {
    const model = await fixtureModel(family), rows = [2, 0, 2, 1], next = [7, 7, 30, 61];
    using past = new KeyValueCache();
    forget(watched(model, { ...RAGGED, past }));
    const starts = rows.map((row) => RAGGED.starts[row]!);
    using picked = past.select(rows);
    assertEquals(past.columns, 11, "the one that was picked from stays");
    const last = watched(model, { ids: next.map((id) => [id]), starts, past: picked });
    const texts = rows.map((row, i) => [...RAGGED.ids[row]!, next[i]!]);
    const whole = watched(model, { ids: texts, starts, read: "last" });
    near(last.output.dataSync(), whole.output.dataSync(), TOLERANCE);
    // Each equals its prompt alone, without the others and without padding.
    texts.forEach((text, row) => {
      const alone = watched(model, { ids: [text.slice(starts[row])], read: "last" });
      const [vocabulary] = last.output.shape.slice(-1) as [number];
      const own = last.output.dataSync().slice(row * vocabulary, (row + 1) * vocabulary);
      near(own, alone.output.dataSync(), TOLERANCE, `row ${row}`);
      forget(alone);
    });
    [last, whole].forEach(forget);
    assertEquals([past.columns, picked.columns], [11, 12]);
  });

  Deno.test(`KeyValueCache ${family}: what was changed in a column stays changed for those after it`, async () => {
    const model = await fixtureModel(family), last = family === "gpt2" ? "attn.k" : "attn.rot_k";
    const change = (x: tf.Tensor) => x.mul(-1.5).add(0.25);
    const sites: Site[] = [`blocks.0.${last as "attn.k"}`, "blocks.1.attn.v", "blocks.0.attn_out"];
    const onFirst = (x: tf.Tensor, site: Site) => {
      const axis = model.axesOf(site).indexOf("position");
      const [first, rest] = tf.split(x, [4, 7], axis) as [tf.Tensor, tf.Tensor];
      return tf.concat([change(first), rest], axis);
    };
    const whole = watched(
      model,
      { ids: PROMPTS },
      Object.fromEntries(sites.map((site) => [site, (x) => onFirst(x, site)])),
    );
    using past = new KeyValueCache();
    const first = watched(
      model,
      { ids: PROMPTS.map((ids) => ids.slice(0, 4)), past },
      Object.fromEntries(sites.map((site) => [site, change])),
    );
    const second = watched(model, { ids: PROMPTS.map((ids) => ids.slice(4)), past });
    const plain = watched(model, { ids: PROMPTS });
    tf.tidy(() => {
      const logits = tf.concat([first.output, second.output], 1).dataSync();
      near(logits, whole.output.dataSync(), TOLERANCE);
      const gap = whole.output.sub(plain.output).abs().max().dataSync()[0]!;
      assert(gap > 0.01, "the change counts");
    });
    [whole, first, second, plain].forEach(forget);
  });
}

Deno.test("KeyValueCache counts its columns and bytes, and frees all that it holds", async () => {
  const model = await fixtureModel("llama");
  const { layers, keyValueHeads, headWidth } = model.architecture;
  forget(watched(model, { ids: PROMPTS })); // weights become tensors
  const before = heldTensors(), past = new KeyValueCache();
  assertEquals([past.columns, past.bytes], [0, 0]);
  for (const [from, to] of [[0, 4], [4, 5], [5, 11]] as const) {
    forget(watched(model, { ids: PROMPTS.map((ids) => ids.slice(from, to)), past }));
    assertEquals(past.columns, to);
    assertEquals(past.bytes, 4 * 2 * layers * keyValueHeads * PROMPTS.length * to * headWidth);
    assertEquals(heldTensors(), before + 2 * layers, "one key and one value a layer");
  }
  const picked = past.select([1, 1, 0]);
  assertEquals(picked.bytes, past.bytes / 2 * 3);
  past.dispose();
  past.dispose();
  assertEquals([past.columns, picked.columns], [0, 11]);
  picked.dispose();
  assertEquals(heldTensors(), before);
});

Deno.test("KeyValueCache refuses layers out of order, and rows that are not there", () => {
  using past = new KeyValueCache();
  const one = tf.ones([1, 2, 3, 4]);
  assertEquals(
    assertThrows(() => past.append(1, one, one), RangeError).message,
    "Cannot keep keys of layer 1 as those of layer 0 must come first: none are kept",
  );
  past.append(0, one, one);
  for (const row of [2, -1, 0.5]) {
    assertEquals(
      assertThrows(() => past.select([0, row]), RangeError).message,
      `Cannot pick rows of a cache as a row must be a whole number from 0 to 1: current value is ${row}`,
    );
  }
  assertThrows(() => past.select([]), RangeError, "one row or more");
  one.dispose();
});
