import { nodeRows } from "../../lib/circuits/node_rows.ts";
import type { AttributionPatchingFacts } from "../../lib/circuits/attribution_patching_result.ts";
import { assertEquals } from "../assert.ts";

Deno.test("nodeRows() has a column for every axis, empty where a kind has none, and the layers by their own numbers", () => {
  const prompts = [["a", "b"], ["c"]].map((texts) => ({ tokens: texts.map((text) => ({ text })) }));
  const facts = {
    metric: { label: "logit" },
    baseline: Float64Array.of(1, 2),
    reference: Float64Array.of(3, 4),
    prompts,
    nodes: [
      {
        at: "resid_pre",
        sites: ["blocks.4.resid_pre"],
        axes: ["layer", "position"],
        shape: [1, 2],
        scores: Float64Array.of(0.1, 0.2, 0.3, NaN),
        chance: Float64Array.of(5, 6, 7, NaN),
      },
      {
        at: "embed",
        sites: ["embed"],
        axes: [],
        shape: [],
        scores: Float64Array.of(8, 9),
        chance: Float64Array.of(10, 11),
      },
    ],
  } as unknown as AttributionPatchingFacts;
  const table = nodeRows(facts);
  assertEquals(
    table.columns.join(),
    "kind,layer,position,token,example,estimate,chance,baseline,reference",
  );
  assertEquals([...table], [
    ["resid_pre", 4, 0, "a", 0, 0.1, 5, 1, 3],
    ["resid_pre", 4, 0, "c", 1, 0.2, 6, 2, 4],
    ["resid_pre", 4, 1, "b", 0, 0.3, 7, 1, 3],
    ["resid_pre", 4, 1, null, 1, NaN, NaN, 2, 4],
    ["embed", null, null, null, 0, 8, 10, 1, 3],
    ["embed", null, null, null, 1, 9, 11, 2, 4],
  ]);
});
