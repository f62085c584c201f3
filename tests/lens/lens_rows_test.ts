import { eachRow, rowsAtOnce, scaleOf } from "../../lib/lens/lens_rows.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near } from "../near.ts";
import { seedling } from "../model/fixture.ts";

Deno.test("eachRow() hands every row over once, in order, however many chunks there are", async () => {
  const model = await seedling(), step = rowsAtOnce(model), count = step + 3;
  const few = tf.randomNormal<tf.Rank.R2>([3, 256], 0, 1, "float32", 2);
  const many = tf.tile<tf.Tensor2D>(few, [Math.ceil(count / 3), 1]).slice<tf.Tensor2D>([0, 0], [
    count,
    256,
  ]);
  const first: number[][] = [], seen: number[] = [];
  await eachRow(model, few, {}, (_, logits) => void first.push([...logits]));
  const before = heldTensors();
  await eachRow(model, many, {}, (row, logits) => {
    seen.push(row);
    near(logits, first[row % 3]!, 1e-4);
  });
  assertEquals(seen, Array.from({ length: count }, (_, row) => row));
  assertEquals(heldTensors(), before);
  const stop = new AbortController();
  await assertRejects(
    () =>
      eachRow(model, many, { signal: stop.signal }, (row) => {
        if (row === 2) stop.abort(new RangeError("enough"));
      }),
    RangeError,
    "enough",
  );
  assertEquals(heldTensors(), before);
});

Deno.test("scaleOf() measures the last norm where it is frozen, and nothing else", async () => {
  const model = await seedling(), last = tf.ones([2, 256]);
  assertEquals(scaleOf(model, "own", last), {});
  assertEquals(scaleOf(model, "frozen", last).scale!.shape, [2, 1]);
});
