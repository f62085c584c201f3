import { add, ofCache, ofRun, replace, run } from "../../lib/run/mod.ts";
import type { Edit, Value } from "../../lib/run/mod.ts";
import type { Site } from "../../lib/model/mod.ts";
import type { tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

type Rows = number[][][];
type HeadRows = number[][][][];

/** The values of some sites in a run. */
async function values(edits: readonly Edit[], ...sites: Site[]): Promise<unknown[]> {
  using result = await run(await fixtureModel("gpt2"), PROMPTS, { edits, capture: sites });
  return sites.map((site) => (result.cache.get(site) as tf.Tensor).arraySync());
}

Deno.test("an earlier site's value is the one that the run went on with, edits included", async () => {
  const [early, late] = await values(
    [
      replace("blocks.1.attn_out", ofRun({ at: "blocks.0.attn_out" })),
      add("blocks.0.attn_out", 3, { positions: 4 }),
    ],
    "blocks.0.attn_out",
    "blocks.1.attn_out",
  );
  assertEquals(late, early);
});

Deno.test("heads, positions and examples of a source go where the edit's go", async () => {
  const at = "blocks.0.attn.z", site = "blocks.1.attn.z";
  const source = ofRun({ at, heads: [3, 0], positions: [5, 6], examples: [1, 1] });
  const [from, to] = await values(
    [replace(site, source, { heads: [1, 2], positions: [-1, 0] })],
    at,
    site,
  ) as [HeadRows, HeadRows];
  for (const [head, other] of [[1, 3], [2, 0]] as const) {
    for (const example of [0, 1]) {
      near(to[head]![example]![10]!, from[other]![1]![5]!, 0);
      near(to[head]![example]![0]!, from[other]![1]![6]!, 0);
    }
  }
});

Deno.test("one head, position or example serves all; a single head fits a site without heads", async () => {
  const one = ofRun({ at: "blocks.0.attn.result", heads: -1, positions: 2, examples: 0 });
  const [from, to] = await values(
    [replace("blocks.1.resid_pre", one, { positions: [3, 4] })],
    "blocks.0.attn.result",
    "blocks.1.resid_pre",
  ) as [HeadRows, Rows];
  for (const row of to) for (const at of [3, 4]) near(row[at]!, from[3]![0]![2]!, 0);
  const [early, late] = await values(
    [replace("blocks.1.attn.result", ofRun({ at: "blocks.0.attn_out" }))],
    "blocks.0.attn_out",
    "blocks.1.attn.result",
  ) as [Rows, HeadRows];
  for (const head of late) assertEquals(head, early);
});

Deno.test("queries and keys of another prompt's pattern have their own positions", async () => {
  const model = await fixtureModel("gpt2"), site: Site = "blocks.0.attn.pattern";
  using other = await run(model, [7, 8, 9, 10], { capture: [site] });
  const source = ofCache(other.cache, { positions: [1, 3], keys: [0, 1] });
  const [to] = await values([replace(site, source, { positions: [5, 9], keys: [2, 4] })], site) as [
    HeadRows,
  ];
  const from = other.cache.get(site).arraySync() as HeadRows;
  for (const [query, own] of [[5, 1], [9, 3]] as const) {
    for (const [key, ownKey] of [[2, 0], [4, 1]] as const) {
      near([to[3]![1]![query]![key]!], [from[3]![0]![own]![ownKey]!], 0);
    }
  }
});

Deno.test("a source that does not fit is refused before anything is computed", async () => {
  const model = await fixtureModel("gpt2");
  using other = await run(model, [[1, 2], [3, 4], [5, 6]], { capture: ["embed"] });
  const cases: [value: Value, where: object, message: string][] = [
    [
      ofRun({ at: "blocks.0.attn.q" }),
      {},
      "Cannot replace blocks.1.attn_out as its value must have the same axes, heads aside: blocks.0.attn.q has head, batch, position, head_width for batch, position, width",
    ],
    [
      ofRun({ at: "blocks.0.attn.result" }),
      {},
      "Cannot replace blocks.1.attn_out as the site has no heads, and its value must be that of one: blocks.0.attn.result gives 4",
    ],
    [
      ofRun({ at: "embed", positions: [1, 2] }),
      { positions: [1, 2, 3] },
      "Cannot replace blocks.1.attn_out positions 1, 2, 3 as there must be as many positions where its value comes from, 3 in example 0, or one for all: embed gives 2 of row 0; say which by the value's own positions",
    ],
    [
      ofRun({ examples: [0, 1, 1] }),
      {},
      "Cannot replace blocks.1.attn_out as there must be as many examples where its value comes from, 2, or one for all: blocks.1.attn_out gives 3",
    ],
    [
      ofCache(other.cache, { at: "embed", positions: 1 }),
      { positions: 0 },
      "Cannot replace blocks.1.attn_out positions 0 as there must be as many examples where its value comes from, 2, or one for all: embed gives 3",
    ],
    [
      ofRun({ at: "embed", heads: 1 }),
      {},
      "Cannot replace blocks.1.attn_out from embed as the site has no heads: its axes are batch, position, width",
    ],
    [
      ofRun({ at: "embed", positions: 11 }),
      { positions: 0 },
      "Cannot replace blocks.1.attn_out positions 0 from embed as positions must be from -11 to 10: current value is 11",
    ],
  ];
  for (const [value, where, message] of cases) {
    const edits = [replace("blocks.1.attn_out", value, where)];
    assertEquals(
      (await assertRejects(() => run(model, PROMPTS, { edits }), Error)).message,
      message,
    );
  }
});
