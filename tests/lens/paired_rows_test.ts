import { PairedRows } from "../../lib/lens/paired_rows.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertAlmostEquals, assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near } from "../near.ts";

await startBackend("float64");

const random = (rows: number, columns: number, seed: number) =>
  tf.randomNormal<tf.Rank.R2>([rows, columns], 0, 1, "float32", seed);

/** Sums of products in plain loops. */
function gram(a: tf.Tensor2D, b: tf.Tensor2D): number[][] {
  const [x, y] = [a, b].map((each) => each.arraySync());
  return x![0]!.map((_, i) =>
    y![0]!.map((_, j) => x!.reduce((sum, row, k) => sum + row[i]! * y![k]![j]!, 0))
  );
}

Deno.test("F-04 PairedRows.fit() satisfies the normal equations, with a ridge too, however rows come in", async () => {
  const x = random(40, 4, 1), y = random(40, 4, 2);
  for (const parts of [1, 4, 20]) {
    for (const ridge of [0, 2.5]) {
      const rows = new PairedRows(4), step = 40 / parts;
      for (let from = 0; from < 40; from += step) {
        await rows.add(x.slice([from, 0], [step, 4]), y.slice([from, 0], [step, 4]));
      }
      const { matrix, bias } = await rows.fit({ ridge, bias: false });
      assertEquals([...bias], [0, 0, 0, 0]);
      const xx = gram(x, x), xy = gram(x, y);
      const left = xx.flatMap((row, i) =>
        [0, 1, 2, 3].map((j) =>
          row.reduce(
            (sum, value, k) => sum + (value + (i === k ? ridge : 0)) * matrix[k * 4 + j]!,
            0,
          )
        )
      );
      near(left, xy.flat(), 1e-9);
      rows.dispose();
    }
  }
  tf.dispose([x, y]);
});

Deno.test("F-04 a planted map is found, its constant too, and R² is that of plain loops", async () => {
  const before = heldTensors();
  const x = random(60, 3, 3), map = random(3, 3, 4), noise = random(60, 3, 5);
  const y = tf.tidy(() =>
    tf.matMul(x, map).add(tf.tensor2d([[1, -2, 3]])).add(noise.mul(0)) as tf.Tensor2D
  );
  const rows = new PairedRows(3);
  await rows.add(x, y);
  const found = await rows.fit({ ridge: 0, bias: true });
  near(found.matrix, readNumbers(map), 1e-9);
  near(found.bias, [1, -2, 3], 1e-9);
  assertAlmostEquals(await rows.explained(found), 1, 1e-12);
  const values = y.arraySync(), given = x.arraySync();
  const mean = [0, 1, 2].map((j) => values.reduce((sum, row) => sum + row[j]!, 0) / 60);
  let left = 0, total = 0;
  values.forEach((row, i) =>
    row.forEach((value, j) => {
      left += (value - given[i]![j]!) ** 2;
      total += (value - mean[j]!) ** 2;
    })
  );
  assertAlmostEquals(await rows.explained(null), 1 - left / total, 1e-9);
  rows.dispose();
  tf.dispose([x, y, map, noise]);
  assertEquals(heldTensors(), before);
});
