/** The identities of lenses in double precision. */

import { logitLens, patchscope, readOut } from "../../lib/lens/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { readLogits } from "../../lib/model/mod.ts";
import { readNumbers, startBackend } from "../../lib/tensor/mod.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS, probabilities } from "./kinds.ts";

await startBackend("float64");

const ALL = Array.from({ length: 96 }, (_, id) => id), PROMPT = PROMPTS[0]!.slice(0, 5);

for (const family of KINDS) {
  Deno.test(`F-01 ${family}: the last row of a lens is the model's logits to 1e-9`, async () => {
    const model = await fixtureModel(family);
    using result = await run(model, PROMPT, { capture: ["resid_pre"] });
    const lens = await logitLens(model, PROMPT, { track: ALL, positions: [1, -1] });
    const logits = readNumbers(result.logits);
    lens.positions.forEach((position, place) => {
      const found = lens.readings.at(-1)![place]!.tracked.map(({ logit }) => logit);
      near(found, logits.slice(position * 96, (position + 1) * 96), 1e-9);
    });
    // Rows one by one, several at once, and by the lens itself are the same numbers.
    const stream = result.cache.get("blocks.1.resid_pre");
    const { rows } = await readOut(model, stream, { targets: ALL });
    const read = readLogits(model.weights, stream), all = readNumbers(read);
    read.dispose();
    near(rows.flatMap(({ tracked }) => tracked.map(({ logit }) => logit)), all, 1e-12);
    near(lens.readings[1]![1]!.tracked.map(({ logit }) => logit), all.slice(-96), 1e-9);
  });
}

for (const family of KINDS) {
  Deno.test(`F-07 ${family}: no-op and logit lens are patchscopes to 1e-9`, async () => {
    const model = await fixtureModel(family),
      byId = (list: readonly { id: number; logit: number }[]) =>
        list.toSorted((a, b) => a.id - b.id).map(({ logit }) => logit);
    const other = PROMPTS[1]!.slice(0, 4), lens = await logitLens(model, PROMPT, { top: 96 });
    const same = await patchscope(model, { prompt: PROMPT, position: 2 }, {
      prompt: PROMPT,
      position: 2,
      tokens: 0,
      top: 96,
    });
    for (const { next } of same.patches) near(byId(next), byId(same.baseline.next), 1e-9);
    const last = await patchscope(model, { prompt: PROMPT, position: 3 }, {
      prompt: other,
      layer: -1,
      tokens: 0,
      top: 96,
    });
    for (const { source, next } of last.patches) {
      near(byId(next), byId(lens.at(source, 3).top), 1e-9);
    }
  });

  Deno.test(`F-02 ${family}: divergence and entropy in double precision`, async () => {
    const model = await fixtureModel(family), lens = await logitLens(model, PROMPT, { track: ALL });
    const p = lens.readings.map((row) =>
      row.map(({ tracked }) => probabilities(tracked.map(({ logit }) => logit)))
    );
    lens.readings.forEach((row, entry) =>
      row.forEach(({ entropy, divergence }, place) => {
        const own = p[entry]![place]!, end = p.at(-1)![place]!;
        near([entropy, divergence], [
          -own.reduce((sum, x) => sum + x * Math.log(x), 0),
          end.reduce((sum, x, i) => sum + x * Math.log(x / own[i]!), 0),
        ], 1e-9);
      })
    );
  });
}
