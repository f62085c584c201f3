import { evenArrangement, fusedOrder } from "../../lib/model/fused_order.ts";
import { assertEquals } from "../assert.ts";

const shape = (heads: number, keyValueHeads: number) => ({ heads, keyValueHeads, headWidth: 1 });

Deno.test("groups with one key head lie in thirds, with one for each head in heads, and need no order", () => {
  assertEquals(evenArrangement("groups", shape(4, 1)), "thirds");
  assertEquals(evenArrangement("groups", shape(4, 4)), "heads");
  assertEquals(evenArrangement("heads", shape(4, 4)), "heads");
  assertEquals(evenArrangement("thirds", shape(4, 2)), "thirds");
  assertEquals([fusedOrder("groups", shape(4, 1)), fusedOrder("groups", shape(4, 4))], [
    null,
    null,
  ]);
  assertEquals([fusedOrder("thirds", shape(4, 2)), fusedOrder("heads", shape(4, 4))], [null, null]);
});

Deno.test("groups of several are put in thirds: queries, keys, values", () => {
  // Two groups: q0 q1 k0 v0 | q2 q3 k1 v1.
  assertEquals(evenArrangement("groups", shape(4, 2)), "thirds");
  assertEquals(fusedOrder("groups", shape(4, 2)), [0, 1, 4, 5, 2, 6, 3, 7]);
  assertEquals(fusedOrder("groups", { heads: 4, keyValueHeads: 2, headWidth: 2 })!.slice(0, 6), [
    0,
    1,
    2,
    3,
    8,
    9,
  ]);
});

Deno.test("quarters are put in thirds, values after keys", () => {
  // Four quarters of one head each: q0 v0 k0 | q1 v1 k1 | …
  assertEquals(fusedOrder("quarters", shape(4, 4)), [0, 3, 6, 9, 2, 5, 8, 11, 1, 4, 7, 10]);
  const order = fusedOrder("quarters", { heads: 8, keyValueHeads: 8, headWidth: 3 })!;
  assertEquals(order.toSorted((a, b) => a - b), Array.from({ length: 72 }, (_, i) => i));
});
