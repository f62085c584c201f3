import { unfilter } from "../../lib/show/png_rows.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("unfilter() adds a row with filter up to the row above it", () => {
  const rows = new Uint8Array([0, 250, 2, 2, 10, 1, 2, 0, 0]);
  assertEquals(unfilter(rows, 2, 3), new Uint8Array([250, 2, 4, 3, 4, 3]));
});

Deno.test("unfilter() refuses missing bytes and other filters", () => {
  assertThrows(() => unfilter(new Uint8Array(3), 2, 3), SyntaxError, "current value is 3 bytes");
  assertThrows(() => unfilter(new Uint8Array([1, 0]), 1, 1), SyntaxError, "current value is 1");
});
