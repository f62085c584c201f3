import { generate } from "../../../lib/run/mod.ts";
import { assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";
import { goldenModel, goldenPrompts, transformers } from "./golden.ts";

for (const name of ["seedling", "llama", "gpt2"] as const) {
  Deno.test(`generate() with beams finds the texts and scores of transformers: ${name}`, async () => {
    const model = await goldenModel(name);
    for (const call of transformers.beams.filter(({ model }) => model === name)) {
      const { options, tokens, end, texts } = call;
      const {
        num_beams,
        num_return_sequences,
        length_penalty,
        early_stopping,
        repetition_penalty,
      } = options;
      const found = await generate(model, goldenPrompts(call), {
        tokens,
        beams: num_beams!,
        samples: num_return_sequences!,
        stopTokens: end,
        ...length_penalty === undefined ? {} : { lengthPenalty: length_penalty },
        ...early_stopping === undefined ? {} : { earlyStopping: early_stopping },
        ...repetition_penalty === undefined ? {} : { repetitionPenalty: repetition_penalty },
      });
      const what = JSON.stringify(options);
      assertEquals(
        found.texts.map(({ tokens }) => tokens.map(({ id }) => id)),
        texts.map(({ ids }) => ids),
        what,
      );
      // Sums of ten log-probabilities in float32, theirs; powers of lengths up to 100 below them.
      near(found.texts.map(({ score }) => score!), texts.map(({ score }) => score!), 1e-4, what);
    }
  });
}
