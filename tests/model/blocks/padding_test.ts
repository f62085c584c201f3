import { paddingMask } from "../../../lib/model/blocks/padding.ts";
import { assertEquals } from "../../assert.ts";

const hidden = -Infinity;

/** A mask as nested lists, `[batch][query][key]`. */
function lists(starts: readonly number[], first: number, end: number): number[][][] {
  const mask = paddingMask(starts, first, end);
  assertEquals(mask.shape, [1, starts.length, end - first, end]);
  const [rows] = mask.arraySync() as number[][][][];
  mask.dispose();
  return rows!;
}

Deno.test("paddingMask() hides what stands before a row's first token, but from itself", () => {
  assertEquals(lists([0, 2], 0, 3), [
    [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
    [[0, hidden, 0], [hidden, 0, 0], [hidden, hidden, 0]],
  ]);
});

Deno.test("paddingMask() of later columns hides the padding of earlier ones", () => {
  assertEquals(lists([2, 1], 3, 5), [
    [[hidden, hidden, 0, 0, 0], [hidden, hidden, 0, 0, 0]],
    [[hidden, 0, 0, 0, 0], [hidden, 0, 0, 0, 0]],
  ]);
  // A row that begins after all of these columns is padding still, and each sees itself.
  assertEquals(lists([4], 1, 3), [[[hidden, 0, hidden], [hidden, hidden, 0]]]);
});
