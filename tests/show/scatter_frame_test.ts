import { equalDomains, trace } from "../../lib/show/scatter_frame.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("trace() goes once round a circle, back to where it began", () => {
  const steps = trace({ label: "c", x: 1, y: -2, radius: 3 });
  for (const { x, y } of steps) assert(Math.abs(Math.hypot(x - 1, y + 2) - 3) < 1e-12);
  const [first, last] = [steps[0]!, steps.at(-1)!];
  assert(Math.hypot(first.x - last.x, first.y - last.y) < 1e-12);
  assertEquals(trace({ label: "c", x: NaN, y: 0, radius: 1 }), []);
  assertEquals(trace({ label: "l", from: [0, 1], to: [2, 3] }).map(({ x, y }) => [x, y]), [[0, 1], [
    2,
    3,
  ]]);
});

Deno.test("equalDomains() are as wide as each other, round what there is", () => {
  const axes = { title: "t", x: { name: "x" }, y: { name: "y" } };
  const [x, y] = equalDomains({
    ...axes,
    points: [{ x: 0, y: 5 }, { x: 10, y: 7 }, { x: NaN, y: 6 }],
  });
  assertEquals([x[0] + x[1], y[0] + y[1]], [10, 12]);
  assert(x[0] < 0 && x[1] > 10);
  assert(Math.abs((x[1] - x[0]) - (y[1] - y[0])) < 1e-12);
  assertEquals(equalDomains({ ...axes, points: [] }), [[-1, 1], [-1, 1]]);
});
