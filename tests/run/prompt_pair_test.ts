import { PairError, type PairText, promptPair } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

const IOI: PairText = {
  clean: "When Mary and John went to the store, John gave a key to",
  corrupt: "When Mary and John went to the store, Mary gave a key to",
  answer: " Mary",
  wrong: " John",
  spans: { place: "store", giver: [10], end: [-1] },
};

Deno.test("promptPair() holds tokens, answers and named spans, and says where the prompts differ", async () => {
  const model = await seedling(), pair = promptPair(model, IOI);
  const id = (text: string) => model.toSingleToken(text);
  assertEquals([pair.length, pair.model], [15, "seedling"]);
  assertEquals(pair.clean.ids, model.tokenize(IOI.clean)[0]!.ids);
  assertEquals(pair.corrupt.ids, model.tokenize(IOI.corrupt)[0]!.ids);
  assertEquals([pair.answerId, pair.wrongId, pair.note], [id(" Mary"), id(" John"), null]);
  assertEquals(pair.spans, { place: [8], giver: [10], end: [14] });
  assertEquals(
    pair.differences.map(({ position, clean, corrupt, names }) => [
      position,
      clean.text,
      corrupt.text,
      ...names,
    ]),
    [[10, " John", " Mary", "giver"]],
  );
});

Deno.test("the JSON of a pair makes the pair again", async () => {
  const model = await seedling(), pair = promptPair(model, IOI);
  const again = promptPair(model, JSON.parse(JSON.stringify(pair)));
  assertEquals(again.toJSON(), pair.toJSON());
  assertEquals(again.spans, pair.spans);
  const ids = { clean: [1, 2], corrupt: [1, 3], answer: 4, wrong: [5, 6] };
  const bare = await fixtureModel("gpt2");
  assertEquals(JSON.parse(JSON.stringify(promptPair(bare, ids))), ids);
});

Deno.test("C-17 promptPair() refuses prompts of different token counts and shows both side by side", async () => {
  const model = await seedling();
  const error = assertThrows(
    () =>
      promptPair(model, {
        ...IOI,
        corrupt: "When Mary and Tiger Woods went to the store, John gave a key to",
      }),
    PairError,
  ) as Error;
  assertEquals(
    error.message,
    [
      "Cannot pair prompts as both must have as many tokens: clean has 15 and corrupt 16",
      "clean   | ⟦<|endoftext|>⟧ | When | ·Mary | ·and | ·John  |        | ·went | ·to | ·the | ·store | ...",
      "corrupt | ⟦<|endoftext|>⟧ | When | ·Mary | ·and | ·Tiger | ·Woods | ·went | ·to | ·the | ·store | ...",
    ].join("\n"),
  );
  const end = assertThrows(
    () => promptPair(model, { ...IOI, corrupt: `${IOI.clean} the big` }),
    PairError,
  ) as Error;
  assertEquals(
    end.message.split("\n").slice(1),
    [
      "clean   | ... | ·gave | ·a | ·key | ·to |      |",
      "corrupt | ... | ·gave | ·a | ·key | ·to | ·the | ·big",
    ],
  );
});

Deno.test("promptPair() refuses what is no pair", async () => {
  const model = await seedling();
  const refused = (change: Partial<Record<keyof PairText, unknown>>, message: string) => {
    const error = assertThrows(() => promptPair(model, { ...IOI, ...change } as PairText)) as Error;
    assert(error.message.includes(message), error.message);
  };
  refused(
    { corrupt: IOI.clean },
    'Cannot pair prompts as they must differ: both are "When Mary and John went to the store, John gave a key to"',
  );
  refused(
    { clean: 3 },
    "Cannot pair prompts as clean must be text or token ids: current value is 3",
  );
  refused({ corrupt: ["a"] }, "Cannot pair prompts as corrupt must be text or token ids");
  refused({ clean: [] }, "must hold at least one");
  refused({ answer: " Mary John" }, "firstToken: true");
  refused({ wrongs: " a" } as never, '"wrongs" is not, perhaps "wrong" is meant');
  assertThrows(
    () => promptPair(model, IOI, { firsttoken: true } as never),
    TypeError,
    'perhaps "firstToken" is meant',
  );
});

Deno.test("what answers of several tokens share stands at the end of both prompts", async () => {
  const model = await seedling();
  const text = { ...IOI, answer: " Tiger Woods", wrong: " Tiger Jordan" };
  const pair = promptPair(model, text, { firstToken: true });
  assertEquals(pair.length, 16);
  assertEquals(
    [pair.clean, pair.corrupt].map(({ tokens }) => tokens.at(-1)!.text),
    [" Tiger", " Tiger"],
  );
  assert(pair.clean.beginning);
  assert(pair.note!.includes("token 2 alone"));
  assert((await drawings(pair)).plain.includes("read by token 2 alone"));
});

Deno.test("a pair draws both prompts with what differs, names and answers", async () => {
  const pair = promptPair(await seedling(), IOI);
  const { html, plain } = await drawings(pair);
  const lines = plain.split("\n");
  assertEquals(lines[0], "Clean and corrupt prompt: 1 of 15 tokens differ");
  assert(lines.includes("      10  ≠  ·John            ·Mary            giver"), plain);
  assert(lines.includes("answer: ·Mary") && lines.includes("wrong: ·John"), plain);
  assertEquals(lines.at(-1), "seedling · a beginning-of-text token was prepended");
  assertEquals(Deno.inspect(pair), plain);
  assert(html.includes("≠ giver"));
});

Deno.test("many answers are drawn in part, and their number said", async () => {
  const model = await fixtureModel("gpt2");
  const answer = Array.from({ length: 40 }, (_, i) => i), wrong = [50, 51];
  const pair = promptPair(model, { clean: [1, 2], corrupt: [1, 3], answer, wrong });
  const { plain } = await drawings(pair);
  assert(plain.includes("answer (12 of 40): #0 #1"), plain);
  assert(plain.includes("wrong: #50 #51") && plain.includes("was not prepended"), plain);
});
