import { LensTrajectory, logitLens } from "../../lib/lens/mod.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { near } from "../near.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { drawings } from "../run/drawings.ts";

Deno.test("LensTrajectory: probabilities are those of its logarithms, and it draws every layer", async () => {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([1, 2]);
  const entry = (label: string) => ({ site: "blocks.0.resid_pre" as const, label, stream: true });
  const found = new LensTrajectory(
    {
      model: "m",
      prompt: prompt!,
      entries: [entry("0.pre"), entry("final")],
      positions: [1],
      token: { id: 3, token: { text: "#3", id: 3 } },
      vocabulary: 99,
      norm: "own",
      edits: [],
    },
    [[9], [1]],
    [[Math.log(0.01)], [Math.log(0.5)]],
  );
  near(found.probabilities.flat(), [0.01, 0.5], 1e-12);
  const { plain } = await drawings(found);
  assertEquals(["0.pre", "final", "0.500", "9"].every((text) => plain.includes(text)), true);
});

Deno.test("LensTrajectory draws streams as lines beside chance, and parts of the stream in the table alone", async () => {
  const model = await seedling();
  const lens = await logitLens(model, "Mary gave a key to", {
    sites: ["resid_pre", "attn_out"],
    track: [" John"],
    positions: [-2, -1],
  });
  const { html, plain } = await drawings(lens.trajectory(" John"));
  const [ranks, probabilities, table] = plain.split("\n\n");
  assertEquals(html.match(/<img /g)?.length, 2);
  assertStringIncludes(ranks!, "dashed: middle of all, rank 1629");
  assertStringIncludes(probabilities!, "dashed: 1 / vocabulary");
  assertEquals([ranks, probabilities, table].map((part) => part!.includes("attn_out")), [
    false,
    false,
    true,
  ]);
  assertStringIncludes(table!, "read at position 5, the last of 2");
});
