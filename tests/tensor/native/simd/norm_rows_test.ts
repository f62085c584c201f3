import { giveToArena, takeInArena } from "../../../../lib/tensor/native/simd/arena.ts";
import {
  affineRows,
  isVectorRows,
  normRows,
  scaleRows,
} from "../../../../lib/tensor/native/simd/norm_rows.ts";
import { assert, assertEquals } from "../../../assert.ts";

const width = 20, rows = 1000; // more than a chunk
const x = Float32Array.from(
  { length: rows * width },
  (_, i) => 3 + Math.sin(12.9898 * i) * (1 + i % 7),
);
const gain = Float32Array.from({ length: width }, (_, i) => i / 7 - 1);
const bias = gain.map((value) => 1 - value);

Deno.test("norms over vectors are those in double precision but for rounding, and the whole has the bits of its parts", () => {
  for (const centre of [true, false]) {
    const norm = { width, centre, epsilon: 1e-5 }, scales = new Float32Array(rows);
    scaleRows(x, scales, norm);
    const [whole, parts] = [new Float32Array(x.length), new Float32Array(x.length)];
    normRows(x, whole, { ...norm, gain, bias });
    normRows(x, parts, { width, centre, scales });
    affineRows(parts, parts, { width, centre: false, gain, bias });
    assertEquals(whole, parts);
    for (let row = 0; row < rows; row += 37) {
      const own = [...x.subarray(row * width, (row + 1) * width)];
      const mean = centre ? own.reduce((sum, value) => sum + value) / width : 0;
      const square = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
      const scale = Math.sqrt(square + 1e-5);
      assert(Math.abs(scales[row]! / scale - 1) <= 6e-8);
      own.forEach((value, i) => {
        const expected = (value - mean) / scale * gain[i]! + bias[i]!;
        // The mean is rounded as the numbers are, of which the greatest is 10.
        assert(Math.abs(whole[row * width + i]! - expected) <= 2e-6, `${row} ${i}`);
      });
    }
    normRows(x, whole, { ...norm, gain, bias: null });
    affineRows(x, parts, { width, centre: false, gain, bias: null });
    assertEquals(parts[23], Math.fround(x[23]! * gain[3]!));
    assert(Math.abs(whole[0]! + x[0]! / scales[0]! - (centre ? 3 : 0)) < 4);
  }
});

Deno.test("isVectorRows() takes singles in rows of whole vectors", () => {
  assertEquals([4, 6, 0].map((width) => isVectorRows(new Float32Array(12), width)), [
    true,
    false,
    false,
  ]);
  assertEquals(isVectorRows(new Float64Array(4), 4), false);
});

Deno.test("norms have the same bits wherever rows stand", () => {
  const [from, to] = [takeInArena(x.length)!, takeInArena(x.length)!],
    out = new Float32Array(x.length);
  from.set(x);
  for (const norm of [{ gain, bias }, { gain, bias: null }, {}]) {
    const whole = { width, centre: true, epsilon: 1e-5, ...norm };
    normRows(x, out, whole);
    for (
      const [source, target] of [[from, to], [x, to], [from, new Float32Array(x.length)]] as const
    ) {
      normRows(source, target, whole);
      assertEquals(target.slice(), out);
    }
  }
  affineRows(x, out, { width, centre: false, gain, bias });
  affineRows(from, from, { width, centre: false, gain, bias });
  assertEquals(from.slice(), out);
  [from, to].forEach(giveToArena);
});
