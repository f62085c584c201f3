import { density } from "../../lib/show/density.ts";
import { assert, assertAlmostEquals, assertEquals } from "../assert.ts";
import { stream } from "../browser/views.ts";

Deno.test("density() counts each point once, in the cell that it lies in, on linear and logarithmic axes", () => {
  const random = stream(1);
  const points = Array.from(
    { length: 5000 },
    () => ({ x: random() * 10 - 5, y: 1 + random() ** 8 * 1e4 }),
  );
  const cells = density(points, { x: { name: "x" }, y: { name: "y", scale: "log" } });
  assertEquals(cells.reduce((sum, { count }) => sum + count, 0), 5000);
  for (const { x, x2, y, y2, count } of cells.slice(0, 20)) {
    const within = points.filter((point) =>
      point.x >= x && point.x < x2 && point.y >= y && point.y < y2
    ).length;
    // What lies on an edge may be counted on its other side.
    assert(Math.abs(within - count) <= 1, `${within} for ${count}`);
    assertAlmostEquals(y2 / y, cells[0]!.y2 / cells[0]!.y, 1e-9);
  }
  assertEquals(density([], { x: { name: "x" }, y: { name: "y" } }), []);
  assertEquals(density([{ x: 2, y: 3 }], { x: { name: "x" }, y: { name: "y" } })[0]!.count, 1);
});
