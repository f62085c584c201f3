import {
  alongAxis,
  axisTitle,
  hasPlace,
  saidNotDrawn,
  valueText,
} from "../../lib/show/number_axis.ts";
import { assertEquals } from "../assert.ts";

const log = { name: "a", scale: "log" as const };

Deno.test("hasPlace() is false of what is no number, and of zero and less on a logarithmic axis", () => {
  const values = [1, 0, -1, NaN, Infinity, undefined];
  assertEquals(values.map((value) => hasPlace(value, { name: "a" })), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  assertEquals(values.map((value) => hasPlace(value, log)), [true, ...Array(5).fill(false)]);
});

Deno.test("saidNotDrawn() says nothing of nothing", () => {
  assertEquals(saidNotDrawn(0, [log]), "");
  assertEquals(saidNotDrawn(2, [{ name: "a" }]), "2 undefined or infinite, not drawn");
});

Deno.test("axisTitle() and valueText() say unit and name of a value", () => {
  assertEquals(axisTitle({ name: "a", unit: "nat" }), "a (nat)");
  const named = { name: "a", labels: ["x\ny"] };
  assertEquals([0, 1, 0.5].map((value) => valueText(value, named)), ["x y", "1", "0.500"]);
});

Deno.test("alongAxis() reaches zero only where that is asked for and the axis is linear", () => {
  const zero = (axis: object) =>
    JSON.stringify(alongAxis("f", axis as typeof log)).match(/"zero":\w+/)?.[0];
  assertEquals(
    [zero({ name: "a" }), zero({ name: "a", zero: true }), zero({ ...log, zero: true })],
    ['"zero":false', '"zero":true', undefined],
  );
});
