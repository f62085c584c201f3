import { referenceLayers, referenceTexts } from "../../lib/show/reference.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

const [x, y] = [{ name: "place" }, { name: "value", scale: "log" as const }];

Deno.test("referenceLayers() has one layer an axis, and names two of one place together", () => {
  const layers = referenceLayers(
    [{ label: "a", x: 1 }, { label: "b", x: 1 }, { label: "c", y: 2 }, { label: "d", y: 0 }],
    x,
    y,
  );
  assertEquals(layers.length, 2);
  assertStringIncludes(JSON.stringify(layers[0]), '{\\"1\\":\\"a; b\\"}[datum.value]');
  assertStringIncludes(JSON.stringify(layers[1]), '{\\"2\\":\\"c\\"}[datum.value]');
});

Deno.test("referenceTexts() says where each is, and which has no place", () => {
  assertEquals(referenceTexts([{ label: "a", x: 1 }, { label: "d", y: 0 }], x, y), [
    "dashed: a, place 1",
    "dashed: d, value 0, not drawn",
  ]);
});
