import { LensTrajectory } from "../../lib/lens/mod.ts";
import { assertEquals } from "../assert.ts";
import { near } from "../near.ts";
import { fixtureModel } from "../model/fixture.ts";
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
    },
    [[9], [1]],
    [[Math.log(0.01)], [Math.log(0.5)]],
  );
  near(found.probabilities.flat(), [0.01, 0.5], 1e-12);
  const { plain } = await drawings(found);
  assertEquals(["0.pre", "final", "0.500", "9"].every((text) => plain.includes(text)), true);
});
