import { colourPng, decodeIndexedPng, enlarge, indexedPng } from "../../lib/show/png.ts";
import { pngOf } from "../../lib/show/chart.ts";
import { palette } from "../../lib/show/colour.ts";
import { stream } from "../browser/views.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const colours = palette("sequential");

Deno.test("indexedPng() and decodeIndexedPng() are inverse on pictures of every shape", () => {
  const random = stream(1);
  for (const [width, height] of [[1, 1], [1, 9], [9, 1], [17, 13], [64, 64]] as const) {
    const indices = Uint8Array.from({ length: width * height }, () => random() * 256);
    const picture = { width, height, indices, palette: colours };
    assertEquals(decodeIndexedPng(indexedPng(picture)), picture);
  }
});

Deno.test("indexedPng() is read by another decoder as the same colours", async () => {
  const indices = new Uint8Array([0, 3, 129, 255, 255, 255]);
  const file = indexedPng({ width: 3, height: 2, indices, palette: colours });
  const bitmap = await createImageBitmap(new Blob([file.slice()]));
  assertEquals([bitmap.width, bitmap.height], [3, 2]);
  bitmap.close();
});

Deno.test("colourPng() is read by another decoder as the same pixels", async () => {
  const pixels = Uint8Array.of(255, 0, 0, 255, 1, 2, 3, 255, 9, 8, 7, 255, 255, 255, 255, 255);
  const file = colourPng(1, 4, pixels);
  const { initWasm: _, Resvg } = await import("../../lib/show/resvg.ts");
  await pngOf("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"); // loads it
  const picture = new Resvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="4"><image width="1" height="4" style="image-rendering:optimizeSpeed" href="data:image/png;base64,${file.toBase64()}"/></svg>`,
  ).render();
  assertEquals([...picture.pixels], [...pixels]);
  picture.free();
});

Deno.test("enlarge() makes cells of whole pixels", () => {
  assertEquals(
    enlarge(new Uint8Array([1, 2, 3, 4]), 2, 2, 1),
    new Uint8Array([1, 1, 2, 2, 3, 3, 4, 4]),
  );
  assertEquals(enlarge(new Uint8Array([1, 2]), 2, 1, 2), new Uint8Array([1, 2, 1, 2]));
  assertEquals(enlarge(new Uint8Array(), 0, 5, 5), new Uint8Array());
});

Deno.test("indexedPng() refuses a picture without pixels", () => {
  assertThrows(
    () => indexedPng({ width: 0, height: 2, indices: new Uint8Array(), palette: colours }),
    RangeError,
    "Cannot write a PNG as it must have width × height pixels, at least 1: current value is 0 × 2 with 0",
  );
});

Deno.test("decodeIndexedPng() refuses what is no PNG", () => {
  assertThrows(() => decodeIndexedPng(new Uint8Array(9)), SyntaxError, "signature");
});
