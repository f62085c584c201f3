import { poolGreatest } from "../../lib/show/pool.ts";
import { assertEquals } from "../assert.ts";

Deno.test("poolGreatest() keeps of each block the value of greatest size, and NaN only where there is nothing else", () => {
  const values = [1, -5, NaN, 2, 3, NaN, NaN, NaN, 7];
  assertEquals([...poolGreatest(values, 3, 2) as Float64Array], [-5, NaN, NaN, 7]);
  assertEquals(poolGreatest(values, 3, 1), values);
});
