import {
  generate,
  generateBeside,
  type GenerateOptions,
  gradients,
  logit,
  meanOver,
  run,
  trace,
  zero,
} from "../../../lib/run/mod.ts";
import { readManner } from "../../../lib/run/generation/generate_options.ts";
import { assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { fixtureModel, seedling } from "../../model/fixture.ts";

/** Options that are wrong or contradict each other, and what is said. */
const WRONG: readonly [options: GenerateOptions, message: string][] = [
  [{ tokens: 0 }, "tokens must be a whole number from 1 on: current value is 0"],
  [{ tokens: 2.5 }, "tokens must be a whole number from 1 on: current value is 2.5"],
  [
    { samples: -1, temperature: 1 },
    "samples must be a whole number from 1 on: current value is -1",
  ],
  [
    { temperature: 0 },
    "temperature must be above 0 (leave it out to take the likeliest): current value is 0",
  ],
  [
    { temperature: NaN },
    "temperature must be above 0 (leave it out to take the likeliest): current value is NaN",
  ],
  [{ topK: 0 }, "topK must be a whole number from 1 on: current value is 0"],
  [{ topP: 1.5 }, "topP must be above 0 and at most 1: current value is 1.5"],
  [{ topP: 0 }, "topP must be above 0 and at most 1: current value is 0"],
  [{ minP: -0.1 }, "minP must be from 0 to 1: current value is -0.1"],
  [{ repetitionPenalty: 0 }, "repetitionPenalty must be above 0: current value is 0"],
  [{ beams: 0 }, "beams must be a whole number from 1 to 3256: current value is 0"],
  [
    { beams: 2, lengthPenalty: Infinity },
    "lengthPenalty must be finite: current value is Infinity",
  ],
  [{ beams: 2, temperature: 1 }, "a search must not draw: both beams and temperature are given"],
  [{ beams: 2, minP: 0.1 }, "a search must not draw: both beams and minP are given"],
  [{ beams: 2, seed: 1 }, "a seed must stand with drawing: give a temperature"],
  [
    { beams: 2, samples: 3 },
    "a search must keep at most its 2 beams: current value of samples is 3",
  ],
  [
    { beams: 2, onToken: () => {} },
    "onToken must not be given with beams: they change until the end",
  ],
  [{ beams: 2, stream: true }, "stream must not be given with beams: they change until the end"],
  [{ lengthPenalty: 1 }, "lengthPenalty must stand with beams of 2 or more: there is no search"],
  [
    { earlyStopping: false },
    "earlyStopping must stand with beams of 2 or more: there is no search",
  ],
  [{ samples: 2 }, "2 samples must be drawn to differ: give a temperature"],
  [{ seed: 1 }, "a seed must stand with drawing: give a temperature"],
  [{ seed: 1.5, topK: 3 }, "the seed must be a safe integer: current value is 1.5"],
  [
    { stopTokens: [3256] },
    "a stop token must be a whole number from 0 to 3255: current value is 3256",
  ],
  [{ stopStrings: [""] }, "a stop string must not be empty: one is"],
];

Deno.test("readManner() refuses options that are wrong or contradict each other", async () => {
  const model = await seedling();
  for (const [options, message] of WRONG) {
    const { message: said } = assertThrows(() => readManner(model, options), RangeError);
    assertEquals(said, `Cannot generate as ${message}`);
  }
  assertEquals(
    assertThrows(() => readManner(model, { stopStrings: "x" as unknown as string[] }), TypeError)
      .message,
    'Cannot generate as stopStrings must be a list of strings: current value is "x"',
  );
});

Deno.test("readManner() refuses listeners that could hear nothing", async () => {
  const model = await seedling();
  const message = (options: object) =>
    assertThrows(() => readManner(model, options), TypeError).message;
  assertEquals(
    message({ onToken: true }),
    "Cannot generate as onToken must be a function: current value is a boolean",
  );
  assertEquals(
    message({ stream: "cell" }),
    'Cannot generate as stream must be true, false or an object with show(): current value is "cell"',
  );
});

Deno.test("generate() refuses a misspelt option", async () => {
  const model = await seedling();
  const { message } = await assertRejects(
    () => generate(model, "The", { temprature: 1 } as GenerateOptions),
    TypeError,
  );
  assertEquals(message.split(": ")[1], '"temprature" is not, perhaps "temperature" is meant');
});

Deno.test("generate() and all else that listens for an abort refuse what is no signal", async () => {
  const model = await seedling(), signal = 200 as unknown as AbortSignal, site = "embed";
  const calls = [
    () => generate(model, "The", { signal }),
    () => generateBeside(model, "The", { signal, edits: [zero(site)] }),
    () => run(model, "The", { signal }),
    () => gradients(model, "The", logit(" The"), { at: [site], signal }),
    () => trace(model, "The", function* () {}, { signal }),
    () => meanOver(model, "The", { sites: [site], signal }),
  ];
  for (const call of calls) {
    assertEquals(
      (await assertRejects(async () => await call(), TypeError)).message,
      "Cannot listen for an abort as signal must be an AbortSignal: current value is 200, perhaps AbortSignal.timeout(200) is meant",
      String(call),
    );
  }
});

Deno.test("readManner() takes the likeliest, draws or searches, as the options say", async () => {
  const model = await seedling();
  assertEquals(readManner(model, {}).method, "greedy");
  assertEquals(readManner(model, { beams: 1 }).method, "greedy");
  assertEquals(readManner(model, { minP: 0.1 }).method, "sampling");
  assertEquals(readManner(model, { temperature: 1 }).warping, { temperature: 1 });
  assertEquals(readManner(model, { beams: 2 }).method, "beam search");
});

Deno.test("readManner() ends texts with the tokenizer's end-of-text, where it is known", async () => {
  assertEquals(readManner(await seedling(), {}).stopTokens, [0]);
  assertEquals(readManner(await seedling(), { stopTokens: [] }).stopTokens, []);
  assertEquals(readManner(await fixtureModel("llama"), {}).stopTokens, []);
});
