import { plainSiteName } from "../../lib/model/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "./fixture.ts";
import { processorTime } from "../processor_time.ts";

Deno.test("plainSiteName() rewrites TransformerLens's names and leaves others alone", () => {
  const cases: [string, string][] = [
    ["blocks.3.attn.hook_pattern", "blocks.3.attn.pattern"],
    ["blocks.3.attn.hook_attn_scores", "blocks.3.attn.scores"],
    ["blocks.0.hook_resid_pre", "blocks.0.resid_pre"],
    ["blocks.0.hook_q_input", "blocks.0.attn.q_input"],
    ["blocks.0.attn.hook_v_input", "blocks.0.attn.v_input"],
    ["hook_k_input", "attn.k_input"],
    ["blocks.0.hook_mlp_in", "blocks.0.mlp_in"],
    ["hook_embed", "embed"],
    ["ln_final.hook_scale", "ln_final.scale"],
    ["blocks.*.attn.hook_z", "blocks.*.attn.z"],
    ["blocks.0.attn.scores", "blocks.0.attn.scores"],
    ["", ""],
  ];
  for (const [name, plain] of cases) assertEquals(plainSiteName(name), plain);
  assertEquals(
    assertThrows(() => plainSiteName(undefined as unknown as string), TypeError).message,
    "Cannot find a site as its name must be text: current value is undefined",
  );
});

Deno.test("match() takes names, patterns and bare names, in the order of the forward pass", async () => {
  const model = await fixtureModel("llama");
  assertEquals(model.match("attn.pattern"), ["blocks.0.attn.pattern", "blocks.1.attn.pattern"]);
  assertEquals(model.match("resid_mid"), ["blocks.0.resid_mid", "blocks.1.resid_mid"]);
  assertEquals(model.match("hook_resid_mid"), ["blocks.0.resid_mid", "blocks.1.resid_mid"]);
  assertEquals(model.match("blocks.*.attn.hook_attn_scores"), [
    "blocks.0.attn.scores",
    "blocks.1.attn.scores",
  ]);
  assertEquals(model.match("*normalized"), [
    "blocks.0.ln1.normalized",
    "blocks.0.ln2.normalized",
    "blocks.1.ln1.normalized",
    "blocks.1.ln2.normalized",
    "ln_final.normalized",
  ]);
  assertEquals(model.match("blocks.1.mlp.*"), [
    "blocks.1.mlp.pre",
    "blocks.1.mlp.gate",
    "blocks.1.mlp.pre_linear",
    "blocks.1.mlp.post",
  ]);
  assertEquals(model.match("embed"), ["embed"]);
  assertEquals(model.match("*").length, 56);
  // A dot in a pattern is a dot.
  assertThrows(() => model.match("blocks*attnXpattern"), RangeError);
});

Deno.test("an unknown site is refused with the nearest, or with the blocks that there are", async () => {
  const model = await fixtureModel("gpt2");
  const find = (name: string) => assertThrows(() => model.site(name), RangeError).message;
  const match = (name: string) =>
    assertThrows(() => model.match(name, "capture"), RangeError).message;
  const none = "as the model has no such site: ";
  const cases: [actual: string, expected: string][] = [
    [
      find("blocks.0.attn.patern"),
      `Cannot find "blocks.0.attn.patern" ${none}the nearest is "blocks.0.attn.pattern"`,
    ],
    [
      find("blocks.0.hook_resid_prre"),
      `Cannot find "blocks.0.hook_resid_prre" ${none}the nearest is "blocks.0.resid_pre"`,
    ],
    [
      find("blocks.1.resid_post.0"),
      `Cannot find "blocks.1.resid_post.0" ${none}the nearest is "blocks.1.resid_post"`,
    ],
    [find("resid_post"), `Cannot find "resid_post" ${none}the nearest is "blocks.0.resid_post"`],
    [
      find("blocks.1.q_input"),
      `Cannot find "blocks.1.q_input" ${none}the nearest is "blocks.1.attn.q_input"`,
    ],
    [find("Logits"), `Cannot find "Logits" ${none}the nearest is "logits"`],
    [find("blocks.2.attn.z"), `Cannot find "blocks.2.attn.z" ${none}its blocks are 0 to 1`],
    [find("blocks.-1.attn.z"), `Cannot find "blocks.-1.attn.z" ${none}its blocks are 0 to 1`],
    [
      find("blocks.99999999999.nothing"),
      `Cannot find "blocks.99999999999.nothing" ${none}its blocks are 0 to 1`,
    ],
    [match("pattern"), `Cannot capture "pattern" ${none}the nearest is "attn.pattern"`],
    [
      match("resid"),
      `Cannot capture "resid" ${none}the nearest are "resid_pre", "resid_mid" and "resid_post"`,
    ],
    [
      find("mlp_"),
      `Cannot find "mlp_" ${none}the nearest are "blocks.0.mlp_in" and "blocks.0.mlp_out"`,
    ],
    [match("residpost"), `Cannot capture "residpost" ${none}the nearest is "resid_post"`],
    [match("attn.rot_q"), `Cannot capture "attn.rot_q" ${none}the nearest is "attn.q"`],
    [match("patern"), `Cannot capture "patern" ${none}the nearest is "attn.pattern"`],
    [
      match("00"),
      `Cannot capture "00" ${none}it has embed, pos_embed, ln_final.scale, ln_final.normalized, logits and, in a block, resid_pre, attn.q_input, attn.k_input, attn.v_input, ln1.scale, ln1.normalized, attn.q, attn.k, attn.v, attn.scores, attn.pattern, attn.z, attn.result, attn_out, resid_mid, mlp_in, ln2.scale, ln2.normalized, mlp.pre, mlp.post, mlp_out, resid_post`,
    ],
    [match("ln_finale.*"), `Cannot capture "ln_finale.*" ${none}the nearest is "ln_final.scale"`],
  ];
  for (const [actual, expected] of cases) assertEquals(actual, expected);
  // A long name is compared by its beginning alone, so that it cannot cost a minute.
  const before = processorTime();
  find("x".repeat(1_000_000));
  assertEquals(processorTime() - before < 500, true);
});

Deno.test("match() walks through a name once, however many stars a pattern has", async () => {
  const model = await fixtureModel("llama");
  assertEquals(model.match("*".repeat(5000)).length, 56);
  assertEquals(model.match("*.attn.*_q"), ["blocks.0.attn.rot_q", "blocks.1.attn.rot_q"]);
  assertEquals(model.match("*1.ln*.scale*"), ["blocks.1.ln1.scale", "blocks.1.ln2.scale"]);
  // The end may not be a letter that an earlier part has taken.
  assertThrows(() => model.match("blocks.0.resid_pre*e"), RangeError);
  const before = processorTime();
  for (const pattern of ["*".repeat(5000) + "!", "*t".repeat(5000), "a*".repeat(5000)]) {
    assertThrows(() => model.match(pattern), RangeError);
  }
  assertEquals(processorTime() - before < 500, true);
});
