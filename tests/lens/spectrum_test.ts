import { Spectrum } from "../../lib/lens/mod.ts";
import { display, inspect } from "../../lib/show/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { near } from "../near.ts";

/** Five directions along the axes, in two bands. */
const spectrum = new Spectrum({
  model: "toy",
  of: "W_U",
  gains: "raw",
  width: 5,
  bands: 2,
  values: Float64Array.of(5, 4, 3, 2, 1),
  vectors: Float64Array.from({ length: 25 }, (_, i) => i % 6 === 0 ? 1 : 0),
});

Deno.test("Spectrum gives the first bands one direction more where the width is no multiple", () => {
  assertEquals(spectrum.band(0), { band: 0, from: 0, to: 3, greatest: 5, least: 3 });
  assertEquals(spectrum.band(-1), { band: 1, from: 3, to: 5, greatest: 2, least: 1 });
  assertEquals(spectrum.directions([1]), [[0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]);
});

Deno.test("Spectrum takes a vector apart and filters rows", () => {
  const parts = spectrum.parts([0, 3, 0, 4, 0]);
  near(parts.map(({ length }) => length), [3, 4], 1e-12);
  near(parts.map(({ share }) => share), [9 / 25, 16 / 25], 1e-12);
  near(parts.map(({ logits }) => logits), [12, 8], 1e-12);
  const rows = tf.tensor3d([[[1, 2, 3, 4, 5]]]), kept = spectrum.filter(rows, [0]);
  assertEquals([kept.shape, [...kept.dataSync()]], [[1, 1, 5], [1, 2, 3, 0, 0]]);
  tf.dispose([rows, kept]);
  assert(spectrum.parts([0, 0, 0, 0, 0]).every(({ share }) => Number.isNaN(share)));
});

Deno.test("Spectrum makes edits, draws itself and refuses", async () => {
  const edit = spectrum.suppress([1], "blocks.0.resid_post", { positions: { from: 1 } });
  assertEquals([edit.kind, edit.at, edit.positions], ["project", "blocks.0.resid_post", {
    from: 1,
  }]);
  assertStringIncludes((await spectrum[display]())["text/plain"], "Spectrum of W_U of toy");
  assertStringIncludes(spectrum[inspect](), "2 bands, singular values from 5 to 1");
  assert(!("vectors" in spectrum.toJSON()));
  assertThrows(
    () => spectrum.directions([]),
    RangeError,
    "Cannot give directions as at least one band must be asked for: there is none",
  );
});
