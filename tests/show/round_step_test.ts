import { roundStep } from "../../lib/show/round_step.ts";
import { assertEquals } from "../assert.ts";

Deno.test("roundStep() rounds up to 1, 2 or 5 times a power of ten", () => {
  assertEquals([0, 1, 1.1, 3, 5.5, 11, 60].map(roundStep), [1, 1, 2, 5, 10, 20, 100]);
});
