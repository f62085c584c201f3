import { BothEnds, EndList } from "../../lib/lens/end_list.ts";
import { assertEquals } from "../assert.ts";

Deno.test("EndList keeps the best in order, of equals those that came first", () => {
  const best = new EndList(3);
  assertEquals(best.bar, -Infinity, "nothing is in the way yet");
  for (const [index, value] of [1, 5, 3, 5, 2].entries()) {
    if (value > best.bar) best.add(value, index);
  }
  assertEquals(best.indices(), [1, 3, 2]);
  assertEquals([0, 1, 2].map((place) => best.value(place)), [5, 5, 3]);
  assertEquals(best.bar, 3);
});

Deno.test("BothEnds is the same in one stretch and in many, and takes no NaN", () => {
  const values = Float32Array.from({ length: 200 }, (_, i) => Math.round(Math.sin(i * i) * 20));
  values[7] = NaN;
  const order = (sign: 1 | -1) =>
    [...values.keys()].filter((i) => i !== 7)
      .sort((a, b) => sign * (values[b]! - values[a]!) || a - b).slice(0, 9);
  for (const step of [200, 17]) {
    const ends = new BothEnds(9);
    for (let from = 0; from < 200; from += step) {
      ends.take(values.subarray(from, from + step), from);
    }
    assertEquals(ends.greatest.indices(), order(1));
    assertEquals(ends.least.indices(), order(-1));
    assertEquals(ends.least.value(0), -values[order(-1)[0]!]!);
  }
});
