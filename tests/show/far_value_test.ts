import { farValue } from "../../lib/show/far_value.ts";
import { bars, tensorView, tokenStrip } from "../../lib/show/mod.ts";
import { assertEquals, assertMatch } from "../assert.ts";

Deno.test("farValue() speaks where one size stands alone", () => {
  assertMatch(farValue([1, -50, NaN, 2, Infinity]), /^One value is 25 times the next/);
  for (const values of [[], [5], [1, 19.9], [0, 0, 7], [NaN, 1e9], [-100, 100, 1]]) {
    assertEquals(farValue(values), "");
  }
});

Deno.test("strips, tensors and bars say that one value hides the others; a domain of their own tells them apart", async () => {
  const values = [1, -2, 3e6], tokens = ["a", "b", "c"].map((text) => ({ text }));
  const axes = [{ name: "key", size: 3 }], domain = [-5, 5] as const;
  const said =
    /One value is 1\.5e6 times the next in size and sets the scale: the others look alike/;
  for (
    const make of [
      (more: object) => tokenStrip({ tokens, values, label: "loss", ...more }),
      (more: object) => tensorView({ values, axes, label: "score", ...more }),
    ]
  ) {
    for (const form of ["text/html", "text/plain"] as const) {
      assertMatch(make({})[form], said);
      assertEquals(said.test(make({ domain })[form]), false);
    }
  }
  const chart = await bars({ title: "t", labels: ["a", "b", "c"], values, label: "x" });
  assertMatch(chart["text/plain"], /hides them: their bars are too short to be told apart/);
});
