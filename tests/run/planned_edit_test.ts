import { add, type Edit, freeze, ofRun, zero } from "../../lib/run/mod.ts";
import { needsPlainRun, plannedEdits, readsRun, sitesOf } from "../../lib/run/planned_edit.ts";
import { plainWindow } from "../../lib/run/window.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

const mode = { generates: false };

Deno.test("sitesOf() takes names in either spelling, and patterns with a star, but no bare names", async () => {
  const model = await fixtureModel("gpt2");
  const of = (at: string) => sitesOf(model, { at: at as "embed", kind: "zero" });
  assertEquals(of("blocks.1.attn.hook_z"), ["blocks.1.attn.z"]);
  assertEquals(of("blocks.*.attn.z"), ["blocks.0.attn.z", "blocks.1.attn.z"]);
  assertEquals(
    assertThrows(() => of("attn.z"), RangeError).message,
    'Cannot zero "attn.z" as the model has no such site: the nearest is "blocks.0.attn.z"',
  );
});

Deno.test("plannedEdits() gives an edit for each site of a pattern, with where its values come from", async () => {
  const model = await fixtureModel("gpt2");
  const edits: Edit[] = [
    zero("blocks.*.attn.z", { heads: 1 }),
    add("blocks.1.resid_pre", ofRun({ at: "embed" })),
    add("embed", 1),
  ];
  const planned = [...plannedEdits(model, edits, plainWindow(2, 5), mode)];
  assertEquals(planned.map(({ index, site }) => [index, site]), [
    [0, "blocks.0.attn.z"],
    [0, "blocks.1.attn.z"],
    [1, "blocks.1.resid_pre"],
    [2, "embed"],
  ]);
  assertEquals(planned.map(({ plans }) => Object.values(plans).map(({ from }) => from)), [
    [],
    [],
    ["run"],
    ["given"],
  ]);
  assertEquals(readsRun(planned[2]!.plans.value!), true);
});

Deno.test("needsPlainRun() names the sites that are frozen at the unedited run, each once", async () => {
  const model = await fixtureModel("gpt2");
  assertEquals(
    needsPlainRun(model, [
      zero("embed"),
      freeze("blocks.*.attn.pattern", { heads: 1 }),
      freeze("blocks.1.attn.pattern", { heads: 2 }),
    ]),
    ["blocks.0.attn.pattern", "blocks.1.attn.pattern"],
  );
  assertEquals(needsPlainRun(model, [zero("embed")]), []);
});
