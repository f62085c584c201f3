import { decodeIndexedPng, tensorView } from "../../lib/show/mod.ts";
import { payloadOf } from "../../lib/show/static_layer.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

Deno.test("tensorView() draws every rank, and counts what is not finite", () => {
  for (const sizes of [[], [3], [2, 3], [2, 1, 3], [1, 2, 2, 2, 2]]) {
    const axes = sizes.map((size, i) => ({ name: `axis${i}`, size }));
    const count = sizes.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: count }, (_, i) => i === 0 ? NaN : i === 1 ? -Infinity : i);
    const view = tensorView({ values, axes, label: "x" });
    assertStringIncludes(view["text/plain"], `1 undefined, ${count > 1 ? 1 : 0} infinite`);
    const payload = payloadOf(view["text/html"]);
    assert(payload?.kind === "tensor" && payload.axes.length === Math.max(2, sizes.length));
  }
  assertStringIncludes(
    tensorView({ values: [], axes: [{ name: "a", size: 0 }], label: "x" })["text/html"],
    "No values",
  );
});

Deno.test("tensorView() of very many cells draws the first of the outer axes and says so", () => {
  const axes = [{ name: "layer", size: 3 }, { name: "row", size: 1000 }, {
    name: "width",
    size: 1000,
  }];
  const values = new Float32Array(3e6);
  values[2_000_005] = 9;
  const view = tensorView({ values, axes, label: "x" });
  assertStringIncludes(view["text/plain"], "The first 1 of 3 of layer are drawn");
  // What is not drawn is still listed.
  assert(/\n2 +0 +5 +9\n/.test(view["text/plain"]), view["text/plain"].slice(0, 300));
  const png = /base64,([^"]+)"/.exec(view["text/html"])![1]!;
  assertEquals(decodeIndexedPng(Uint8Array.fromBase64(png)).height, 1000);
});

Deno.test("tensorView() refuses values and labels that do not fit the axes", () => {
  const axes = [{ name: "a", size: 2 }];
  assertEquals(
    assertThrows(() => tensorView({ values: [1], axes, label: "x" }), RangeError).message,
    "Cannot draw a tensor as it must have as many values as its axes have places, 2: current value is 1",
  );
  assertEquals(
    assertThrows(
      () => tensorView({ values: [1, 2], axes: [{ ...axes[0]!, labels: ["a"] }], label: "x" }),
      RangeError,
    )
      .message,
    "Cannot draw a tensor as a must have as many labels as places, 2: current value is 1",
  );
});
