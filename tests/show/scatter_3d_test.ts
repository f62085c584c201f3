import { scatter3d } from "../../lib/show/mod.ts";
import type { Scatter3dPayload } from "../../lib/show/payload.ts";
import { payloadOf } from "../../lib/show/static_layer.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

const options = {
  title: "Cloud",
  points: [
    { at: [0, 0, 0], label: "here", class: "a" },
    { at: [1, 2, 3], label: "</svg>", class: "b" },
    { at: [NaN, 2, 3] },
  ],
  axes: ["x", "y", "z"],
} as const;

Deno.test("scatter3d() draws three plane views of one scale, and counts what has no place", () => {
  const cloud = scatter3d(options);
  assertStringIncludes(cloud["text/plain"], "2 points, 1 more have no place and are not drawn");
  const svg = new TextDecoder().decode(
    Uint8Array.fromBase64(/svg\+xml;base64,([^"]+)"/.exec(cloud["text/html"])![1]!),
  );
  assertEquals(svg.match(/<circle/g)?.length, 6);
  const [, first, second] = svg.match(/cx="([\d.]+)" cy="[\d.]+"[^>]*>.*?cx="([\d.]+)"/)!;
  // The longest axis, of 3, takes 92% of a side of 240 pixels, so one unit takes 73.6.
  assert(Math.abs(Number(second) - Number(first) - 73.6) < 0.2, `${first} ${second}`);
});

Deno.test("scatter3d() keeps points apart that lie far from zero", () => {
  const points = [1000, 1001.25, 1002].map((x) => ({ at: [x, 1e-7 * x, 5] as const }));
  const { places } = payloadOf(scatter3d({ ...options, points })["text/html"]) as Scatter3dPayload;
  assertEquals(places.filter((_, i) => i % 3 === 0), [1000, 1001.25, 1002]);
  assertEquals(places.filter((_, i) => i % 3 === 1), [1e-4, 1.00125e-4, 1.002e-4]);
});

Deno.test("scatter3d() refuses what has not three numbers", () => {
  assertEquals(
    assertThrows(
      () => scatter3d({ ...options, points: [{ at: [1, 2] as never }] }),
      TypeError,
    ).message,
    "Cannot draw points in three dimensions as the place of point 0 must be three numbers: current value is [ 1, 2 ]",
  );
});
