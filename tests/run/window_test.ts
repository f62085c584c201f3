import {
  checkWindow,
  isUnpadded,
  plainWindow,
  tokenColumns,
  type Window,
} from "../../lib/run/window.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const plain = { generates: false }, generating = { generates: true };

Deno.test("tokenColumns() leaves out padding on both sides, and takes what follows a prompt as generated or not", () => {
  const row = { start: 2, length: 3 };
  assertEquals(tokenColumns(row, 9, plain), { from: 2, to: 5 });
  assertEquals(tokenColumns(row, 9, generating), { from: 2, to: 9 });
  assertEquals(tokenColumns(row, 4, plain), { from: 2, to: 4 });
});

Deno.test("isUnpadded() sees padding on the left and on the right", () => {
  assertEquals(isUnpadded(plainWindow(2, 5), plain), true);
  assertEquals(plainWindow(2, 5).rows.length, 2);
  const rows = (start: number, length: number): Window => ({
    rows: [{ start: 0, length: 5 }, { start, length }],
    from: 0,
    to: 5,
  });
  assertEquals(isUnpadded(rows(1, 4), plain), false);
  assertEquals(isUnpadded(rows(0, 4), plain), false);
  assertEquals(isUnpadded(rows(0, 4), generating), true);
});

Deno.test("checkWindow() names what does not lie in the columns", () => {
  const cases: [Window, string][] = [
    [
      { rows: [], from: -1, to: 2 },
      "its window must begin at a column from 0 on: current value is -1",
    ],
    [{ rows: [], from: 2, to: 2 }, "its window must end after column 2: current value is 2"],
    [
      { rows: [{ start: 0.5, length: 1 }], from: 0, to: 2 },
      "example 0 must start at a column from 0 on: current value is 0.5",
    ],
    [
      { rows: [{ start: 0, length: 0 }], from: 0, to: 2 },
      "example 0 must have a token or more: current value is 0",
    ],
    [
      { rows: [{ start: 1, length: 2 }], from: 0, to: 2 },
      "example 0 must end by column 2: current value is 3",
    ],
    [
      { ...plainWindow(2, 3), spans: { subject: [[1]] } },
      'span "subject" must have positions for each of the 2 examples: current value is 1 lists',
    ],
  ];
  for (const [window, message] of cases) {
    assertEquals(
      assertThrows(() => checkWindow(window, plain), RangeError).message,
      `Cannot run a pass as ${message}`,
    );
  }
  checkWindow({ rows: [{ start: 1, length: 2 }], from: 3, to: 4 }, generating);
});
