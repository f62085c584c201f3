import { run } from "../../lib/run/mod.ts";
import type { Prompt } from "../../lib/model/mod.ts";
import { readPrompts } from "../../lib/model/prompt.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { fixtureModel, seedling } from "./fixture.ts";

Deno.test("readPrompts() takes text, ids, and a list of either", async () => {
  const model = await seedling();
  const text = "Mary and John", [{ ids }] = model.tokenize(text) as unknown as [{ ids: number[] }];
  assertEquals(model.tokenize([text, text]).map((one) => one.ids), [ids, ids]);
  assertEquals(model.tokenize([text, ids]).map((one) => one.ids), [ids, ids]);
  assertEquals(model.tokenize(ids)[0]!.ids, ids);
  assertEquals(model.tokenize([ids]).length, 1);
  // A-28: the tokenizer's own settings prepend the beginning of text, and what is given as ids is taken as it is.
  assertEquals([model.tokenize(text)[0]!.beginning, ids[0]], [true, 0]);
  assertEquals(model.tokenize(ids.slice(1))[0]!.beginning, false);
});

Deno.test("readPrompts() names ids by number where there is no tokenizer", async () => {
  const [prompt] = (await fixtureModel("gpt2")).tokenize([3, 95, 3]);
  assertEquals(prompt!.text, "#3#95#3");
  assertEquals(prompt!.tokens.map(({ text, start, end }) => [text, start, end]), [
    ["#3", 0, 2],
    ["#95", 2, 5],
    ["#3", 5, 7],
  ]);
});

Deno.test("readPrompts() copies the ids, so that a caller's list may change", async () => {
  const ids = [1, 2, 3];
  const [prompt] = (await fixtureModel("gpt2")).tokenize(ids);
  ids[0] = 9;
  assertEquals(prompt!.ids, [1, 2, 3]);
});

const past =
  "Cannot run the prompt as a token id must be an integer from 0 to 95: current value is";
const kinds =
  "Cannot read a prompt as it must be text, token ids or a list of either: current value is";
const one = "as it must be text or token ids: current value is";
const WRONG: readonly [prompt: unknown, kind: new (message: string) => Error, message: string][] = [
  [[], RangeError, "Cannot run no prompts as a list must hold at least one"],
  [[[]], RangeError, "Cannot run the prompt as it must hold a token: it is empty"],
  [[[1, 2], []], RangeError, "Cannot run prompt 1 as it must hold a token: it is empty"],
  [[96], RangeError, `${past} 96`],
  [[-1], RangeError, `${past} -1`],
  [[1, 2.5], RangeError, `${past} 2.5`],
  [[NaN], RangeError, `${past} NaN`],
  [[1, Infinity], RangeError, `${past} Infinity`],
  // deno-lint-ignore no-sparse-arrays -- what is tested is that a hole is no id
  [[1, , 2], RangeError, `${past} undefined`],
  [
    [[1], [2, 96]],
    RangeError,
    "Cannot run prompt 1 as a token id must be an integer from 0 to 95: current value is 96",
  ],
  [
    Array(65).fill(1),
    RangeError,
    "Cannot run the prompt as it must have at most 64 tokens, the model's positions: it has 65",
  ],
  [
    "text",
    TypeError,
    "Cannot read the prompt as text as the model has no tokenizer: give token ids, or put a tokenizer.json beside the model",
  ],
  [
    [[1], "text"],
    TypeError,
    "Cannot read prompt 1 as text as the model has no tokenizer: give token ids, or put a tokenizer.json beside the model",
  ],
  [7, TypeError, `${kinds} a number`],
  [null, TypeError, `${kinds} null`],
  [undefined, TypeError, `${kinds} undefined`],
  [{ ids: [1] }, TypeError, `${kinds} an object (Object)`],
  [Int32Array.of(1, 2), TypeError, `${kinds} an object (Int32Array)`],
  [[1, [2]], TypeError, `Cannot read prompt 0 ${one} a number`],
  [[[[1]]], TypeError, `Cannot read the prompt ${one} a list`],
  [[[1, "2"]], TypeError, `Cannot read the prompt ${one} a list`],
  [[null], TypeError, `Cannot read the prompt ${one} null`],
];

Deno.test("readPrompts() refuses what is no prompt, word for word, in a run too", async () => {
  const model = await fixtureModel("gpt2");
  for (const [prompt, kind, message] of WRONG) {
    const error = await assertRejects(() => run(model, prompt as Prompt), kind);
    assertEquals(error.message, message);
  }
});

Deno.test("readPrompts() refuses empty text and text that is too long", async () => {
  const model = await seedling();
  const message = async (prompt: Prompt) =>
    (await assertRejects(() => run(model, prompt), RangeError)).message;
  assertEquals(await message(""), "Cannot run the prompt as it must hold a token: it is empty");
  assertEquals(
    await message(["a", ""]),
    "Cannot run prompt 1 as it must hold a token: it is empty",
  );
  assertEquals(
    await message(" a".repeat(300)),
    "Cannot run the prompt as it must have at most 256 tokens, the model's positions: it has 301",
  );
});

Deno.test("readPrompts() refuses ids that a tokenizer gives past the model's vocabulary", async () => {
  const model = await seedling();
  const error = assertThrows(
    () => readPrompts("Mary", model.tokenizer, { ...model.architecture, vocabulary: 5 }),
    RangeError,
  );
  assert(
    /^Cannot run the prompt as the tokenizer must not go past the model's vocabulary of 5: it gave token id \d+$/
      .test(error.message),
    error.message,
  );
});
