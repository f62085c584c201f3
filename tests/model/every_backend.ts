/**
 * The tests of models and runs that must pass whatever does the arithmetic, in one module: `backends_test.ts` runs it
 * once for each backend that is not the one of its own process.
 *
 * @module
 */

import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS } from "./fixture.ts";
import "./families/decoders_test.ts";
import "./families/gpt2_test.ts";
import "./families/gpt_neox_test.ts";
import "./families/llama_test.ts";
import "./families/spellings_test.ts";
import "./families/variants_test.ts";
import "./blocks/attention_test.ts";
import "./blocks/block_test.ts";
import "./blocks/embedding_test.ts";
import "./blocks/feed_forward_test.ts";
import "./blocks/alibi_test.ts";
import "./blocks/mixture_test.ts";
import "./blocks/norm_test.ts";
import "./blocks/query_key_norm_test.ts";
import "./blocks/scores_test.ts";
import "./blocks/rotary_test.ts";
import "./forward_test.ts";
import "./half_precision_test.ts";
import "./key_value_cache_test.ts";
import "./laws_test.ts";
import "./older_spellings_test.ts";
import "./processing/fold_value_biases_test.ts";
import "./processing/process_weights_test.ts";
import "./transformer_lens_decoders_test.ts";
import "./transformer_lens_test.ts";
import "./weight_places_test.ts";
import "./weight_view_test.ts";
import "./with_weights_test.ts";
import "../run/check_laws_test.ts";
import "../run/edit_test.ts";
import "../run/gradients/tap_test.ts";
import "../run/metrics/cross_entropy_test.ts";
import "../run/metrics/logit_difference_test.ts";
import "../run/reach_test.ts";
import "../run/rules/frozen_norm_test.ts";
import "../run/rules/frozen_pattern_test.ts";
import "../run/trace/trace_observer_test.ts";
import "../run/edits/freeze_test.ts";
import "../run/edits/knockout_test.ts";
import "../run/edits/project_test.ts";
import "../run/edits/splice_test.ts";
import "../run/value_plan_test.ts";

// Hundreds of runs of a model, seconds everywhere but on cpu, where they take longer than all the rest. What they hold is
// how runs are put together; that cpu computes each part aright stands in what it shares with the others.
if (Deno.env.get("INNERWORKS_BACKEND") !== "cpu") {
  await import("../run/generation/laws_test.ts");
  await import("../run/gradients/gradients_result_test.ts");
  await import("../run/layout_test.ts");
  await import("../run/ragged_test.ts");
}
// In double precision central differences hold every gradient to seven digits, in a test of their own.
if (Deno.env.get("INNERWORKS_BACKEND") !== "float64") {
  await import("../run/gradients/gradients_test.ts");
}
// These hold bits, where gradients belong, or numbers as near in double precision as in single, so that float64 would make
// none of them sharper: one backend beside the usual one, the one that users meet without a BLAS.
if (Deno.env.get("INNERWORKS_BACKEND") === "wasm") {
  await import("../run/decoders_test.ts");
  await import("../run/identity_edits_test.ts");
  await import("../run/passes_test.ts");
  await import("./weight_gradient_test.ts");
}

Deno.test("the arithmetic is done where this process was told", async () => {
  const asked = Deno.env.get("INNERWORKS_BACKEND");
  assertEquals((await startBackend()).name, asked);
  assertEquals((await fixtureModel("gpt2")).tokenize([PROMPTS[0]!]).length, 1);
  assertEquals(tf.getBackend(), asked);
});
