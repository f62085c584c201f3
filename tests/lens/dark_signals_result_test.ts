import { DarkSignals } from "../../lib/lens/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

Deno.test("DarkSignals draws each set of bands beside no suppression and beside chance", () => {
  const numbers = (loss: number, attention: number) => ({
    loss,
    attention: [[attention]],
    meanAttention: attention,
  });
  const found = new DarkSignals({
    model: "toy",
    of: "W_U",
    gains: "folded",
    at: "blocks.*.resid_post",
    skip: 0,
    seed: 3,
    examples: 2,
    plain: numbers(2, 0.5),
    rows: [{ bands: [19], directions: 4, ...numbers(2.5, 0.25), chance: numbers(1.75, 0.4) }],
  });
  const text = found[display]()["text/plain"];
  for (const part of ["+0.500", "−0.250", "25.0%", "40.0%", "at every position", "seed 3"]) {
    assertStringIncludes(text, part);
  }
  assertEquals(JSON.parse(JSON.stringify(found)).rows[0].bands, [19]);
});
