import { palette } from "../../lib/show/colour.ts";
import { decodeIndexedPng } from "../../lib/show/png.ts";
import { coarser, pngWithin } from "../../lib/show/png_within.ts";
import { assert, assertEquals } from "../assert.ts";
import { stream } from "../browser/views.ts";

Deno.test("coarser() moves no level by more than half a step, and marks not at all", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (const step of [1, 2, 4, 8]) {
    coarser(all, step).forEach((entry, i) => {
      assert(Math.abs(entry - i) <= step / 2);
      if (i < 3) assertEquals(entry, i);
    });
  }
});

Deno.test("pngWithin() takes levels away until the file is small enough, and says how many are left", () => {
  const random = stream(1);
  const picture = {
    width: 300,
    height: 300,
    indices: Uint8Array.from({ length: 90_000 }, () => 3 + Math.floor(random() * 253)),
    palette: palette("sequential"),
  };
  assertEquals(pngWithin(1e6, picture).levels, 253);
  const { file, levels } = pngWithin(75_000, picture);
  assert(file.length <= 75_000 && levels === 64, `${file.length} ${levels}`);
  assertEquals(new Set(decodeIndexedPng(file).indices).size, 64);
});
