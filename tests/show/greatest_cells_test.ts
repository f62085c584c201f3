import { greatestCells } from "../../lib/show/greatest_cells.ts";
import { assertEquals } from "../assert.ts";

Deno.test("greatestCells() keeps the first of equals", () => {
  assertEquals(greatestCells([1, -3, 3, NaN, 2], 3), [1, 2, 4]);
});
