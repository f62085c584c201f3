/** The identities of lenses in double precision. */

import { logitLens, readOut } from "../../lib/lens/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { readLogits } from "../../lib/model/mod.ts";
import { readNumbers, startBackend } from "../../lib/tensor/mod.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS } from "./kinds.ts";

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
