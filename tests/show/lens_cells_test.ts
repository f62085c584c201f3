import { rankLegend, sameToken } from "../../lib/show/lens_cells.ts";
import { lensTable } from "../../lib/show/lens_table.ts";
import { assertEquals } from "../assert.ts";

Deno.test("sameToken() compares ids where both have one, else texts", () => {
  assertEquals(
    [
      sameToken({ text: "a", id: 1 }, { text: "a", id: 2 }),
      sameToken({ text: "a", id: 1 }, { text: "a" }),
      sameToken({ text: "a" }, { text: "b" }),
      sameToken(undefined, undefined),
    ],
    [false, true, false, false],
  );
});

Deno.test("rankLegend() has the ranks of its colours, and what is no rank only where it occurs", () => {
  const ranks = (html: string) => [...html.matchAll(/">([^<]+)<\/span>/g)].map(([, text]) => text);
  assertEquals(ranks(rankLegend({ text: "a" }, [1, 250])), ["a", "1", "10", "100", "250"]);
  assertEquals(ranks(rankLegend({ text: "a" }, [1, NaN, Infinity])), [
    "a",
    "1",
    "10",
    "undefined",
    "∞",
  ]);
});

Deno.test("lensCells() gives the likeliest token the strongest colour, and a probability of half the middle one", () => {
  const html = lensTable({
    stages: ["s"],
    tokens: [{ text: "x" }],
    top: [[[{ token: { text: "a" }, probability: 0.5 }]]],
    tracked: { token: { text: "a" }, ranks: [[1]] },
  })["text/html"];
  const indices = [...html.matchAll(/<td class="read[^"]*" data-index="(\d+)"/g)].map(([, i]) => i);
  assertEquals(indices, ["129", "255"]);
});
