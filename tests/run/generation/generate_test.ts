import { generate, scale, zero } from "../../../lib/run/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../../model/fixture.ts";
import { near, same } from "../../near.ts";
import { goldenModel, goldenPrompts, transformers } from "./golden.ts";
import { idsOf, logProbabilities } from "./written.ts";

Deno.test("generate() with a repetition penalty writes what transformers writes", async () => {
  for (const call of transformers.greedy) {
    const written = await generate(await goldenModel(call.model), goldenPrompts(call), {
      tokens: call.tokens,
      stopTokens: [],
      repetitionPenalty: call.options.repetition_penalty!,
    });
    assertEquals(idsOf(written), call.texts.map(({ ids }) => ids));
  }
});

Deno.test("generate() draws the same text from the same seed, whatever else is in the batch", async () => {
  const model = await seedling(), prompt = [0, 271, 826], other = [0, 1239];
  const options = { tokens: 12, temperature: 1.5, topK: 50, stopTokens: [], seed: 3 };
  const alone = await generate(model, [prompt], { ...options, samples: 2 });
  const [first, second] = idsOf(alone);
  assert(first!.join() !== second!.join(), "samples differ");
  assertEquals(idsOf(await generate(model, prompt, options)), [first]);
  assertEquals(idsOf(await generate(model, [other, prompt], options))[1], first);
  assertEquals(idsOf(await generate(model, [prompt, prompt], options)), [first, second]);
  assert(
    idsOf(await generate(model, prompt, { ...options, seed: 4 }))[0]!.join() !== first!.join(),
  );
  // A draw from the distribution as it was warped, of which the model's own probability is another number.
  for (
    const { drawProbability, probability, rank } of alone.texts.flatMap(({ tokens }) => tokens)
  ) {
    assert(drawProbability > 0 && drawProbability <= 1 && rank <= 50 && probability <= 1);
  }
});

Deno.test("generate() draws each token as often as the warped probabilities say", async () => {
  const model = await fixtureModel("llama"), samples = 2000;
  const { texts } = await generate(model, PROMPTS[0]!, {
    tokens: 1,
    temperature: 0.8,
    topK: 6,
    samples,
    seed: 5,
  });
  const drawn = Map.groupBy(texts.map(({ tokens }) => tokens[0]!), ({ id }) => id);
  assertEquals(drawn.size, 6, "top-k, and nothing else");
  let sum = 0;
  for (const [id, tokens] of drawn) {
    const p = tokens[0]!.drawProbability;
    sum += p;
    // Five standard deviations of a binomial: by chance one seed in 300,000 fails for six tokens.
    const bound = 5 * Math.sqrt(samples * p * (1 - p));
    assert(Math.abs(tokens.length - samples * p) <= bound, `token ${id}: ${tokens.length} times`);
  }
  // Six doubles that were divided by their sum.
  near([sum], [1], 1e-12);
});

Deno.test("generate() ends a text at a string that tokens part, and cuts or keeps it", async () => {
  const model = await seedling(),
    prompt = "When Mary and John went to the store, John gave a key to";
  const whole = await generate(model, prompt, { tokens: 8, stopTokens: [] });
  assertEquals(whole.text, " Mary.<|endoftext|>The order is third fourth");
  // "ry." begins within the token " Mary" and ends with the token ".".
  const cut = await generate(model, prompt, { tokens: 8, stopStrings: ["zzz", "ry."] });
  const [text] = cut.texts;
  assertEquals([text!.text, text!.stopped, text!.stoppedBy], [" Ma", "string", "ry."]);
  assertEquals(text!.tokens.length, 2);
  const kept = await generate(model, prompt, { tokens: 8, stopStrings: ["ry."], keepStop: true });
  assertEquals(kept.text, " Mary.");
  const ended = await generate(model, prompt, { tokens: 8 });
  assertEquals([ended.text, ended.texts[0]!.stopped, ended.texts[0]!.stoppedBy], [
    " Mary.",
    "token",
    "<|endoftext|>",
  ]);
  assertEquals(
    (await generate(model, prompt, { tokens: 8, keepStop: true })).text,
    " Mary.<|endoftext|>",
  );
  assertEquals((await generate(model, prompt, { tokens: 2 })).texts[0]!.stopped, "length");
});

Deno.test("generate() tells of every token, with the text so far", async () => {
  const model = await seedling(), told: string[] = [];
  const written = await generate(model, ["The capital of Poland is", "The order is"], {
    tokens: 3,
    stopTokens: [],
    onToken: ({ prompt, sample, step, text, id, token }) => {
      assertEquals(token.id, id);
      told.push(`${prompt} ${sample} ${step}${text}`);
    },
  });
  assertEquals(told.length, 6);
  assertEquals(told.slice(0, 2), [
    `0 0 0 Warsaw`,
    `1 0 0${written.texts[1]!.tokens[0]!.token.text}`,
  ]);
  assertEquals(told.at(-1), `1 0 2${written.texts[1]!.text}`);
});

Deno.test("generate() aborted gives what it has, without another step", async () => {
  const model = await seedling(), controller = new AbortController();
  let step = 0;
  const written = await generate(model, "The capital of Poland is", {
    tokens: 200,
    stopTokens: [],
    capture: ["resid_post"],
    signal: controller.signal,
    onToken: () => {
      if (++step === 5) controller.abort();
    },
  });
  // At once: not a step was made after it was raised.
  assertEquals(step, 5);
  const [text] = written.texts;
  assertEquals([text!.stopped, text!.tokens.length], ["aborted", 5]);
  assertEquals(
    text!.text,
    (await generate(model, "The capital of Poland is", { tokens: 5, stopTokens: [] })).text,
  );
  assertEquals(
    written.cache.get("blocks.0.resid_post").shape[1],
    written.prompts[0]!.ids.length + 4,
  );
  written.dispose();
  const at = AbortSignal.abort();
  for (const options of [{}, { beams: 3 }]) {
    const nothing = await generate(model, "The capital", { signal: at, ...options });
    assertEquals([nothing.texts[0]!.stopped, nothing.text, nothing.texts[0]!.tokens.length], [
      "aborted",
      "",
      0,
    ]);
  }
});

Deno.test("generate() holds no more tensors after 200 tokens than after 20", async () => {
  const model = await seedling(), held: number[] = [], bytes: number[] = [];
  const count = () => {
    held.push(heldTensors());
    bytes.push(tf.memory().numBytes);
  };
  // Weights are read when they are first used, and stay.
  await generate(model, "The", { tokens: 1 });
  const before = heldTensors();
  const options = { tokens: 200, stopTokens: [], temperature: 1 };
  await generate(model, "The capital", { ...options, onToken: count });
  assertEquals(held[199], held[20]);
  const { layers, heads, headWidth } = model.architecture;
  const column = 4 * layers * 2 * heads * headWidth;
  assertEquals(bytes[199]! - bytes[20]!, 179 * column, "keys and values of the new columns alone");
  await generate(model, ["The capital", "The order is"], { tokens: 4, beams: 3 });
  const edits = [zero("blocks.1.attn.z", { heads: [0] })];
  (await generate(model, "The capital", { tokens: 4, edits, capture: ["resid_post"] })).dispose();
  assertEquals(heldTensors(), before);
});

/** What is refused, with which error, and why. */
const REFUSED: readonly [options: object, kind: ErrorConstructor, message: string][] = [
  [
    { tokens: 300 },
    RangeError,
    "Cannot generate 300 tokens as prompt and text must have at most 256 together, the model's positions: the prompt has 3, so that there is room for 253",
  ],
  [
    { capture: ["logits"], captureLimit: 10 },
    RangeError,
    "Cannot capture 0.456 MB as it must be at most 0.0000100 MB: capture fewer sites, write fewer tokens, or raise captureLimit",
  ],
  [
    { captureLimit: "2 GB" },
    RangeError,
    "Cannot generate as captureLimit must be a number of bytes from 0 on: current value is 2 GB",
  ],
  [
    { edits: zero("embed") },
    TypeError,
    "Cannot generate as edits must be a list: current value is an object",
  ],
  [
    { capture: "logits" },
    TypeError,
    'Cannot generate as capture must be a list: current value is "logits"',
  ],
  [
    { spans: { name: [[0], [1]] } },
    RangeError,
    'Cannot find span "name" as there must be a list of positions for each of the 1 examples: there are 2',
  ],
];

Deno.test("generate() refuses what cannot be, before anything is computed", async () => {
  const model = await seedling(), before = heldTensors();
  const prompt = [0, 271, 826];
  for (const [options, kind, message] of REFUSED) {
    const error = await assertRejects(() => generate(model, prompt, options), kind);
    assertEquals(error.message, message);
  }
  for (
    const edit of [
      zero("blocks.9.attn.z"),
      zero("embed", { positions: -4 }),
      zero("embed", { positions: 0, steps: 1 }),
      zero("embed", { positions: "nobody" }),
    ]
  ) await assertRejects(() => generate(model, prompt, { edits: [edit] }), RangeError);
  assertEquals(heldTensors(), before);
});

Deno.test("generate() refuses logits that are no numbers", async () => {
  const model = await seedling();
  const edits = [scale("blocks.0.ln1.scale", 0)];
  const error = await assertRejects(
    () => generate(model, [0, 271], { edits, tokens: 2 }),
    RangeError,
  );
  assert(/NaN/.test(error.message), error.message);
});

Deno.test("generate() repeats itself bit for bit", async () => {
  const model = await seedling(),
    options = { tokens: 10, temperature: 0.9, seed: 8, stopTokens: [] };
  const [first, second] = [
    await generate(model, "The", options),
    await generate(model, "The", options),
  ];
  same(logProbabilities(first), logProbabilities(second));
});
