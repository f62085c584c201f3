import { columnsOf, columnsWithin, countOf, indicesOf } from "../../lib/run/resolve.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const rows = [{ start: 0, length: 5 }, { start: 2, length: 3 }];
const window = { rows, from: 0, to: 5 };

Deno.test("indicesOf() counts negative indices from the end, and keeps the order", () => {
  const of = (wanted: unknown) => indicesOf(wanted, { purpose: "try", name: "heads", size: 4 });
  assertEquals(of(-1), [3]);
  assertEquals(of([2, -4]), [2, 0]);
  assertEquals(of({ from: -2 }), [2, 3]);
  assertEquals(of({}), [0, 1, 2, 3]);
  assertEquals(of(Uint8Array.of(3, 1)), [3, 1]);
  for (
    const [wanted, message] of [
      [4, "heads must be from -4 to 3: current value is 4"],
      [[1, 1], "its heads must differ: 1 stands there twice"],
      [[1, -3], "its heads must differ: 1 stands there twice"],
      [[], "it must touch something: its heads are none"],
      [{ to: 5 }, "a range of heads must lie from -4 to 4: current value is 5"],
    ] as const
  ) {
    assertEquals(assertThrows(() => of(wanted), RangeError).message, `Cannot try as ${message}`);
  }
});

Deno.test("columnsOf() puts positions and steps of each example into columns", () => {
  const of = (wanted: object, example: number, generates = true) =>
    columnsOf({ purpose: "try", name: "positions", ...wanted }, window, example, { generates });
  assertEquals(of({ positions: [-1, 0] }, 1), [4, 2]);
  assertEquals(of({}, 1), { from: 2, to: Infinity });
  assertEquals(of({}, 1, false), { from: 2, to: 5 });
  assertEquals(of({ steps: "prompt" }, 0), { from: 0, to: 5 });
  assertEquals(of({ steps: "generated" }, 1), { from: 5, to: Infinity });
  assertEquals(of({ steps: [2, 0] }, 1), [7, 5]);
  assertEquals(of({ steps: { from: 1, to: 3 } }, 0), { from: 6, to: 8 });
});

Deno.test("columnsWithin() finds what lies in a pass, and its place among all", () => {
  assertEquals(columnsWithin([7, 2, 5], 3, 8), { columns: [7, 5], places: [0, 2] });
  assertEquals(columnsWithin({ from: 2, to: Infinity }, 4, 6), { columns: [4, 5], places: [2, 3] });
  assertEquals(columnsWithin({ from: 2, to: 3 }, 4, 6), { columns: [], places: [] });
  assertEquals([countOf([7, 2]), countOf({ from: 2, to: 5 })], [2, 3]);
});
