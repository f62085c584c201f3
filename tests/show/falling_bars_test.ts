import { fallingBars, fallingBarsText } from "../../lib/show/falling_bars.ts";
import { assertEquals } from "../assert.ts";

const parts = [1, -4, 2, -3].map((value, i) => ({ label: `p${i}`, value }));
const options = { title: "t", parts, total: -3, label: "x" };
const names = (change: object) =>
  fallingBars({ ...options, ...change }).bars.map(({ name, end }) => `${name} ${end}`);

Deno.test("fallingBars() keeps the order of the parts, and puts the others at their end", () => {
  assertEquals(names({}), ["p0 1", "p1 -3", "p2 -1", "p3 -4", "left over -3", "total -3"]);
  assertEquals(names({ most: 2 }), [
    "p1 -4",
    "p3 -7",
    "2 other parts -4",
    "left over -3",
    "total -3",
  ]);
});

Deno.test("fallingBars() sorts by size, equal sizes as they were given", () => {
  const equal = [2, -2, 3, 2].map((value, i) => ({ label: `p${i}`, value }));
  assertEquals(names({ parts: equal, order: "sorted" }).slice(0, 4), [
    "p2 3",
    "p0 5",
    "p1 3",
    "p3 5",
  ]);
});

Deno.test("fallingBars() sums what is left without it changing the sum of all", () => {
  for (const most of [0, 1, 2, 3, 4]) assertEquals(fallingBars({ ...options, most }).sum, -4);
});

Deno.test("fallingBarsText() has columns only for what there is", () => {
  const { bars } = fallingBars({ ...options, parts: parts.slice(0, 1) });
  assertEquals(
    fallingBarsText(bars, "x"),
    `part        x  sum so far
p0         +1           1
left over  −4          −3
total      −3`,
  );
});
