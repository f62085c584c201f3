import { assertEquals } from "../../../assert.ts";
import { activations, slopes } from "../../../../lib/tensor/native/simd/activations.ts";
import { changed, run } from "./compiled.ts";

// The functions themselves are held to double precision in pointwise_test.ts.
Deno.test("activations and slopes are those that are known at 0 and far out", () => {
  for (const name of Object.keys(activations) as (keyof typeof activations)[]) {
    const half = name === "sigmoid", y = run([0, 60, -60, NaN], changed(activations[name]));
    assertEquals(y.map((value) => value + 0), [half ? 0.5 : 0, half ? 1 : 60, y[2]! + 0, NaN]);
    const slope = run([0, 60, -60, NaN], changed((w, x) => slopes[name](w, x, w.constant(2))));
    assertEquals(slope.slice(0, 2), half ? [0.5, 0] : [1, 2], name);
    assertEquals(Math.abs(slope[2]!) < 1e-20, true, name);
  }
});
