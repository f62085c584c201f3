import { normalQuantile } from "../../lib/stats/normal_quantile.ts";
import { assertAlmostEquals, assertEquals } from "../assert.ts";

Deno.test("normalQuantile() gives the values of tables", () => {
  // Wichura's own test values, and the two-sided 95 % of every textbook.
  assertAlmostEquals(normalQuantile(0.25), -0.6744897501960817, 1e-15);
  assertAlmostEquals(normalQuantile(0.001), -3.090232306167814, 1e-14);
  assertAlmostEquals(normalQuantile(1e-20), -9.262340089798408, 1e-13);
  assertAlmostEquals(normalQuantile(0.975), 1.959963984540054, 1e-14);
  assertEquals(normalQuantile(0.5), 0);
});

Deno.test("normalQuantile() undoes the integral of the density", () => {
  const density = (x: number) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  for (const end of [-2.5, -1, -0.3, 0.7, 1.6, 3]) {
    const steps = 2000; // Simpson's rule: an error of (3/2000)⁴
    let sum = 0;
    for (let i = 0; i <= steps; i++) {
      sum += density(i * end / steps) * (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2);
    }
    assertAlmostEquals(normalQuantile(0.5 + sum * end / steps / 3), end, 1e-9);
  }
});

Deno.test("normalQuantile() is odd about a half", () => {
  for (const p of [0.01, 0.07, 0.25, 0.49]) {
    assertAlmostEquals(normalQuantile(p), -normalQuantile(1 - p), 1e-14);
  }
});
