import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { testOn } from "../on_backends.ts";

const only = ["float64"];
const table = () => tf.tensor2d([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]);
const places = (rows: number[][]) => tf.tensor2d(rows, undefined, "int32");

testOn("gatherND() reads rows and numbers in doubles", () => {
  assertEquals(tf.gatherND(table(), places([[2], [0]])).arraySync(), [[0.5, 0.6], [0.1, 0.2]]);
  assertEquals([...tf.gatherND(table(), places([[1, 1], [0, 1]])).dataSync()], [0.4, 0.2]);
  assertThrows(
    () => tf.gatherND(table(), places([[3]])),
    RangeError,
    "Cannot gather as indices must lie in [3, 2]: number 0 does not",
  );
}, only);

testOn("scatterND() adds in doubles where places are the same", () => {
  const updates = tf.tensor2d([[0.1, 0.2], [0.3, 0.4]]);
  assertEquals(tf.scatterND(places([[1], [1]]), updates, [3, 2]).arraySync(), [
    [0, 0],
    [0.1 + 0.3, 0.2 + 0.4],
    [0, 0],
  ]);
  assertThrows(
    () => tf.scatterND(places([[1], [5]]), updates, [3, 2]),
    RangeError,
    "Cannot scatter as indices must lie in [3, 2]: number 1 does not",
  );
}, only);

testOn("tensorScatterUpdate() writes over, in a tensor of its own", () => {
  const before = table();
  const after = tf.tensorScatterUpdate(before, places([[1]]), tf.tensor2d([[0.7, 0.8]]));
  assertEquals(after.arraySync(), [[0.1, 0.2], [0.7, 0.8], [0.5, 0.6]]);
  assertEquals(before.arraySync(), [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]);
}, only);

testOn("unsortedSegmentSum() adds in doubles", () => {
  const sums = tf.unsortedSegmentSum(table(), tf.tensor1d([1, 0, 1], "int32"), 2);
  assertEquals(sums.arraySync(), [[0.3, 0.4], [0.1 + 0.5, 0.2 + 0.6]]);
}, only);
