/** Decoders whose switches are set otherwise than in the families' fixtures, against what transformers computed of them. */

import { loadFolder } from "../../../lib/model/mod.ts";
import { assert } from "../../assert.ts";
import { fixturePath } from "../fixture.ts";
import { checkExpected } from "./families_check.ts";

const folder = fixturePath("transformers/variants");
const variants = [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory)
  .map(({ name }) => name).sort();

for (const name of variants) {
  Deno.test(`${name}: logits, streams and attention are those of transformers`, async () => {
    const path = `${folder}/${name}`;
    using model = await loadFolder(path);
    await checkExpected(model, path, 1e-4);
  });
}

Deno.test("there are variants of every kind of stretched angles, of ALiBi, of mixtures and of norms", async () => {
  assert(variants.length >= 20, `${variants.length} variants`);
  const seen = new Set<string>();
  for (const name of variants) {
    using model = await loadFolder(`${folder}/${name}`);
    const { position, norms, mixture, queryKeyNorm, clip } = model.architecture;
    seen.add(position.kind === "rotary" ? position.scaling.kind : position.kind);
    seen.add(`norms ${norms ?? "before"}`);
    if (mixture) seen.add(`${mixture.chosen} of ${mixture.experts}`);
    if (queryKeyNorm) seen.add(`${queryKeyNorm.over} ${queryKeyNorm.byHead ?? false}`);
    if (clip) seen.add("clip");
  }
  const wanted = [
    ...["linear", "dynamic", "yarn", "llama3", "longrope", "alibi", "learned", "clip"],
    ...["before", "after", "around", "stream"].map((norms) => `norms ${norms}`),
    ...["1 of 3", "3 of 6", "head true", "head false", "heads false"],
  ];
  assert(wanted.every((kind) => seen.has(kind)), [...seen].join(", "));
});
