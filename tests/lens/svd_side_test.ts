import { basisOf, chanceOf, inVocabulary, type SvdWanted } from "../../lib/lens/svd_side.ts";
import { unembedded } from "../../lib/lens/vocabulary_basis.ts";
import { vocabularyEnds } from "../../lib/lens/vocabulary_ends.ts";
import { inSlices, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel } from "../model/fixture.ts";

const wanted: SvdWanted = {
  matrix: "OV",
  sides: ["left", "right"],
  directions: 3,
  count: 4,
  gains: "raw",
  readers: "W_E",
};

Deno.test("inVocabulary() reads what is written through W_U, and what is read through W_E unless W_U is asked for", async () => {
  const model = await fixtureModel("llama"), { width } = model.architecture;
  const rows = tf.randomNormal([3, width], 0, 1, "float32", 5);
  const all = unembedded(model, rows), vocabulary = all.shape[1]!;
  const written = vocabularyEnds(model, all.dataSync<"float32">().subarray(0, vocabulary), 4);
  const ids = async (side: "left" | "right", readers: "W_E" | "W_U") => {
    const own = { ...wanted, readers, side };
    const basis = basisOf(model, rows, { ...own, layer: 0 });
    const ends = await inSlices(inVocabulary(model, basis, own));
    assert(basis.isDisposed);
    return ends[0]!.greatest.map(({ id }) => id);
  };
  const expected = written.greatest.map(({ id }) => id);
  assertEquals(await ids("right", "W_E"), expected);
  assertEquals(await ids("left", "W_U"), expected);
  assert((await ids("left", "W_E")).join() !== expected.join());
  tf.dispose([rows, all]);
});

Deno.test("chanceOf() is the same for one seed, for each side that is read, and frees what it makes", async () => {
  const model = await fixtureModel("gpt2");
  const draw = (seed: number) => inSlices(chanceOf(model, 0, wanted, seed));
  const one = await draw(1), before = heldTensors();
  assertEquals(await draw(1), one);
  assertEquals(heldTensors(), before);
  assert(JSON.stringify(await draw(2)) !== JSON.stringify(one));
  for (const side of ["left", "right"] as const) assert(one[side]!.high >= one[side]!.mean);
});
