/**
 * The tests of models and runs that must pass whatever does the arithmetic, in one module: `backends_test.ts` runs it
 * once for each backend that is not the one of its own process.
 *
 * @module
 */

import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS } from "./fixture.ts";
import "./families/gpt2_test.ts";
import "./families/gpt_neox_test.ts";
import "./families/llama_test.ts";
import "./blocks/attention_test.ts";
import "./blocks/block_test.ts";
import "./blocks/embedding_test.ts";
import "./blocks/feed_forward_test.ts";
import "./blocks/norm_test.ts";
import "./blocks/rotary_test.ts";
import "./forward_test.ts";
import "./half_precision_test.ts";
import "./laws_test.ts";
import "./older_spellings_test.ts";
import "./transformer_lens_test.ts";
import "./weight_view_test.ts";
import "../run/edit_test.ts";
import "../run/edits/freeze_test.ts";
import "../run/edits/knockout_test.ts";
import "../run/edits/project_test.ts";
import "../run/edits/splice_test.ts";
import "../run/ragged_test.ts";
import "../run/value_plan_test.ts";
import "../run/generation/laws_test.ts";

// Five hundred runs of a model: seconds everywhere but on cpu, where they take as long as all the rest three times over.
if (Deno.env.get("INNERWORKS_BACKEND") !== "cpu") {
  await import("../run/identity_edits_test.ts");
}
if (Deno.env.get("INNERWORKS_BACKEND") === "wasm") await import("../run/passes_test.ts");

Deno.test("the arithmetic is done where this process was told", async () => {
  const asked = Deno.env.get("INNERWORKS_BACKEND");
  assertEquals((await startBackend()).name, asked);
  assertEquals((await fixtureModel("gpt2")).tokenize([PROMPTS[0]!]).length, 1);
  assertEquals(tf.getBackend(), asked);
});
