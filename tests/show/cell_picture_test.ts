import { pictureHtml } from "../../lib/show/cell_picture.ts";
import { special } from "../../lib/show/colour.ts";
import { decodeIndexedPng } from "../../lib/show/png.ts";
import { valueScale } from "../../lib/show/value_scale.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

Deno.test("pictureHtml() says its size and what it shows", () => {
  const by = valueScale([1]);
  const html = pictureHtml({
    indices: new Uint8Array([3, 255]),
    columns: 2,
    cell: 10,
    by,
    alternative: 'a "b"',
  });
  assertStringIncludes(html, 'alt="a &quot;b&quot;" width="20" height="10"');
});

Deno.test("pictureHtml() hatches undefined cells and dots marked ones, and stays the data", () => {
  const by = valueScale([-1, 1]), indices = new Uint8Array([special.undefined, 3, 129, 255]);
  for (const cell of [5, 6, 28]) {
    const html = pictureHtml({
      indices,
      columns: 2,
      cell,
      by,
      alternative: "",
      marked: [false, true, true, false],
    });
    const { width, indices: pixels } = decodeIndexedPng(
      Uint8Array.fromBase64(html.match(/base64,([^"]+)/)![1]!),
    );
    const of = (i: number) => {
      const [top, left] = [Math.floor(i / 2) * cell, (i % 2) * cell];
      return Array.from(
        { length: cell * cell },
        (_, at) => pixels[(top + Math.floor(at / cell)) * width + left + at % cell]!,
      );
    };
    // The first pixel of each cell is its entry.
    assertEquals([0, 1, 2, 3].map((i) => of(i)[0]!), [...indices]);
    const kinds = [0, 1, 2, 3].map((i) => new Set(of(i)));
    // Too small to be read, else grey with the colour of the page; dark dots on light cells and light ones on dark.
    const expected = cell < 6 ? [[0], [3], [129], [255]] : [[0, 129], [3, 129], [129, 255], [255]];
    assertEquals(kinds.map((kind) => [...kind].sort((a, b) => a - b)), expected);
    if (cell < 6) continue;
    const grey = of(0).filter((entry) => entry === special.undefined).length / cell ** 2;
    assert(grey > 0.6 && grey < 0.75, `${grey} of a hatched cell is grey`);
  }
});
