import { familiesTable } from "../../lib/model/mod.ts";
import { families } from "../../lib/model/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { DECODERS } from "./fixture.ts";

const row = (name: string) => familiesTable().rows.find((row) => row.name === name)!;

Deno.test("the table has a row for each family, and every fixture is one of them", () => {
  assertEquals(familiesTable().rows.map(({ name }) => name), [...families.keys()]);
  const types = DECODERS.map((folder) =>
    JSON.parse(
      Deno.readTextFileSync(new URL(`../fixtures/families/${folder}/config.json`, import.meta.url)),
    ).model_type
  );
  assertEquals(types.toSorted(), [...families.keys()].toSorted());
});

Deno.test("the table says what a family computes, which sites are its own, and what it reads", () => {
  const oss = row("gpt_oss");
  assert(oss.mechanisms.includes("sinks"), oss.mechanisms.join("; "));
  assert(oss.mechanisms.some((words) => words.endsWith("4 of 128 experts")));
  assertEquals(oss.sites, [
    "attn.sinks",
    "moe.router_logits",
    "moe.indices",
    "moe.weights",
    "moe.experts.*.post",
  ]);
  assert(oss.switches.includes("swiglu_limit") && !oss.switches.includes("hidden_size"));
  assert(row("bloom").mechanisms.includes("positions ALiBi"));
  assertEquals(
    row("bloom").sites,
    ["pos_embed", "embed_ln"].flatMap((name) =>
      name === "embed_ln" ? ["embed_ln.scale", "embed_ln.normalized"] : []
    ),
  );
  assert(row("gemma2").mechanisms.includes("RMSNorm of what is read and of what is written"));
  assertEquals(row("gpt2").sites, ["pos_embed"]);
  // Fields of which first is asked whether they are there, for null and nothing differ.
  for (const field of ["attn_logit_softcapping", "final_logit_softcapping", "sliding_window"]) {
    assert(row("gemma2").switches.includes(field), field);
  }
  assert(row("gemma3_text").mechanisms.some((words) => words.includes("in 10 layers")));
});

Deno.test("the table draws itself", () => {
  const drawn = familiesTable(), text = drawn[display]()["text/plain"];
  assert(text.startsWith(`${families.size} families can be read`), text);
  for (const name of families.keys()) assert(text.includes(name));
  assertEquals(JSON.parse(JSON.stringify(drawn)).length, families.size);
});
