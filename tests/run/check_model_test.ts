import {
  attentionPatterns,
  generate,
  gradients,
  logit,
  meanOver,
  nextTokens,
  run,
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
