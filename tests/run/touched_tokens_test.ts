import { knockout, scale, zero } from "../../lib/run/mod.ts";
import { tokensText, touchedTokens } from "../../lib/run/touched_tokens.ts";
import { assertEquals } from "../assert.ts";
import { seedling } from "../model/fixture.ts";

Deno.test("touchedTokens() names the tokens that each edit touches, in each prompt its own", async () => {
  const model = await seedling(), prompt = ["The capital of Poland is", "Mary gave John"];
  const edits = [
    zero("blocks.*.attn.z", { positions: -1 }),
    zero("embed", { positions: [1, 2], examples: 0 }),
    scale("embed", 2, { steps: "generated" }),
    scale("embed", 2, { steps: "prompt" }),
    knockout(1, { positions: -1, keys: [1] }),
    knockout(1, { pairs: [[-1, 1], [-1, -2], [2, 1]] }),
  ];
  const tokens = model.tokenize(prompt).map(({ tokens }) => tokens.map(({ text }) => text));
  const [last, two, generated, all, keys, pairs] = touchedTokens(model, { prompt }, edits);
  assertEquals(
    last,
    [0, 1].map((example) => ({
      example,
      positions: [tokens[example]!.length - 1],
      texts: [tokens[example]!.at(-1)!],
      all: false,
    })),
  );
  assertEquals(two, [
    { example: 0, positions: [1, 2], texts: tokens[0]!.slice(1, 3), all: false },
  ]);
  assertEquals(generated!.map(({ positions }) => positions), [[], []]);
  assertEquals(all!.map(({ texts, all }) => [texts, all]), tokens.map((own) => [own, true]));
  assertEquals(keys!.map(({ keys }) => keys!.texts), tokens.map((own) => [own[1]!]));
  assertEquals(
    [last, two, generated, all, keys].map((list) => tokensText(list!, true)),
    [
      "prompt 0: 5 ·is; prompt 1: 3 ·John",
      "prompt 0: 1 The, 2 ·capital",
      "prompt 0: generated tokens; prompt 1: generated tokens",
      "all of prompt 0, 1",
      "prompt 0: 5 ·is, keys 1 The; prompt 1: 3 ·John, keys 1 Mary",
    ],
  );
  assertEquals(
    tokensText(pairs!.slice(0, 1), false),
    "5 ·is, 2 ·capital, keys 1 The, 4 ·Poland",
  );
  assertEquals(tokensText(all!.slice(0, 1), false), "all");
});

Deno.test("touchedTokens() finds spans by their text in each prompt", async () => {
  const model = await seedling(), prompt = ["The capital of Poland is", "Mary gave John"];
  const spans = { subject: [[4], [1]] }, edits = [zero("embed", { positions: "subject" })];
  const [list] = touchedTokens(model, { prompt, spans }, edits);
  assertEquals(list!.map(({ texts }) => texts), [[" Poland"], ["Mary"]]);
});
