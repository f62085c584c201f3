import { thinned } from "../../lib/show/thinned.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("thinned() leaves short lines alone, and of long ones keeps both ends and every peak", () => {
  const short = Array.from({ length: 1000 }, (_, x) => ({ x, y: x }));
  assertEquals(thinned(short, 12), short);
  const long = Array.from({ length: 100_000 }, (_, x) => ({
    x,
    y: x === 31_415 ? 9 : x === 27_182 ? -9 : x % 7 === 0 ? null : Math.sin(x),
  }));
  const kept = thinned(long, 20);
  assert(kept.length <= 962, `${kept.length}`);
  const places = kept.map(({ x }) => x);
  assertEquals(places, places.toSorted((a, b) => a - b));
  for (const x of [0, 99_999, 31_415, 27_182]) assert(places.includes(x), `${x}`);
});
