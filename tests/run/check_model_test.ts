import {
  attentionPatterns,
  checkLaws,
  editList,
  generate,
  gradients,
  logit,
  meanOver,
  nextTokens,
  run,
  testPrompt,
  trace,
  vectorJacobian,
} from "../../lib/run/mod.ts";
import { load } from "../../lib/zoo/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../assert.ts";

Deno.test("whatever takes a model says what to do where it was not awaited", async () => {
  const model = load("seedling") as never, prompt = "The capital of France is";
  const calls: Record<string, () => Promise<unknown>> = {
    "run a model": () => run(model, prompt),
    "trace a run": () => trace(model, prompt, function* () {}),
    "take gradients": () => gradients(model, prompt, logit(" Paris")),
    "generate": () => generate(model, prompt),
    "list next tokens": () => nextTokens(model, prompt),
    "show attention": () => attentionPatterns(model, prompt),
    "average sites": () => meanOver(model, [prompt], { sites: ["attn_out"] }),
    "multiply by a Jacobian": () =>
      vectorJacobian(model, prompt, tf.zeros([1]), { from: "embed", to: "logits" }),
  };
  for (const [purpose, call] of Object.entries(calls)) {
    const { message } = await assertRejects(call, TypeError);
    assertEquals(
      message,
      `Cannot ${purpose} as the model must be one that load gives: current value is a promise; write await before load(...)`,
    );
  }
  await model;
});

Deno.test("a prompt in the place of the model is told from a model's name", async () => {
  const model = await load("seedling"), prompt = "The capital of France is";
  for (
    const [given, said] of [
      [prompt, "text; the model comes first, and the prompt after it"],
      ["seedling", 'text; write await load("seedling")'],
    ]
  ) {
    assertEquals(
      (await assertRejects(() => run(given as never, model as never), TypeError)).message,
      `Cannot run a model as the model must be one that load gives: current value is ${said}`,
    );
  }
});

Deno.test("what is left out of a call is named", async () => {
  const model = await load("seedling"), left = undefined as never;
  const calls: readonly (readonly [string, () => unknown])[] = [
    ["Cannot test an answer as it must be text", () => testPrompt(model, "a", left)],
    ["Cannot list edits as they must be a list", () => editList(left)],
    ["Cannot check laws as the model must be", () => checkLaws(left, "a")],
    ["Cannot list next tokens as its options", () => nextTokens(model, "a", null as never)],
  ];
  for (const [start, call] of calls) {
    const { message } = await assertRejects(async () => await call(), TypeError);
    assertEquals(message.slice(0, start.length), start);
  }
});
