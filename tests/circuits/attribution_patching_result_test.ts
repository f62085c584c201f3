import { attributionPatching } from "../../lib/circuits/mod.ts";
import { display, type Document, isDisplayable } from "../../lib/show/mod.ts";
import { logitDifference, promptPairs } from "../../lib/run/mod.ts";
import { task } from "../../lib/zoo/mod.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { seedling } from "../model/fixture.ts";
import { near } from "../near.ts";

const model = await seedling();
const pairs = (await promptPairs(model, task("indirect objects", { count: 6, seed: 3 }))).slice(
  0,
  4,
);
const found = await attributionPatching(
  model,
  pairs,
  logitDifference(pairs.answerIds, pairs.wrongIds),
);
const length = Math.max(...[...pairs].map((pair) => pair.length));

Deno.test("AttributionPatching is a grid like a sweep's, by all axes or fewer, its effects the estimates", () => {
  const heads = found.grid("z", ["layer", "head"]), whole = found.grid("z");
  assertEquals([heads.data.shape, whole.data.shape], [[4, 8], [4, 8, length]]);
  const parts = whole.effects();
  const sum = (cell: number, example: number) => {
    let total = 0;
    for (let at = 0; at < length; at++) {
      const value = parts[(cell * length + at) * 4 + example]!;
      if (!Number.isNaN(value)) total += value;
    }
    return total;
  };
  // Values hold the baseline too, whose size the rounding is of.
  near(heads.effects(), Array.from({ length: 128 }, (_, i) => sum(i >> 2, i & 3)), 1e-12);
  assertEquals(heads.data.title, "z by layer and head, estimated by gradients");
  assertEquals(found.grid("attn_out").data.direction, "denoising");
  assertThrows(
    () => found.grid("resid_mid"),
    RangeError,
    'Cannot find nodes as their kind must be one that was estimated, resid_pre, attn_out, mlp_out, z, mlp.post: current value is "resid_mid"',
  );
});

Deno.test("AttributionPatching lists the greatest nodes, each with its size by chance", () => {
  const [first, second] = found.top(2, "z");
  // Seedling's head 3.2 moves the name to the end.
  assertEquals([first!.place.layer, first!.place.head], [3, 2]);
  assert(Math.abs(first!.estimate) > Math.abs(second!.estimate));
  assert(first!.estimate > first!.chance && first!.chance > 0);
  assert(Number.isNaN(found.top(1, "mlp.post")[0]!.chance), "one number has no direction");
  assertEquals(found.top(3).length, 3);
});

Deno.test("AttributionPatching draws grids and one table, and is plain data", async () => {
  assert(isDisplayable(found));
  const { "text/html": html, "text/plain": text } = await found[display]() as Document;
  for (
    const title of [
      "resid_pre by layer and position",
      "z by layer and head",
      "Nodes that matter most",
    ]
  ) {
    assertStringIncludes(html, title);
    assertStringIncludes(text, title);
  }
  assertStringIncludes(Deno.inspect(found), "mean size by chance (nats)");
  assertStringIncludes(
    Deno.inspect(found),
    "prompts are of unequal length, so that each node is listed with all its positions together",
  );
  const why =
    "the size by chance is undefined of nodes of one number, as neurons are: they have no direction";
  assertStringIncludes(Deno.inspect(found), why);
  const heads = await attributionPatching(
    model,
    pairs.slice(0, 1),
    logitDifference(" Mary", " John"),
    { nodes: ["z"] },
  );
  assert(!Deno.inspect(heads).includes(why), "all of its sizes are numbers");
  const json = JSON.parse(JSON.stringify(found));
  assertEquals([json.nodes.length, json.baseline.length, json.direction], [5, 4, "denoising"]);
});
