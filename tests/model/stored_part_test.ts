import type { StoredTensor } from "../../lib/model/mod.ts";
import {
  columnsOf,
  numbersOf,
  type Part,
  raised,
  reordered,
  rowsOf,
  stacked,
  StoredPart,
} from "../../lib/model/stored_part.ts";
import { assertEquals } from "../assert.ts";

/** A tensor whose numbers count from 0. */
function counting(name: string, ...shape: number[]): StoredTensor {
  const size = shape.reduce((product, n) => product * n, 1);
  const read = () => Float32Array.from({ length: size }, (_, i) => i);
  return {
    name,
    dtype: "BF16",
    shape,
    file: "model.safetensors",
    bytes: 2 * size,
    read,
    readDoubles: () => Float64Array.from(read()),
    readIntegers: () => Int32Array.from(read()),
  };
}

const pick = (part: Part, ...tensors: StoredTensor[]) => {
  const stored = new StoredPart(tensors, part);
  assertEquals([...stored.readDoubles()], [...stored.read()]);
  return [...stored.read()];
};

Deno.test("a part has its own shape and bytes, and the name, type and file of what it is of", () => {
  const part = new StoredPart([counting("gate_up", 6, 4)], rowsOf(3, 3, 4));
  assertEquals([part.name, part.dtype, part.file], ["gate_up", "BF16", "model.safetensors"]);
  assertEquals([part.shape, part.bytes], [[3, 4], 24]);
  const both = new StoredPart([counting("a", 2), counting("b", 2)], stacked(2, 2));
  assertEquals([both.name, both.shape, both.bytes], ["a and b", [2, 2], 8]);
});

Deno.test("rows are picked without a copy, put in another order, and put beneath each other", () => {
  assertEquals(pick(rowsOf(1, 2, 3), counting("m", 4, 3)), [3, 4, 5, 6, 7, 8]);
  const whole = Float32Array.from([0, 1, 2, 3]);
  assertEquals(rowsOf(1, 1, 2).pick(whole).buffer, whole.buffer);
  assertEquals(pick(reordered([2, 0, 1], [3, 2]), counting("m", 3, 2)), [4, 5, 0, 1, 2, 3]);
  assertEquals(pick(reordered([2, 0, 1], [3]), counting("m", 3)), [2, 0, 1]);
  assertEquals(pick(stacked(2, 3), counting("a", 3), counting("b", 3)), [0, 1, 2, 0, 1, 2]);
});

Deno.test("gains are raised, and what is stored stays as it was", () => {
  const stored = Float32Array.of(0, -1, 0.5);
  assertEquals([...raised([3], 1).pick(stored)], [1, 0, 1.5]);
  assertEquals([...stored], [0, -1, 0.5]);
});

Deno.test("every other column of one expert is turned into rows, and every other number of its bias", () => {
  // Two experts of [2, 4]; those of the second are 8 to 15.
  assertEquals(pick(columnsOf(1, [2, 4], { from: 0, step: 2 }), counting("m", 2, 2, 4)), [
    8,
    12,
    10,
    14,
  ]);
  assertEquals(pick(columnsOf(1, [2, 4], { from: 1, step: 2 }), counting("m", 2, 2, 4)), [
    9,
    13,
    11,
    15,
  ]);
  assertEquals(columnsOf(0, [2, 3], { from: 0, step: 1 }).shape, [3, 2]);
  assertEquals(pick(numbersOf(1, 4, { from: 1, step: 2 }), counting("b", 2, 4)), [5, 7]);
});
