import {
  checkWindow,
  columnOf,
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

Deno.test("columnOf() counts from each prompt's own ends, and refuses what is not there", () => {
  const window = { rows: [{ start: 2, length: 3 }, { start: 0, length: 5 }], from: 0, to: 5 };
  const found = [[0, 0], [0, -1], [0, -3], [1, 4], [1, -5]] as const;
  assertEquals(found.map(([example, position]) => columnOf(window, example, position)), [
    2,
    4,
    2,
    4,
    0,
  ]);
  assertEquals(
    assertThrows(() => columnOf(window, 0, 3), RangeError).message,
    "Cannot find a position as it must be from -3 to 2 in example 0: current value is 3",
  );
  assertEquals(
    assertThrows(() => columnOf(window, 2, 0), RangeError).message,
    "Cannot find a position as its example must be from 0 to 1: current value is 2",
  );
  for (const position of [-4, 0.5, NaN]) {
    assertThrows(() => columnOf(window, 0, position), RangeError);
  }
});
