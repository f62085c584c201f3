import { familiesTable } from "../../lib/model/mod.ts";
import {
  attentionWords,
  feedForwardWords,
  normWords,
  positionWords,
  scaleWords,
} from "../../lib/model/words.ts";
import { loadFolder } from "../../lib/model/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureModel, fixturePath } from "./fixture.ts";

const of = async (name: string) => (await fixtureModel(name)).architecture;

Deno.test("norms and positions are told in words", async () => {
  assertEquals(normWords(await of("gpt2")), "LayerNorm");
  assertEquals(normWords(await of("olmo")), "LayerNorm, without gains");
  assertEquals(normWords(await of("olmo2")), "RMSNorm of what is written");
  assertEquals(normWords(await of("gptj")), "LayerNorm, one before both halves of a block");
  assertEquals(positionWords(await of("bloom")), "ALiBi");
  assertEquals(
    positionWords(await of("gptj")),
    "rotary on 4 of 8 columns, base 10000, neighbours paired",
  );
  assertEquals(
    positionWords(await of("smollm3")),
    "rotary on 8 of 8 columns, base 2000000, 1 layer without",
  );
  assertEquals(positionWords(await of("opt")), "learned");
});

Deno.test("attention, neurons and factors are told in words, and nothing where nothing is particular", async () => {
  assertEquals(attentionWords(await of("gpt2")), []);
  assertEquals(attentionWords(await of("gemma2")), [
    "sharing 2 heads of keys and values",
    "window of 6 in 1 layer",
    "scores bounded by 50",
  ]);
  assertEquals(feedForwardWords(await of("mixtral")), "silu, gated, 2 of 4 experts");
  assertEquals(scaleWords(await of("granite")), [
    "embeddings × 2",
    "what is written × 0.5",
    "logits × 0.25",
  ]);
  assertEquals(scaleWords(await of("llama")), []);
  using model = await loadFolder(fixturePath("transformers/variants/opt-after-projected"));
  assertEquals(normWords(model.architecture), "LayerNorm of the stream after it was written to");
  assertEquals(scaleWords(model.architecture), ["embeddings 16 wide"]);
});

Deno.test("no family's words are empty", () => {
  for (const { mechanisms } of familiesTable().rows) {
    assert(mechanisms.length >= 4 && mechanisms.every((words) => words.length > 0));
  }
});
